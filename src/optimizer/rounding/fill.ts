import { at } from "../tree.js";
import { type Board, chargeRoomKw, energies, lessChargeRoomKw, sessionOf, setCharge, TINY } from "./board.js";
import { levelUp } from "./level.js";
import { cheapestNow, type Ranking } from "./prices.js";
import { roomAt } from "./rise.js";

/** What is to be charged into a session: so much energy before a point of time, in slots by price. */
export interface Order {
  readonly index: number;
  readonly neededKwh: number;
  /** Slots before this one may be used. */
  readonly beforeSlot: number;
  readonly ranking: Ranking | undefined;
  /** A slot that must stay as it is; -1 = none. */
  readonly exceptSlot?: number;
}

const cheapestFirst = (board: Board, { index, beforeSlot, ranking, exceptSlot = -1 }: Order): number[] =>
  cheapestNow(board, index, ranking).filter(
    (slot) => slot < beforeSlot && slot !== exceptSlot && at(board.discharge[index], slot) === 0,
  );

/** Takes energy out of slots that are above their minimum, dearest first; returns what was taken, kWh. */
const shave = (board: Board, order: Order, excessKwh: number): number => {
  const { index } = order;
  const session = sessionOf(board, index);
  let left = excessKwh;
  for (const slot of cheapestFirst(board, order).reverse()) {
    const above = at(board.charge[index], slot) - session.minChargeKw;
    if (above <= TINY || left <= TINY) continue;
    const kwhPerKw = session.chargeEfficiency * at(board.hours, slot);
    const less = Math.min(above, left / kwhPerKw, Math.max(0, lessChargeRoomKw(board, index, slot)));
    setCharge(board, index, slot, at(board.charge[index], slot) - less);
    left -= less * kwhPerKw;
  }
  return excessKwh - left;
};

/** Energy that must go from earlier slots for the taper to let the minimum in, kWh. */
const taperExcess = (board: Board, index: number, slot: number): number => {
  const { taper, minChargeKw } = sessionOf(board, index);
  if (taper === null || taper.slopeKwPerKwh <= 0) return 0;
  const line = taper.interceptKw - taper.slopeKwPerKwh * at(energies(board, index), slot);
  return Math.max(0, minChargeKw - line) / taper.slopeKwPerKwh;
};

/**
 * Opens a slot at its minimum although less is needed or fits; other slots of the session make room.
 * Nothing changes when they cannot, or when energy at departure would not gain.
 */
const openAtMinimum = (
  board: Board,
  order: Order,
  { slot, neededKwh }: { slot: number; neededKwh: number },
): void => {
  const { index, beforeSlot } = order;
  const { minChargeKw, chargeEfficiency } = sessionOf(board, index);
  if (chargeRoomKw(board, index, slot) < minChargeKw - TINY) return;
  const before = Float64Array.from(board.charge[index] ?? []);
  const energyBefore = at(energies(board, index), beforeSlot);
  const early = taperExcess(board, index, slot);
  if (early > 0) shave(board, { ...order, beforeSlot: slot }, early);
  const excess = minChargeKw * chargeEfficiency * at(board.hours, slot) - neededKwh - early;
  if (excess > TINY) shave(board, order, excess);
  if (roomAt(board, index, slot).riseKw >= minChargeKw - TINY) setCharge(board, index, slot, minChargeKw);
  if (at(board.charge[index], slot) > 0 && at(energies(board, index), beforeSlot) > energyBefore + TINY)
    return;
  for (const [again, power] of before.entries()) setCharge(board, index, again, power);
};

/** Cheapest slots first and each to the full. Returns the energy that is still missing, kWh. */
const fillInTurn = (board: Board, order: Order): number => {
  const { index } = order;
  const { minChargeKw } = sessionOf(board, index);
  let needed = order.neededKwh;
  for (const slot of cheapestFirst(board, order)) {
    if (needed <= TINY) return 0;
    const { riseKw, kwhPerKw, nowKw } = roomAt(board, index, slot);
    const rise = Math.min(riseKw, needed / kwhPerKw);
    if (rise <= TINY || nowKw + rise < minChargeKw - TINY) continue;
    setCharge(board, index, slot, nowKw + rise);
    needed -= rise * kwhPerKw;
  }
  return needed;
};

/**
 * Charges a session by as much as is needed and possible, cheapest slots first and each to the full, so
 * that power is concentrated; below a node that is flattened step by step, so that its curve stays level.
 * Returns the energy that is still missing, kWh.
 */
export const fill = (board: Board, order: Order): number => {
  const { index, ranking } = order;
  const isLevelled = ranking !== undefined && ranking.flattened.length > 0;
  let needed = isLevelled
    ? levelUp(board, { ...order, ranking, slots: cheapestFirst(board, order) })
    : fillInTurn(board, order);
  for (const slot of cheapestFirst(board, order)) {
    if (needed <= TINY) return 0;
    if (at(board.charge[index], slot) > 0) continue;
    const before = at(energies(board, index), order.beforeSlot);
    openAtMinimum(board, order, { slot, neededKwh: needed });
    needed -= at(energies(board, index), order.beforeSlot) - before;
  }
  return Math.max(0, needed);
};
