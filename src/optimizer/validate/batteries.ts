import type { ProblemSession, ProblemStorage } from "../../domain/problem.js";
import { LEAST_EFFICIENCY, mostStoredKwh } from "../number-bounds.js";
import { MOST_MONEY, number, type Say } from "./say.js";

const AT_LEAST_ZERO = [
  "minChargeKw",
  "maxChargeKw",
  "minDischargeKw",
  "maxDischargeKw",
  "capacityKwh",
  "initialKwh",
  "targetKwh",
  "reserveKwh",
  "wearPerKwh",
] as const;

const checkWindow = (
  say: Say,
  { firstSlot, endSlot }: ProblemSession,
  { place, slots }: { place: string; slots: number },
): void => {
  if (!Number.isInteger(firstSlot) || firstSlot < 0 || firstSlot >= slots)
    say(`${place}.firstSlot`, `must be a slot from 0 to ${slots - 1}, is ${firstSlot}`);
  if (!Number.isInteger(endSlot) || endSlot > slots)
    say(`${place}.endSlot`, `must be at most the number of slots (${slots}), is ${endSlot}`);
  if (!(endSlot > firstSlot))
    say(`${place}.endSlot`, `the window ends (${endSlot}) before it begins (${firstSlot})`);
};

const checkEfficiencies = (
  say: Say,
  battery: Pick<ProblemSession, "chargeEfficiency" | "dischargeEfficiency">,
  place: string,
): void => {
  for (const field of ["chargeEfficiency", "dischargeEfficiency"] as const) {
    const efficiency = battery[field];
    if (!Number.isFinite(efficiency)) number(say, `${place}.${field}`, efficiency);
    else if (efficiency < LEAST_EFFICIENCY || efficiency > 1)
      say(`${place}.${field}`, `must be from ${LEAST_EFFICIENCY} to 1, is ${efficiency}; is it in percent?`);
  }
};

export const checkSession = (
  say: Say,
  session: ProblemSession,
  { place, slots }: { place: string; slots: number },
): void => {
  checkWindow(say, session, { place, slots });
  for (const field of AT_LEAST_ZERO) number(say, `${place}.${field}`, session[field], { least: 0 });
  if (session.maxDischargeKwh !== null)
    number(say, `${place}.maxDischargeKwh`, session.maxDischargeKwh, { least: 0 });
  number(say, `${place}.salvagePerKwh`, session.salvagePerKwh);
  checkEfficiencies(say, session, place);
  if (!(session.shortfallPerPercent > 0) || !Number.isFinite(session.shortfallPerPercent))
    say(`${place}.shortfallPerPercent`, `must be a finite number above 0, is ${session.shortfallPerPercent}`);
  else number(say, `${place}.shortfallPerPercent`, session.shortfallPerPercent, { most: MOST_MONEY });
  for (const [least, most] of [
    ["minChargeKw", "maxChargeKw"],
    ["minDischargeKw", "maxDischargeKw"],
  ] as const)
    if (session[most] > 0 && session[least] > session[most])
      say(`${place}.${least}`, `is ${session[least]}, above ${most} ${session[most]}`);
  if (session.initialKwh > mostStoredKwh(session.capacityKwh))
    say(`${place}.initialKwh`, `is ${session.initialKwh}, above the capacity ${session.capacityKwh}`);
  if (session.reserveKwh > mostStoredKwh(session.capacityKwh))
    say(`${place}.reserveKwh`, `is ${session.reserveKwh}, above the capacity ${session.capacityKwh}`);
  if (session.phases.length === 0 || session.phases.some((phase) => ![1, 2, 3].includes(phase)))
    say(
      `${place}.phases`,
      `must name one to three of the phases 1, 2, 3; has [${session.phases.join(", ")}]`,
    );
  if (new Set(session.phases).size < session.phases.length)
    say(`${place}.phases`, `names a phase twice: ${session.phases.join(", ")}`);
  if (session.taper === null) return;
  number(say, `${place}.taper.interceptKw`, session.taper.interceptKw);
  number(say, `${place}.taper.slopeKwPerKwh`, session.taper.slopeKwPerKwh, { least: 0 });
};

export const checkStorage = (say: Say, storage: ProblemStorage, place: string): void => {
  for (const field of [
    "capacityKwh",
    "energyKwh",
    "minimumKwh",
    "maxChargeKw",
    "maxDischargeKw",
    "wearPerKwh",
  ] as const)
    number(say, `${place}.${field}`, storage[field], { least: 0 });
  if (storage.terminalValuePerKwh !== null)
    number(say, `${place}.terminalValuePerKwh`, storage.terminalValuePerKwh);
  checkEfficiencies(say, storage, place);
  const { capacityKwh } = storage;
  for (const field of ["energyKwh", "minimumKwh"] as const)
    if (storage[field] > mostStoredKwh(capacityKwh))
      say(`${place}.${field}`, `is ${storage[field]}, above the capacity ${capacityKwh}`);
};
