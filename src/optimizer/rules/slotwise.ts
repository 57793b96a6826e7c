import type { Problem } from "../../domain/problem.js";
import { acceptedKw, energyAfter, isPluggedIn } from "../battery.js";
import type { Solver } from "../contract.js";
import { type Board, boardOf, chargeRoomKw, setCharge, TINY } from "../rounding/board.js";
import { withoutPlan } from "../solvers/exact.js";
import { withStorages } from "../storages.js";
import { at } from "../tree.js";

/** A session that still wants energy in the slot at hand. */
export interface Claim {
  readonly index: number;
  readonly slot: number;
  readonly endSlot: number;
  /** Hours until departure minus hours of full power that are still needed. */
  readonly laxityH: number;
  /** Power that it would take now, kW; 0 or at least the port's minimum. */
  readonly wishKw: number;
  readonly minKw: number;
}

/** Grants power to the claims of one slot, on the board. */
export type Grant = (board: Board, claims: readonly Claim[]) => void;

/**
 * What a session takes towards its target. A rest that would be too small for the port's minimum in
 * the next slot is avoided by taking a little less now.
 */
const wishOf = (
  problem: Problem,
  {
    index,
    slot,
    energyKwh,
    hours,
  }: { index: number; slot: number; energyKwh: number; hours: readonly number[] },
): number => {
  const session = problem.sessions[index];
  if (session === undefined) return 0;
  const wantedKwh = session.targetKwh - energyKwh;
  const most = acceptedKw(session, energyKwh, at(hours, slot));
  if (wantedKwh <= TINY || most <= TINY) return 0;
  const kwhPerKw = session.chargeEfficiency * at(hours, slot);
  const power = Math.min(most, wantedKwh / kwhPerKw);
  if (power < session.minChargeKw) return most >= session.minChargeKw ? session.minChargeKw : 0;
  const restKwh = wantedKwh - power * kwhPerKw;
  const leastNextKwh = session.minChargeKw * session.chargeEfficiency * at(hours, slot + 1);
  if (restKwh <= TINY || restKwh >= leastNextKwh || slot + 1 >= session.endSlot) return power;
  const less = power - (leastNextKwh - restKwh) / kwhPerKw;
  return less >= session.minChargeKw ? less : power;
};

const claimsOf = (board: Board, slot: number, energyKwh: readonly number[]): Claim[] => {
  const claims: Claim[] = [];
  for (const [index, session] of board.problem.sessions.entries()) {
    if (!isPluggedIn(session, slot)) continue;
    const energy = at(energyKwh, index);
    const wishKw = wishOf(board.problem, { index, slot, energyKwh: energy, hours: board.hours });
    if (wishKw <= 0) continue;
    let leftH = 0;
    for (let later = slot; later < session.endSlot; later++) leftH += at(board.hours, later);
    const neededH = (session.targetKwh - energy) / (session.chargeEfficiency * session.maxChargeKw);
    claims.push({
      index,
      slot,
      endSlot: session.endSlot,
      laxityH: leftH - neededH,
      wishKw,
      minKw: session.minChargeKw,
    });
  }
  return claims;
};

/** Gives a session up to its wish, as far as every limit above it has room; nothing below its minimum. */
export const grantWish = (board: Board, { index, slot, wishKw, minKw }: Claim): void => {
  const power = Math.min(wishKw, chargeRoomKw(board, index, slot));
  if (power > TINY && power >= minKw - TINY) setCharge(board, index, slot, power);
};

/** A rule that decides slot after slot, in order of time. No discharge. */
export const slotwiseRule = (name: string, grant: Grant): Solver => ({
  name,
  async solve(asked) {
    const problem = withStorages(asked);
    const board = boardOf(problem);
    const energyKwh = problem.sessions.map(({ initialKwh }) => initialKwh);
    for (const [slot, hours] of board.hours.entries()) {
      grant(board, claimsOf(board, slot, energyKwh));
      for (const [index, session] of problem.sessions.entries()) {
        const chargeKw = at(board.charge[index], slot);
        energyKwh[index] = energyAfter(session, at(energyKwh, index), { chargeKw, dischargeKw: 0, hours });
      }
    }
    return resultOf(board);
  },
});

/** A feasible result from the powers on a board; its objective is left to `verify`. */
export const resultOf = (board: Board): Awaited<ReturnType<Solver["solve"]>> => ({
  ...withoutPlan("feasible", null),
  chargeKw: board.charge.map((row) => [...row]),
  dischargeKw: board.discharge.map((row) => [...row]),
});
