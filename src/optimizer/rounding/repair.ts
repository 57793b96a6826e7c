import { fullKwh } from "../battery.js";
import { at } from "../tree.js";
import {
  type Board,
  chargeRoomKw,
  lessChargeRoomKw,
  energies,
  sessionOf,
  setCharge,
  setDischarge,
  TINY,
} from "./board.js";
import { giveUpDischarge } from "./discharge.js";
import { fill } from "./fill.js";
import type { SlotPrices } from "./prices.js";

/** Tries per session that is short; keeps the repair of a crowded site bounded. */
const MOST_TRIES = 400;

type Snapshot = readonly {
  readonly index: number;
  readonly charge: Float64Array;
  readonly discharge: Float64Array;
}[];

const snapshot = (board: Board, indices: readonly number[]): Snapshot =>
  indices.map((index) => ({
    index,
    charge: Float64Array.from(board.charge[index] ?? []),
    discharge: Float64Array.from(board.discharge[index] ?? []),
  }));

const restore = (board: Board, taken: Snapshot): void => {
  for (const { index, charge, discharge } of taken)
    for (const slot of charge.keys()) {
      setCharge(board, index, slot, at(charge, slot));
      setDischarge(board, index, slot, at(discharge, slot));
    }
};

const finalKwh = (board: Board, index: number): number =>
  at(energies(board, index), sessionOf(board, index).endSlot);

/** What slots cost and what energy at departure is worth. */
export interface Market {
  readonly prices: SlotPrices;
  /** Worth of a kWh at departure of each session, money. */
  readonly worths: readonly number[];
}

interface Move {
  readonly short: number;
  readonly donor: number;
  readonly slot: number;
  readonly neededKwh: number;
  /** Power that the short session is to have in the slot, kW. */
  readonly wishKw: number;
}

const lowered = (
  board: Board,
  donor: number,
  { slot, wantedKw }: { slot: number; wantedKw: number },
): number => {
  const power = at(board.charge[donor], slot);
  const { minChargeKw } = sessionOf(board, donor);
  const left = power - wantedKw;
  return left < minChargeKw - TINY ? (power - minChargeKw >= wantedKw - TINY ? minChargeKw : 0) : left;
};

/** Energy must not fall under the reserve, nor under 0, nor rise above the capacity, where it was not before. */
const staysSound = (board: Board, index: number, before: ArrayLike<number>): boolean => {
  const session = sessionOf(board, index);
  return Array.from(energies(board, index)).every(
    (energy, point) =>
      energy >= Math.min(session.reserveKwh, at(before, point)) - TINY &&
      energy >= -TINY &&
      energy <= Math.max(fullKwh(session), at(before, point)) + TINY,
  );
};

/** The donor gives way in a slot and charges elsewhere; kept only if the two together gain in worth. */
const tryMove = (
  board: Board,
  { prices, worths }: Market,
  { short, donor, slot, neededKwh, wishKw }: Move,
): number => {
  const session = sessionOf(board, short);
  const [shortBefore, donorBefore] = [finalKwh(board, short), finalKwh(board, donor)];
  const wantedKw = wishKw - at(board.charge[short], slot) - Math.max(0, chargeRoomKw(board, short, slot));
  const toKw = lowered(board, donor, { slot, wantedKw: Math.max(wantedKw, TINY) });
  const less = at(board.charge[donor], slot) - toKw;
  if (less <= TINY || lessChargeRoomKw(board, donor, slot) < less) return 0;
  const taken = snapshot(board, [short, donor]);
  const donorPath = Float64Array.from(energies(board, donor));
  setCharge(board, donor, slot, toKw);
  const only = { index: short, neededKwh, beforeSlot: session.endSlot, ranking: prices[short] };
  fill(board, only);
  const lost = donorBefore - finalKwh(board, donor);
  const { endSlot } = sessionOf(board, donor);
  fill(board, {
    index: donor,
    neededKwh: lost,
    beforeSlot: endSlot,
    ranking: prices[donor],
    exceptSlot: slot,
  });
  const still = donorBefore - finalKwh(board, donor);
  if (still > 1e-6) giveUpDischarge(board, prices[donor], { index: donor, missingKwh: still });
  const gain = finalKwh(board, short) - shortBefore;
  const loss = Math.max(0, donorBefore - finalKwh(board, donor));
  const worth = gain * at(worths, short) - (loss <= 1e-6 ? 0 : loss * at(worths, donor));
  if (gain > 1e-6 && worth > 1e-6 && staysSound(board, donor, donorPath)) return gain;
  restore(board, taken);
  return 0;
};

/** Urgent cars do not give way, nor do those that are still under their reserve. */
const givesWay = (board: Board, donor: number, slot: number): boolean => {
  const { urgency, reserveKwh } = sessionOf(board, donor);
  if (at(board.charge[donor], slot) <= 0 || urgency === "now") return false;
  return at(energies(board, donor), slot) >= reserveKwh;
};

/** What to ask for: first what just opens the slot, or a little more in it; then all that is needed. */
const wishes = (
  board: Board,
  index: number,
  { slot, neededKwh }: { slot: number; neededKwh: number },
): number[] => {
  const { minChargeKw, maxChargeKw, chargeEfficiency } = sessionOf(board, index);
  const all = at(board.charge[index], slot) + neededKwh / (chargeEfficiency * at(board.hours, slot));
  const most = Math.min(maxChargeKw, Math.max(minChargeKw, all));
  const least = Math.min(most, Math.max(minChargeKw, at(board.charge[index], slot) + 1));
  return least < most - TINY ? [least, most] : [most];
};

/** A session that stays short while others could charge elsewhere: they give way. Returns what is missing. */
export const makeWay = (
  board: Board,
  market: Market,
  { index, neededKwh }: { index: number; neededKwh: number },
): number => {
  const session = sessionOf(board, index);
  let needed = neededKwh;
  let tries = 0;
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    if (at(board.discharge[index], slot) > 0) continue;
    if (at(board.charge[index], slot) >= session.maxChargeKw - TINY) continue;
    for (const donor of board.charge.keys()) {
      if (needed <= 1e-6 || tries >= MOST_TRIES) return needed;
      if (donor === index || !givesWay(board, donor, slot)) continue;
      for (const wishKw of wishes(board, index, { slot, neededKwh: needed })) {
        tries++;
        needed -= tryMove(board, market, { short: index, donor, slot, neededKwh: needed, wishKw });
      }
    }
  }
  return needed;
};
