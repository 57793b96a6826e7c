import { slotCount } from "../../domain/horizon.js";
import type { ProblemFault } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import { MOST_PENALTY } from "../../domain/problem.js";
import type { SwapStation } from "../../domain/swap-station.js";
import { LEAST_EFFICIENCY, MOST_KW, mostStoredKwh } from "../number-bounds.js";

type Say = (field: string, message: string) => void;

/** In a station, and swapped as one slot begins. */
const MOST_BATTERIES = 10_000;

const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** Tells what is no number in a range; NaN is in none. */
const number = (say: Say, field: string, value: number, most = MOST_KW): boolean => {
  if (isBetween(value, 0, most)) return true;
  say(field, `must be a number from 0 to ${most}, is ${value}; is the unit right (kW, kWh, money)?`);
  return false;
};

const checkBattery = (say: Say, station: SwapStation): void => {
  for (const field of ["returnedKwh", "maxChargeKw", "maxDischargeKw", "wearPerKwh"] as const)
    number(say, field, station[field]);
  if (station.terminalValuePerKwh !== null) number(say, "terminalValuePerKwh", station.terminalValuePerKwh);
  for (const field of ["chargeEfficiency", "dischargeEfficiency"] as const)
    if (!isBetween(station[field], LEAST_EFFICIENCY, 1))
      say(field, `must be from ${LEAST_EFFICIENCY} to 1, is ${station[field]}; is it in percent?`);
  if (number(say, "stockOutPrice", station.stockOutPrice, MOST_PENALTY) && station.stockOutPrice === 0)
    say("stockOutPrice", "must be above 0: what is one battery worth that cannot be lent?");
};

const checkEnergies = (say: Say, { fullKwh, returnedKwh, energiesKwh }: SwapStation): void => {
  if (energiesKwh.length === 0) say("energiesKwh", "must have the energy of each battery, has none");
  if (energiesKwh.length > MOST_BATTERIES)
    say("energiesKwh", `must have at most ${MOST_BATTERIES} batteries, has ${energiesKwh.length}`);
  if (number(say, "fullKwh", fullKwh) && fullKwh <= returnedKwh)
    say("fullKwh", `is ${fullKwh}, not above the ${returnedKwh} kWh with which batteries come back`);
  const mostKwh = mostStoredKwh(fullKwh);
  for (const [bay, kwh] of energiesKwh.entries())
    if (number(say, `energiesKwh[${bay}]`, kwh) && kwh > mostKwh)
      say(`energiesKwh[${bay}]`, `is ${kwh}, above the ${fullKwh} kWh of a full battery`);
};

const checkCounts = (say: Say, { demand, refused }: SwapStation, slots: number): void => {
  for (const [field, counts] of Object.entries({ demand, refused })) {
    if (counts === null) {
      if (field === "demand") say(field, `must have one value per slot (${slots}), is null`);
      continue;
    }
    if (counts.length !== slots) say(field, `must have one value per slot (${slots}), has ${counts.length}`);
    for (const [slot, count] of counts.entries())
      if (!Number.isSafeInteger(count) || count < 0)
        say(`${field}[${slot}]`, `must be a whole number of batteries, is ${count}`);
      else if (count > MOST_BATTERIES)
        say(`${field}[${slot}]`, `must be at most ${MOST_BATTERIES}, is ${count}`);
      else if (field === "refused" && count > (demand?.[slot] ?? 0))
        say(`refused[${slot}]`, `is ${count}, more than the ${demand?.[slot] ?? 0} that are asked for`);
  }
};

/** An exclusive pile serves one car at a time: batteries that are always there would never let another in. */
const checkPlace = (say: Say, problem: Problem, station: SwapStation): void => {
  if (problem.nodes.every(({ id }) => id !== station.nodeId))
    say("nodeId", `"${station.nodeId}" is not a node`);
  for (
    let id: string | null = station.nodeId, steps = 0;
    id !== null && steps <= problem.nodes.length;
    steps++
  ) {
    const at: string = id;
    const above = problem.nodes.find((one) => one.id === at);
    if ((above?.exclusive ?? null) !== null)
      say("nodeId", `is at or below "${at}", which serves one car at a time (exclusive)`);
    id = above?.parentId ?? null;
  }
};

const checkName = (say: Say, { sessions, storages, swapStations }: Problem, index: number): void => {
  const id = swapStations[index]?.id ?? "";
  const before = swapStations.findIndex((station) => station.id === id);
  if (before < index) say("id", `"${id}" is already used by swapStations[${before}]`);
  for (const [place, list] of Object.entries({ sessions, storages }))
    for (const [at, other] of list.entries())
      if (other.id === id || other.id.startsWith(`${id}/`))
        say(
          "id",
          `"${id}" is part of the name "${other.id}" of ${place}[${at}]; its batteries are named ${id}/1 and so on`,
        );
  for (const [at, other] of swapStations.entries())
    if (at !== index && other.id.startsWith(`${id}/`))
      say("id", `"${id}" is part of the name "${other.id}" of swapStations[${at}]`);
};

/** What contradicts itself in the swap stations of a problem, each with its place. */
export const swapStationFaults = (problem: Problem): ProblemFault[] => {
  const faults: ProblemFault[] = [];
  for (const [index, station] of problem.swapStations.entries()) {
    const say: Say = (field, message) =>
      void faults.push({ place: `swapStations[${index}].${field}`, message });
    checkName(say, problem, index);
    checkPlace(say, problem, station);
    checkBattery(say, station);
    checkEnergies(say, station);
    checkCounts(say, station, slotCount(problem.horizon));
  }
  return faults;
};
