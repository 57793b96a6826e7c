import { fullKwh } from "../battery.js";
import { at } from "../tree.js";
import { type Board, energies, portKw, sessionOf, setCharge, TINY } from "./board.js";

/** Lowers one charge power to `toKw`; a rest below the minimum is dropped whole. */
export const lowerCharge = (
  board: Board,
  index: number,
  { slot, toKw }: { slot: number; toKw: number },
): void => {
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
export const settleBattery = (board: Board, index: number): void => {
  const session = sessionOf(board, index);
  let path = energies(board, index);
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const power = at(board.charge[index], slot);
    if (power <= 0) continue;
    const energyKwh = at(path, slot);
    const room =
      Math.max(0, fullKwh(session) - energyKwh) / (session.chargeEfficiency * at(board.hours, slot));
    const most = Math.min(portKw(board, index, { slot, energyKwh }), room);
    if (power <= most + TINY) continue;
    lowerCharge(board, index, { slot, toKw: most });
    path = energies(board, index);
  }
};

/** Sessions that can best do without this slot: those with another slot nearly as cheap, dearest here first. */
const byPrice = (sessions: readonly number[], slot: number, prices: readonly ArrayLike<number>[]): number[] =>
  [...sessions].sort((a, b) => at(prices[b], slot) - at(prices[a], slot) || b - a);

/** Lowers charge until no limit is broken by it; what is lost is filled in elsewhere. */
export const holdLimits = (board: Board, prices: readonly ArrayLike<number>[]): void => {
  for (let node = board.problem.nodes.length - 1; node >= 0; node--)
    for (const slot of board.hours.keys()) {
      const room = (): number =>
        Math.min(at(board.importRoom[node], slot), at(board.failsafeRoom[node], slot));
      if (room() >= -TINY) continue;
      for (const index of byPrice(board.tree.sessionsBelow[node] ?? [], slot, prices)) {
        const over = -room();
        if (over <= TINY) break;
        const power = at(board.charge[index], slot);
        if (power <= 0) continue;
        const { minChargeKw } = sessionOf(board, index);
        const toKw = power - over;
        lowerCharge(board, index, {
          slot,
          toKw: toKw > 0 && toKw < minChargeKw ? Math.min(power, minChargeKw) : toKw,
        });
      }
      for (const index of board.tree.sessionsBelow[node] ?? []) {
        if (room() >= -TINY) break;
        if (at(board.charge[index], slot) > 0) setCharge(board, index, slot, 0);
      }
    }
};
