import { at } from "../tree.js";
import {
  type Board,
  chargeRoomKw,
  dischargeRoomKw,
  energies,
  sessionOf,
  setDischarge,
  TINY,
} from "./board.js";
import { cheapestNow, priceNow, type Ranking, type SlotPrices } from "./prices.js";
import { lowerDischarge } from "./trim.js";

/** Slots of a window by price, dearest first; ties in order of time. */
const dearestFirst = (slots: readonly number[], prices: ArrayLike<number>): number[] =>
  [...slots].sort((a, b) => at(prices, b) - at(prices, a) || a - b);

/**
 * Discharge below the minimum of the port is gathered in the dearest of its slots, as whole minimum
 * powers; what is left over is given up.
 */
export const gatherDischarge = (board: Board, prices: SlotPrices): void => {
  for (const [index, row] of board.discharge.entries()) {
    const session = sessionOf(board, index);
    const small = [...row.keys()].filter(
      (slot) => at(row, slot) > 0 && at(row, slot) < session.minDischargeKw - TINY,
    );
    let budgetKwh = 0;
    for (const slot of small) {
      budgetKwh += at(row, slot) * at(board.hours, slot);
      setDischarge(board, index, slot, 0);
    }
    const perKwh = [...row.keys()].map((slot) => priceNow(board, prices[index], slot));
    for (const slot of dearestFirst(small, perKwh)) {
      const most = Math.min(session.maxDischargeKw, dischargeRoomKw(board, index, slot));
      const power = Math.min(most, budgetKwh / at(board.hours, slot));
      if (power < session.minDischargeKw - TINY || at(board.charge[index], slot) > 0) continue;
      setDischarge(board, index, slot, power);
      budgetKwh -= power * at(board.hours, slot);
    }
  }
};

/** Least energy that a session may have at each point of time: its reserve, or what the relaxation had. */
export const floorsOf = (board: Board, index: number, relaxedPath: readonly number[]): number[] =>
  relaxedPath.map((energy) => Math.max(0, Math.min(sessionOf(board, index).reserveKwh, energy)));

/** Takes discharge away, latest first, until energy is nowhere under its floor. */
export const holdFloors = (board: Board, index: number, floors: readonly number[]): boolean => {
  const session = sessionOf(board, index);
  const row = board.discharge[index];
  let changed = false;
  if (row === undefined) return changed;
  for (let point = session.firstSlot + 1; point <= session.endSlot; point++) {
    for (let slot = point - 1; slot >= session.firstSlot; slot--) {
      const missing = at(floors, point) - at(energies(board, index), point);
      if (missing <= TINY) break;
      if (at(row, slot) <= 0) continue;
      lowerDischarge(board, index, slot, (missing * session.dischargeEfficiency) / at(board.hours, slot));
      changed = true;
    }
  }
  return changed;
};

/**
 * A car that ends short does not sell: discharge is given up, least valuable first, as far as the limits
 * above it can do without.
 */
export const giveUpDischarge = (
  board: Board,
  ranking: Ranking | undefined,
  { index, missingKwh }: { index: number; missingKwh: number },
): void => {
  const { dischargeEfficiency } = sessionOf(board, index);
  const row = board.discharge[index];
  let missing = missingKwh;
  for (const slot of cheapestNow(board, index, ranking)) {
    const before = at(row, slot);
    if (missing <= TINY) return;
    if (before <= 0) continue;
    const room = Math.max(0, chargeRoomKw(board, index, slot));
    const byKw = (missing * dischargeEfficiency) / at(board.hours, slot);
    lowerDischarge(board, index, slot, Math.min(byKw, before));
    if (before - at(row, slot) > room + TINY) setDischarge(board, index, slot, before);
    missing -= ((before - at(row, slot)) * at(board.hours, slot)) / dischargeEfficiency;
  }
};
