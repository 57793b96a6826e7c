import type { Problem, ProblemSession } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import { phaseSharesOf } from "../phases.js";
import { isSquared, netCost } from "../squares.js";
import { withStorages } from "../storages.js";
import { at, type Tree, treeOf } from "../tree.js";
import { type VoltageRow, voltageRowsOf } from "../voltage.js";
import { weighted } from "../weighted.js";
import { timePrice, weightsOf } from "../weights.js";
import type { Board } from "./board.js";

/** A node above a session whose net power costs by its square: per slot what a kW adds to the slope, and it at 0. */
interface Flattened {
  readonly node: number;
  readonly perKwhKw: readonly number[];
  readonly atZero: readonly number[];
  /** Whether PV that would make net power negative is rather curtailed. */
  readonly curtails: boolean;
}

/** Price of charging one kWh per slot of a session; what a slot is worth when powers are moved. */
export interface Ranking {
  readonly perKwh: Float64Array;
  /** Slots of the window, cheapest first; ties in order of time. */
  readonly cheapest: readonly number[];
  /** Nodes whose slopes `perKwh` leaves out, since they change as powers are moved; mostly none. */
  readonly flattened: readonly Flattened[];
}

export type SlotPrices = readonly Ranking[];

const byPrice = (perKwh: ArrayLike<number>, { firstSlot, endSlot }: ProblemSession): number[] => {
  const slots: number[] = [];
  for (let slot = firstSlot; slot < endSlot; slot++) slots.push(slot);
  return slots.sort((a, b) => at(perKwh, a) - at(perKwh, b) || a - b);
};

const rank = (perKwh: Float64Array, session: ProblemSession): Ranking => ({
  perKwh,
  cheapest: byPrice(perKwh, session),
  flattened: [],
});

/** What a kWh of load at a node costs by voltage limits, its own or others'. */
export const voltagePerKwh = (
  rows: readonly Pick<VoltageRow, "node" | "effect">[],
  { lowVoltagePerKwh, highVoltagePerKwh }: Multipliers,
  { node, slot }: { node: number; slot: number },
): number =>
  rows.reduce(
    (total, row) =>
      total +
      at(row.effect, node) * (at(lowVoltagePerKwh[row.node], slot) - at(highVoltagePerKwh[row.node], slot)),
    0,
  );

/** What a kWh into a session costs by the limits of a node's phases. */
export const phasePerKwh = (
  { phaseLimitPerKwh }: Multipliers,
  session: ProblemSession,
  { above, slot }: { above: number; slot: number },
): number =>
  phaseSharesOf(session).charge.reduce(
    (total, share, phase) => total + share * at(phaseLimitPerKwh[above]?.[phase], slot),
    0,
  );

/** What a kWh costs a session in each slot by its node, phases and price on time; the same for all that share them. */
const sharedPrices = (
  { problem, tree, multipliers }: { problem: Problem; tree: Tree; multipliers: Multipliers | null },
  { sinceStartH }: { sinceStartH: readonly number[] },
): ((session: ProblemSession, index: number) => Float64Array) => {
  const voltage = voltageRowsOf(problem);
  const known = new Map<string, Float64Array>();
  const priceOf = (session: ProblemSession, index: number, slot: number): number => {
    const node = at(tree.nodeOfSession, index);
    const small = timePrice(problem, session) * at(sinceStartH, slot);
    if (multipliers === null)
      return at(problem.meteringPoints[at(tree.meterOfNode, node)]?.buyPricePerKwh, slot) + small;
    let held = voltagePerKwh(voltage, multipliers, { node, slot });
    for (const above of tree.pathOfSession[index] ?? [])
      held +=
        at(multipliers.failsafePerKwh[above], slot) + phasePerKwh(multipliers, session, { above, slot });
    return at(multipliers.nodePricePerKwh[node], slot) + held + small;
  };
  return (session, index) => {
    const key = [
      at(tree.nodeOfSession, index),
      timePrice(problem, session),
      session.phasesKnown,
      ...session.phases,
    ].join();
    const perKwh =
      known.get(key) ?? Float64Array.from(sinceStartH, (_, slot) => priceOf(session, index, slot));
    known.set(key, perKwh);
    return perKwh;
  };
};

/**
 * The node's price, the fail-safe rows and phases above, voltages, the price on time; without multipliers the tariff at
 * the meter. An urgent session counts only time.
 */
export const slotPrices = (asked: Problem, multipliers: Multipliers | null): SlotPrices => {
  const problem = weighted(withStorages(asked));
  const tree = treeOf(problem);
  const meterOfSession = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  const weights = weightsOf(problem, meterOfSession);
  const shared = sharedPrices({ problem, tree, multipliers }, weights);
  const byTime = Float64Array.from(weights.sinceStartH);
  return problem.sessions.map((session, index) =>
    rank(session.urgency === "now" ? byTime : shared(session, index), session),
  );
};

/** Net power of a node as powers stand; where it would be below 0, PV is curtailed as far as there is some. */
const netKw = ({ net, top }: Board, { node, curtails }: Flattened, slot: number): number => {
  const least = at(net[node], slot);
  return least >= 0 || !curtails ? least : Math.max(least, Math.min(0, at(top[node], slot)));
};

const slopePerKwh = (board: Board, flattened: readonly Flattened[], slot: number): number => {
  let slope = 0;
  for (const one of flattened)
    slope += at(one.perKwhKw, slot) * netKw(board, one, slot) + at(one.atZero, slot);
  return slope;
};

/**
 * Prices without the slopes of squared net powers that the relaxation's node prices hold, read off a board
 * that stands as the relaxation does; `priceNow` adds them as they then are. An urgent session counts only time.
 */
export const withoutSlopes = (
  board: Board,
  prices: SlotPrices,
  { hasMultipliers }: { hasMultipliers: boolean },
): SlotPrices => {
  const { tree } = board;
  const problem = weighted(board.problem);
  if (!problem.nodes.some(isSquared)) return prices;
  const squares = problem.nodes.map((node) => board.hours.map((_, slot) => netCost(node, slot)));
  return problem.sessions.map((session, index) => {
    const ranking = prices[index] ?? rank(new Float64Array(), session);
    if (session.urgency === "now") return ranking;
    const flattened = (tree.pathOfSession[index] ?? [])
      .map((node) => ({
        node,
        perKwhKw: (squares[node] ?? []).map(({ square }) => 2 * square),
        atZero: (squares[node] ?? []).map(({ linear }) => linear),
        curtails: problem.nodes[node]?.smoothChange === null,
      }))
      .filter(({ perKwhKw }) => perKwhKw.some((steep) => steep > 0));
    const perKwh = hasMultipliers
      ? ranking.perKwh.map((price, slot) => price - slopePerKwh(board, flattened, slot))
      : ranking.perKwh;
    return { ...ranking, perKwh, flattened };
  });
};

/** Marginal price of charging a session in a slot as powers stand, money per kWh. */
export const priceNow = (board: Board, ranking: Ranking | undefined, slot: number): number =>
  at(ranking?.perKwh, slot) + slopePerKwh(board, ranking?.flattened ?? [], slot);

/** What one kW more adds to the price, all flattened nodes above together. */
export const steepness = (ranking: Ranking | undefined): number =>
  (ranking?.flattened ?? []).reduce((total, { perKwhKw }) => total + Math.max(...perKwhKw), 0);

/** Slots of a session's window, cheapest first as powers stand; ties in order of time. */
export const cheapestNow = (board: Board, index: number, ranking: Ranking | undefined): readonly number[] => {
  const session = board.problem.sessions[index];
  if (ranking === undefined || session === undefined) return [];
  if (ranking.flattened.length === 0) return ranking.cheapest;
  return byPrice(
    ranking.perKwh.map((_, slot) => priceNow(board, ranking, slot)),
    session,
  );
};
