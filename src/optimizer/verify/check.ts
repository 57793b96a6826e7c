import type { ProblemSession } from "../../domain/problem.js";
import type { Statement } from "./statement.js";
import { acceptance } from "./statement.js";

export interface Violation {
  /** e.g. `sessions[3].chargeKw[12]`. */
  readonly place: string;
  /** Relative to the larger of 1 and the bound that is broken. */
  readonly amount: number;
}

/** `place` is asked only where something is broken. */
export type Report = (place: () => string, excess: number, scale?: number) => void;

/** Collects what is broken; anything that is not a number is broken without end. */
export const collector = (): { report: Report; violations: Violation[] } => {
  const violations: Violation[] = [];
  const report: Report = (place, excess, scale = 1) => {
    const amount = Number.isNaN(excess) ? Infinity : excess / Math.max(1, Math.abs(scale));
    if (amount > 1e-12) violations.push({ place: place(), amount });
  };
  return { report, violations };
};

export interface SessionPowers {
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
}

/** {0} ∪ [min, …]: how far a power lies between. */
const fromEitherSide = (powerKw: number, minKw: number): number => Math.min(powerKw, minKw - powerKw);

const checkPower = (
  session: ProblemSession,
  at: { place: string; slot: number; charge: number; discharge: number; energyKwh: number },
  report: Report,
): void => {
  const { slot, charge, discharge, energyKwh } = at;
  const inside = slot >= session.firstSlot && slot < session.endSlot;
  const most = inside ? acceptance(session, energyKwh) : 0;
  const mostOut = inside && session.urgency === "normal" ? session.maxDischargeKw : 0;
  report(() => `${at.place}.chargeKw[${slot}]`, -charge);
  report(() => `${at.place}.chargeKw[${slot}]`, charge - most, most);
  report(() => `${at.place}.dischargeKw[${slot}]`, -discharge);
  report(() => `${at.place}.dischargeKw[${slot}]`, discharge - mostOut, mostOut);
  report(() => `${at.place}.direction[${slot}]`, Math.min(charge, discharge));
};

/** Batteries of swap stations are counted through all stations, in the order in which they are lent. */
const placeOf = ({ cars, owned }: Statement, number: number): string => {
  if (number < cars) return `sessions[${number}]`;
  return number < owned ? `storages[${number - cars}]` : `swapBatteries[${number - owned}]`;
};

/** Every bound of a session; returns its energy at the start of each slot and at the end, kWh. */
export const checkSession = (
  statement: Statement,
  { number, powers, semiContinuous }: { number: number; powers: SessionPowers; semiContinuous: boolean },
  report: Report,
): number[] => {
  const session = statement.problem.sessions[number];
  if (session === undefined) return [];
  const place = placeOf(statement, number);
  const least = statement.leastKwh[number] ?? 0;
  const top = statement.ceilingKwh[number] ?? 0;
  const energies = [session.initialKwh];
  let energyKwh = session.initialKwh;
  let dischargedKwh = 0;
  for (const [slot, hours] of statement.lengthH.entries()) {
    const charge = powers.charge[slot] ?? Number.NaN;
    const discharge = powers.discharge[slot] ?? Number.NaN;
    checkPower(session, { place, slot, charge, discharge, energyKwh }, report);
    if (semiContinuous) {
      report(() => `${place}.chargeKw[${slot}] minimum`, fromEitherSide(charge, session.minChargeKw));
      report(
        () => `${place}.dischargeKw[${slot}] minimum`,
        fromEitherSide(discharge, session.minDischargeKw),
      );
    }
    energyKwh =
      energyKwh +
      charge * hours * session.chargeEfficiency -
      (discharge * hours) / session.dischargeEfficiency;
    energies.push(energyKwh);
    dischargedKwh += discharge * hours;
    report(() => `${place}.energyKwh[${slot + 1}]`, least - energyKwh, top);
    report(() => `${place}.energyKwh[${slot + 1}]`, energyKwh - top, top);
  }
  const most = session.maxDischargeKwh;
  if (most !== null) report(() => `${place}.maxDischargeKwh`, dischargedKwh - most, most);
  return energies;
};
