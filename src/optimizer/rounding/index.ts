import type { Problem } from "../../domain/problem.js";
import type { Multipliers, Powers } from "../contract.js";
import { dischargeableKw, energiesOf, isPluggedIn, takesNothing } from "../battery.js";
import { withStorages } from "../storages.js";
import { at } from "../tree.js";
import { weighted } from "../weighted.js";
import { weightsOf } from "../weights.js";
import {
  type Board,
  boardOf,
  canDischarge,
  energies,
  sessionOf,
  setCharge,
  setDischarge,
  TINY,
} from "./board.js";
import { floorsOf, gatherDischarge, giveUpDischarge, holdFloors } from "./discharge.js";
import { withoutSmall } from "./exchange.js";
import { fill } from "./fill.js";
import { type SlotPrices, slotPrices, withoutSlopes } from "./prices.js";
import { makeWay } from "./repair.js";
import { type Pace, watchOf } from "./watch.js";
import { dropSmall, holdLimits, MOST_ROUNDS, settleBattery } from "./trim.js";

export { withoutSmall } from "./exchange.js";

const clean = (power: number, most: number): number => (power <= 1e-7 ? 0 : Math.min(power, most));

const place = (board: Board, relaxed: Powers): void => {
  for (const [index, session] of board.problem.sessions.entries())
    for (const slot of board.hours.keys()) {
      const inside = isPluggedIn(session, slot);
      const most = inside && !takesNothing(session) ? session.maxChargeKw : 0;
      setCharge(board, index, slot, clean(at(relaxed.chargeKw[index], slot), most));
      const mostOut = inside ? dischargeableKw(session) : 0;
      setDischarge(board, index, slot, clean(at(relaxed.dischargeKw[index], slot), mostOut));
    }
};

/** Urgent cars first, then those with the least time to spare for what they still need. */
const fillingOrder = (board: Board, goals: readonly number[]): number[] => {
  const spareH = board.problem.sessions.map((session, index) => {
    const hours = board.hours.slice(session.firstSlot, session.endSlot).reduce((a, b) => a + b, 0);
    const missing = at(goals, index) - at(energies(board, index), session.endSlot);
    return hours - missing / Math.max(TINY, session.chargeEfficiency * session.maxChargeKw);
  });
  const rank = (index: number): number => (sessionOf(board, index).urgency === "now" ? 0 : 1);
  return [...goals.keys()].sort((a, b) => rank(a) - rank(b) || at(spareH, a) - at(spareH, b) || a - b);
};

/** Energy that must be there by a point before the end, so that later discharge has it: fill before it. */
const fillOnTheWay = (board: Board, prices: SlotPrices, index: number, floors: readonly number[]): void => {
  const session = sessionOf(board, index);
  for (let point = session.firstSlot + 1; point <= session.endSlot; point++) {
    const neededKwh = at(floors, point) - at(energies(board, index), point);
    if (neededKwh > TINY) fill(board, { index, neededKwh, beforeSlot: point, ranking: prices[index] });
  }
};

const missingKwh = (board: Board, goals: readonly number[], index: number): number =>
  at(goals, index) - at(energies(board, index), sessionOf(board, index).endSlot);

/** Lowers powers until every battery and every limit is kept. Ends, since powers only fall. */
const settle = (board: Board, prices: SlotPrices, floors: readonly (readonly number[])[]): void => {
  for (let round = 0, again = true; again && round < MOST_ROUNDS; round++) {
    again = false;
    for (const index of board.charge.keys()) {
      const held = holdFloors(board, index, floors[index] ?? []);
      again = settleBattery(board, index) || held || again;
    }
    again = holdLimits(board, prices) || again;
  }
};

/**
 * Power is 0 or at least the port's minimum: cars exchange what they can of charge below it at no cost; the rest is dropped and concentrated in the
 * cheapest slots by the relaxation's prices, under every limit, until each session has the energy that
 * the relaxation gave it. Where fragments of headroom are too small, other sessions make way. Once it is
 * late, energy that is not yet filled in stays away; every limit is kept all the same.
 */
export const roundPowers = (
  asked: Problem,
  found: Powers,
  multipliers: Multipliers | null,
  pace: Pace = {},
): { chargeKw: number[][]; dischargeKw: number[][] } => {
  const problem = withStorages(asked);
  const watch = watchOf(pace, problem.sessions.length);
  const relaxed = withoutSmall(problem, found, watch);
  const board = boardOf(problem);
  const meters = board.tree.nodeOfSession.map((node) => at(board.tree.meterOfNode, node));
  const worths = weightsOf(weighted(problem), meters).shortPerKwh;
  place(board, relaxed);
  const hasMultipliers = multipliers !== null;
  const prices = withoutSlopes(board, slotPrices(problem, multipliers), { hasMultipliers });
  const paths = problem.sessions.map((session, index) =>
    energiesOf(session, {
      chargeKw: relaxed.chargeKw[index] ?? [],
      dischargeKw: relaxed.dischargeKw[index] ?? [],
      hours: board.hours,
    }),
  );
  const goals = problem.sessions.map((session, index) => at(paths[index], session.endSlot));
  const floors = paths.map((path, index) => floorsOf(board, index, path));
  gatherDischarge(board, prices);
  dropSmall(board);
  holdLimits(board, prices);
  const order = fillingOrder(board, goals);
  for (const index of order) {
    watch.onSession();
    settleBattery(board, index);
    if (watch.isLate()) continue;
    if (canDischarge(board, index)) fillOnTheWay(board, prices, index, floors[index] ?? []);
    const neededKwh = missingKwh(board, goals, index);
    fill(board, {
      index,
      neededKwh,
      beforeSlot: sessionOf(board, index).endSlot,
      ranking: prices[index],
    });
  }
  for (const index of order) {
    watch.onSession();
    if (watch.isLate()) break;
    const missing = missingKwh(board, goals, index);
    if (missing > 1e-6) makeWay(board, { prices, worths }, { index, neededKwh: missing });
  }
  for (const index of order) {
    const missing = missingKwh(board, goals, index);
    if (missing > 1e-6) giveUpDischarge(board, prices[index], { index, missingKwh: missing });
  }
  settle(board, prices, floors);
  return {
    chargeKw: board.charge.map((row) => [...row]),
    dischargeKw: board.discharge.map((row) => [...row]),
  };
};
