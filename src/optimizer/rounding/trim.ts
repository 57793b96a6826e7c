import { fullKwh } from "../battery.js";
import { at } from "../tree.js";
import {
  type Board,
  energies,
  phaseRoomOf,
  portKw,
  sessionOf,
  setCharge,
  setDischarge,
  TINY,
} from "./board.js";
import { priceNow, type SlotPrices } from "./prices.js";
import { exportRoomKw, importRoomKw } from "./rooms.js";

/** Lowers one discharge by at most `byKw`; a rest below the minimum is given up whole. */
export const lowerDischarge = (board: Board, index: number, slot: number, byKw: number): void => {
  const left = at(board.discharge[index], slot) - byKw;
  const { minDischargeKw } = sessionOf(board, index);
  setDischarge(board, index, slot, left < Math.max(minDischargeKw - TINY, TINY) ? 0 : left);
};

/** Lowers one charge power to `toKw`; a rest below the minimum is dropped whole. */
const lowerCharge = (board: Board, index: number, { slot, toKw }: { slot: number; toKw: number }): void => {
  const { minChargeKw } = sessionOf(board, index);
  setCharge(board, index, slot, toKw < Math.max(minChargeKw - TINY, TINY) ? 0 : toKw);
};

/** Charge powers below the minimum of the port cannot flow; they are dropped and filled in again. */
export const dropSmall = (board: Board): void => {
  for (const [index, row] of board.charge.entries())
    for (const [slot, power] of row.entries())
      if (power > 0) lowerCharge(board, index, { slot, toKw: power });
};

/** Charge that the battery or its taper does not take any more is lowered, in order of time. */
export const settleBattery = (board: Board, index: number): boolean => {
  let changed = false;
  const session = sessionOf(board, index);
  const path = energies(board, index);
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const power = at(board.charge[index], slot);
    if (power <= 0) continue;
    const energyKwh = at(path, slot);
    const room =
      Math.max(0, fullKwh(session) - energyKwh) / (session.chargeEfficiency * at(board.hours, slot));
    const most = Math.min(portKw(board, index, { slot, energyKwh }), room);
    if (power <= most + TINY) continue;
    lowerCharge(board, index, { slot, toKw: most });
    changed = true;
  }
  return changed;
};

/** Sessions that can best do without this slot: those with another slot nearly as cheap, dearest here first. */
const byPrice = (board: Board, sessions: readonly number[], slot: number, prices: SlotPrices): number[] =>
  [...sessions].sort((a, b) => priceNow(board, prices[b], slot) - priceNow(board, prices[a], slot) || b - a);

/** Lowers charge on phases of a node that are over their limit. */
const lowerForPhases = (
  board: Board,
  prices: SlotPrices,
  { node, slot }: { node: number; slot: number },
): boolean => {
  if (!board.phaseRoom[node]?.some((room) => at(room, slot) < -TINY)) return false;
  const roomOf = (index: number): number => phaseRoomOf(board, index, { node, slot });
  const charging = (board.tree.sessionsBelow[node] ?? []).filter(
    (index) => at(board.charge[index], slot) > 0 && roomOf(index) < -TINY,
  );
  for (const index of byPrice(board, charging, slot, prices)) {
    if (roomOf(index) >= -TINY) continue;
    const power = at(board.charge[index], slot);
    const toKw = power + roomOf(index);
    const { minChargeKw } = sessionOf(board, index);
    lowerCharge(board, index, { slot, toKw: toKw > 0 ? Math.min(power, Math.max(toKw, minChargeKw)) : toKw });
  }
  for (const index of charging) if (roomOf(index) < -TINY) setCharge(board, index, slot, 0);
  return charging.length > 0;
};

const lowerForImport = (
  board: Board,
  prices: SlotPrices,
  { node, slot }: { node: number; slot: number },
): boolean => {
  const room = (): number => Math.min(importRoomKw(board, node, slot), at(board.failsafeRoom[node], slot));
  if (room() >= -TINY) return lowerForPhases(board, prices, { node, slot });
  const charging = (board.tree.sessionsBelow[node] ?? []).filter(
    (index) => at(board.charge[index], slot) > 0,
  );
  for (const index of byPrice(board, charging, slot, prices)) {
    if (room() >= -TINY) break;
    const power = at(board.charge[index], slot);
    const { minChargeKw } = sessionOf(board, index);
    const toKw = power + room();
    lowerCharge(board, index, { slot, toKw: toKw > 0 ? Math.min(power, Math.max(toKw, minChargeKw)) : toKw });
  }
  for (const index of charging) if (room() < -TINY) setCharge(board, index, slot, 0);
  return lowerForPhases(board, prices, { node, slot }) || charging.length > 0;
};

const lowerForExport = (board: Board, { node, slot }: { node: number; slot: number }): boolean => {
  const room = (): number => Math.min(exportRoomKw(board, node, slot), at(board.dischargeRoom[node], slot));
  if (room() >= -TINY) return false;
  const below = board.tree.sessionsBelow[node] ?? [];
  const discharging = below.filter((index) => at(board.discharge[index], slot) > 0);
  for (const index of discharging) if (room() < -TINY) lowerDischarge(board, index, slot, -room());
  for (const index of discharging) if (room() < -TINY) setDischarge(board, index, slot, 0);
  return discharging.length > 0;
};

/** Lowers charge where a voltage is too low, and discharge where one is too high. */
const lowerForVoltages = (board: Board, prices: SlotPrices, slot: number): boolean => {
  let changed = false;
  for (const { effect, load, feed } of board.voltage) {
    if (at(load, slot) >= -TINY && at(feed, slot) >= -TINY) continue;
    const sessions = [...board.charge.keys()];
    const counted = (index: number): number => at(effect, at(board.tree.nodeOfSession, index));
    const over = (room: Float64Array, index: number): number => Math.max(0, -at(room, slot)) / counted(index);
    for (const index of byPrice(board, sessions, slot, prices)) {
      const power = at(board.charge[index], slot);
      if (at(load, slot) >= -TINY || power <= 0 || counted(index) <= 0) continue;
      lowerCharge(board, index, { slot, toKw: power - over(load, index) });
      changed = true;
    }
    for (const index of sessions) {
      if (at(feed, slot) >= -TINY || at(board.discharge[index], slot) <= 0 || counted(index) <= 0) continue;
      lowerDischarge(board, index, slot, over(feed, index));
      changed = true;
    }
  }
  return changed;
};

/** Rounds after which a slot, or the whole board, is left to verification. */
export const MOST_ROUNDS = 50;

/**
 * Lowers charge where imports or fail-safe rows are broken and discharge where exports are, until
 * neither is; what is lost is filled in elsewhere. Ends, since powers only fall.
 */
export const holdLimits = (board: Board, prices: SlotPrices): boolean => {
  let changed = false;
  for (const slot of board.hours.keys())
    for (let round = 0, again = true; again && round < MOST_ROUNDS; round++) {
      again = false;
      for (let node = board.problem.nodes.length - 1; node >= 0; node--) {
        const lowered = lowerForImport(board, prices, { node, slot });
        again = lowerForExport(board, { node, slot }) || lowered || again;
      }
      again = lowerForVoltages(board, prices, slot) || again;
      changed = changed || again;
    }
  return changed;
};
