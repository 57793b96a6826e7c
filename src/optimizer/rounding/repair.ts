import { at } from "../tree.js";
import { type Board, chargeRoomKw, dischargeRoomKw, energies, sessionOf, setCharge, TINY } from "./board.js";
import { fill } from "./fill.js";
import type { SlotPrices } from "./prices.js";

/** Tries per session that is short; keeps the repair of a crowded site bounded. */
const MOST_TRIES = 400;

type Snapshot = readonly { readonly index: number; readonly powers: Float64Array }[];

const snapshot = (board: Board, indices: readonly number[]): Snapshot =>
  indices.map((index) => ({ index, powers: Float64Array.from(board.charge[index] ?? []) }));

const restore = (board: Board, taken: Snapshot): void => {
  for (const { index, powers } of taken)
    for (const [slot, power] of powers.entries())
      if (at(board.charge[index], slot) !== power) setCharge(board, index, slot, power);
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

/** Energy of a session must not fall under its reserve, nor under 0, where it was not before. */
const staysSound = (board: Board, index: number, before: ArrayLike<number>): boolean => {
  const session = sessionOf(board, index);
  return Array.from(energies(board, index)).every(
    (energy, point) => energy >= Math.min(session.reserveKwh, at(before, point)) - TINY && energy >= -TINY,
  );
};

/** The donor gives way in a slot and charges elsewhere; kept only if the two together gain in worth. */
const tryMove = (
  board: Board,
  { prices, worths }: Market,
  { short, donor, slot, neededKwh }: Move,
): number => {
  const session = sessionOf(board, short);
  const taken = snapshot(board, [short, donor]);
  const donorPath = Float64Array.from(energies(board, donor));
  const [shortBefore, donorBefore] = [finalKwh(board, short), finalKwh(board, donor)];
  const kwhPerKw = session.chargeEfficiency * at(board.hours, slot);
  const wish = Math.max(session.minChargeKw, Math.min(session.maxChargeKw, neededKwh / kwhPerKw));
  const wantedKw = wish - at(board.charge[short], slot) - Math.max(0, chargeRoomKw(board, short, slot));
  const toKw = lowered(board, donor, { slot, wantedKw: Math.max(wantedKw, TINY) });
  const less = at(board.charge[donor], slot) - toKw;
  if (less <= TINY || dischargeRoomKw(board, donor, slot) < less) return 0;
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
  const gain = finalKwh(board, short) - shortBefore;
  const loss = Math.max(0, donorBefore - finalKwh(board, donor));
  const worth = gain * at(worths, short) - (loss <= 1e-6 ? 0 : loss * at(worths, donor));
  if (gain > 1e-6 && worth > 1e-6 && staysSound(board, donor, donorPath)) return gain;
  restore(board, taken);
  return 0;
};

const sharesNode = (board: Board, a: number, b: number): boolean =>
  (board.tree.pathOfSession[a] ?? []).some((node) => (board.tree.pathOfSession[b] ?? []).includes(node));

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
      if (donor === index || at(board.charge[donor], slot) <= 0 || !sharesNode(board, index, donor)) continue;
      tries++;
      needed -= tryMove(board, market, { short: index, donor, slot, neededKwh: needed });
    }
  }
  return needed;
};
