import type { ProblemSession } from "../../domain/problem.js";
import type { Statement } from "./statement.js";
import { isLentShort } from "./swaps.js";

/** What a session's powers cost besides the energy bought and sold. */
export interface SessionCost {
  readonly wear: number;
  /** The same as the objective weighs it. */
  readonly weighedWear: number;
  /** Small prices and comfort: time, change, reserve, lag, energy at departure. */
  readonly other: number;
  readonly shortfallKwh: number;
}

interface Course {
  readonly number: number;
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
  readonly energies: readonly number[];
  /** A battery that is lent although it is not full costs a whole stock-out, not its share of one. */
  readonly isWhole: boolean;
}

const departure = (
  statement: Statement,
  { number, energies, isWhole }: Course,
  session: ProblemSession,
): number => {
  const station = statement.stationOfStay[number - statement.owned];
  if (isWhole && station !== undefined && isLentShort(session, energies))
    return statement.prices.stockOut[station] ?? 0;
  const left = energies[session.endSlot] ?? session.initialKwh;
  const short = Math.max(0, session.targetKwh - left);
  const beyond = Math.max(0, left - session.targetKwh);
  const { perKwh = 0, afterKwh = [] } = statement.fairness[number] ?? {};
  let unfair = 0;
  for (const kwh of afterKwh) unfair += perKwh * Math.max(0, short - kwh);
  return unfair + short * (statement.shortPrice[number] ?? 0) - beyond * (statement.beyondPrice[number] ?? 0);
};

export const sessionCostOf = (statement: Statement, course: Course): SessionCost => {
  const { problem, inForce: all, prices, lengthH, waitH } = statement;
  const { reserveFloor, lagFloor, lagPrice, timePrice } = statement;
  const { number, charge, discharge, energies } = course;
  const session = problem.sessions[number];
  if (session === undefined) return { wear: 0, weighedWear: 0, other: 0, shortfallKwh: 0 };
  const inForce = all.get(session.id);
  let outKwh = 0;
  let other = departure(statement, course, session);
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const hours = lengthH[slot] ?? 0;
    const inKw = charge[slot] ?? 0;
    const outKw = discharge[slot] ?? 0;
    const after = energies[slot + 1] ?? 0;
    outKwh += outKw * hours;
    other += inKw * hours * (timePrice[number] ?? 0) * (waitH[slot] ?? 0);
    if (inForce !== undefined) other += Math.abs(inKw - outKw - (inForce[slot] ?? 0)) * hours * prices.change;
    other += Math.max(0, (reserveFloor[number]?.[slot] ?? 0) - after) * hours * prices.reserve;
    other += Math.max(0, (lagFloor[number]?.[slot] ?? 0) - after) * lagPrice;
  }
  const left = energies[session.endSlot] ?? session.initialKwh;
  return {
    wear: outKwh * session.wearPerKwh,
    weighedWear: outKwh * (prices.wear[number] ?? 0),
    other,
    shortfallKwh: session.departsAfterHorizon ? 0 : Math.max(0, session.targetKwh - left),
  };
};
