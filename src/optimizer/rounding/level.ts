import { at } from "../tree.js";
import { type Board, sessionOf, setCharge, TINY } from "./board.js";
import { priceNow, type Ranking, steepness } from "./prices.js";
import { roomAt } from "./rise.js";

/** Share of a port's power by which a slot is raised at a time. */
const STEP_SHARE = 1 / 16;

interface Level {
  readonly index: number;
  readonly neededKwh: number;
  readonly slots: readonly number[];
  readonly ranking: Ranking;
}

/** What a kWh costs on average in the next step of a slot. */
const stepPrice = (board: Board, { index, ranking }: Level, slot: number): number => {
  const { minChargeKw } = sessionOf(board, index);
  const stepKw = at(board.charge[index], slot) > 0 ? 0 : minChargeKw;
  return priceNow(board, ranking, slot) + (steepness(ranking) * stepKw) / 2;
};

/**
 * Charges a session below a flattened node: again and again a little more in the slot that is then cheapest, a
 * slot at rest to the port's minimum at once. Returns the energy that is still missing, kWh.
 */
export const levelUp = (board: Board, level: Level): number => {
  const { index } = level;
  const { minChargeKw, maxChargeKw } = sessionOf(board, index);
  const open = new Map(level.slots.map((slot) => [slot, stepPrice(board, level, slot)]));
  let needed = level.neededKwh;
  while (needed > TINY && open.size > 0) {
    let [slot, least] = [-1, Infinity];
    for (const [one, price] of open) if (price < least) [slot, least] = [one, price];
    if (slot < 0) break;
    const { riseKw, kwhPerKw, nowKw } = roomAt(board, index, slot);
    const stepKw = Math.max(maxChargeKw * STEP_SHARE, nowKw > 0 ? 0 : minChargeKw);
    const rise = Math.min(riseKw, stepKw, needed / kwhPerKw);
    if (rise <= TINY || nowKw + rise < minChargeKw - TINY) {
      open.delete(slot);
      continue;
    }
    setCharge(board, index, slot, nowKw + rise);
    needed -= rise * kwhPerKw;
    open.set(slot, stepPrice(board, level, slot));
  }
  return needed;
};
