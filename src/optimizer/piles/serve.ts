import { slotCount, slotHours } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { sum } from "../../domain/units.js";
import { bounds } from "../formulation/power.js";
import type { Multipliers, Powers } from "../contract.js";
import { slotPrices } from "../rounding/prices.js";
import { at, type Tree, treeOf } from "../tree.js";
import { weighted } from "../weighted.js";
import { weightsOf } from "../weights.js";
import { type MeterPrices, meterPrices } from "./meter-prices.js";
import { type Pile, pilesOf } from "./piles.js";
import { bestTurns, type Turn, type Window } from "./turns.js";

/** Windows begin and end on so many points at most, so that long horizons take no longer. */
const MOST_POINTS = 96;
const MOST_ORDERED_POINTS = 192;

/** Power below this is none, kW. */
const NOTHING_KW = 1e-6;

interface Shared extends Powers {
  readonly multipliers: Multipliers | null;
}

interface Scene {
  readonly problem: Problem;
  /** The same with prices as the objective weighs them. */
  readonly priced: Problem;
  readonly tree: Tree;
  readonly shared: Shared;
  readonly hours: readonly number[];
  readonly prices: ReturnType<typeof slotPrices>;
  readonly weights: ReturnType<typeof weightsOf>;
  /** What a kWh discharged costs each session, as the objective weighs it. */
  readonly wearPerKwh: readonly number[];
}

const sceneOf = (problem: Problem, shared: Shared): Scene => {
  const tree = treeOf(problem);
  const priced = weighted(problem);
  const meters = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  return {
    problem,
    priced,
    tree,
    shared,
    hours: problem.horizon.startsMs.map((_, slot) => slotHours(problem.horizon, slot)),
    prices: slotPrices(problem, shared.multipliers),
    weights: weightsOf(priced, meters),
    wearPerKwh: priced.sessions.map(({ wearPerKwh }) => wearPerKwh),
  };
};

/** Energy that a car takes and gives while it shares the pile, at the port, kWh. */
const sharedKwh = ({ shared, hours }: Scene, index: number): { takenKwh: number; givenKwh: number } => {
  const energy = (row: readonly number[] | undefined): number =>
    sum(hours.map((slotH, slot) => at(row, slot) * slotH));
  return { takenKwh: energy(shared.chargeKw[index]), givenKwh: energy(shared.dischargeKw[index]) };
};

/**
 * What a kWh costs a car per slot: as rounding sees it, but without the price of the pile's own limit, which
 * it will have for itself; an urgent car pays for every slot that it is late.
 */
const pricesOf = (scene: Scene, pile: Pile, index: number): number[] => {
  const { shared, prices, problem, weights } = scene;
  const session = problem.sessions[index];
  const own = shared.multipliers?.importLimitPerKwh[pile.node];
  return scene.hours.map((_, slot) =>
    session?.urgency === "now"
      ? weights.lagPerKwhSlot * (slot - session.firstSlot)
      : at(prices[index]?.perKwh, slot) - at(own, slot),
  );
};

/** The most that a car pays for a kWh while it shares the pile: so much it is worth at least, for a reserve say. */
const dearestPaid = ({ shared, prices }: Scene, index: number): number =>
  (shared.chargeKw[index] ?? []).reduce(
    (most, kw, slot) => (kw > NOTHING_KW ? Math.max(most, at(prices[index]?.perKwh, slot)) : most),
    0,
  );

/** So much energy in the slots of a window in a given order, each to the full: what it costs, and what is left. */
const fill = (
  { from, to }: Window,
  kwh: number,
  {
    order,
    mostKwh,
    perKwh,
  }: { order: readonly number[]; mostKwh: readonly number[]; perKwh: readonly number[] },
): { cost: number; leftKwh: number } => {
  let [leftKwh, cost] = [kwh, 0];
  for (const slot of order) {
    if (leftKwh <= 0) break;
    if (slot < from || slot >= to) continue;
    const here = Math.min(leftKwh, at(mostKwh, slot));
    leftKwh -= here;
    cost += here * at(perKwh, slot);
  }
  return { cost, leftKwh };
};

/** What a car gives it gives in the dearest slots of a window, what it takes it takes in the cheapest. */
const turnOf = (scene: Scene, pile: Pile, meter: MeterPrices, index: number): Turn => {
  const { problem, hours, weights, wearPerKwh } = scene;
  const session = problem.sessions[index];
  if (session === undefined) return { cost: () => Infinity, unserved: 0 };
  const { takenKwh, givenKwh } = sharedKwh(scene, index);
  const prices = pricesOf(scene, pile, index);
  const perKwh = prices.map((price, slot) => Math.max(price, at(meter.takenPerKwh, slot)));
  const earned = prices.map((price, slot) => Math.min(price, at(meter.givenPerKwh, slot)));
  const lost = Math.max(at(weights.shortPerKwh, index) * session.chargeEfficiency, dearestPaid(scene, index));
  const byPrice = (price: readonly number[]): number[] =>
    [...hours.keys()].sort((a, b) => at(price, a) - at(price, b) || a - b);
  const limitKw = problem.nodes[pile.node]?.importLimitKw;
  const taking = {
    order: byPrice(perKwh),
    perKwh,
    mostKwh: hours.map(
      (slotH, slot) => Math.min(bounds(session, slot).chargeKw, limitKw?.[slot] ?? Infinity) * slotH,
    ),
  };
  const giving = {
    order: byPrice(earned).toReversed(),
    perKwh: earned.map((price) => at(wearPerKwh, index) - price),
    mostKwh: hours.map((slotH, slot) => bounds(session, slot).dischargeKw * slotH),
  };
  // A kWh that is not given need not be taken.
  const takenPerGiven = 1 / (session.chargeEfficiency * session.dischargeEfficiency);
  const neededKwh = (keptKwh: number): number => Math.max(0, takenKwh - keptKwh * takenPerGiven);
  const cost = (window: Window): number => {
    if (window.from < session.firstSlot || window.to > session.endSlot) return Infinity;
    const given = fill(window, givenKwh, giving);
    const taken = fill(window, neededKwh(given.leftKwh), taking);
    return given.cost + taken.cost + taken.leftKwh * lost;
  };
  return { cost, unserved: neededKwh(givenKwh) * lost };
};

/** A stated order is laid out once, so that every slot may begin a window. */
const pointsOf = (slots: number, isOrdered: boolean): number[] => {
  const stride = Math.ceil(slots / (isOrdered ? MOST_ORDERED_POINTS : MOST_POINTS));
  const points: number[] = [];
  for (let point = 0; point < slots; point += stride) points.push(point);
  return [...points, slots];
};

/** What is left between two turns goes to the later car, and after the last to the last: within their stays. */
const stretched = (
  { problem }: Scene,
  { sessions, freeFrom }: Pile,
  windows: readonly (Window | null)[],
): (Window | null)[] => {
  const order = [...windows.keys()]
    .filter((car) => windows[car] != null)
    .sort((a, b) => (windows[a]?.from ?? 0) - (windows[b]?.from ?? 0));
  const wide: (Window | null)[] = windows.map(() => null);
  let free = 0;
  for (const [turn, car] of order.entries()) {
    const { firstSlot = 0, endSlot = 0 } = problem.sessions[sessions[car] ?? -1] ?? {};
    const { from, to } = windows[car] ?? { from: 0, to: 0 };
    const isLast = turn === order.length - 1;
    const window = { from: Math.max(firstSlot, Math.min(from, free)), to: isLast ? endSlot : to };
    wide[car] = window;
    free = at(freeFrom, window.to);
  }
  return wide;
};

const narrowed = (session: ProblemSession, window: Window | null): ProblemSession =>
  window === null
    ? { ...session, minChargeKw: 0, maxChargeKw: 0, minDischargeKw: 0, maxDischargeKw: 0 }
    : { ...session, firstSlot: window.from, endSlot: window.to };

/**
 * The same problem with every car of an exclusive pile in a window of its own, one after the other with the
 * hand-over between: what the cars get while they share the pile says how long each needs it, and its prices
 * when. Plans of it are plans of the problem itself.
 */
export const inTurn = (problem: Problem, shared: Shared): Problem => {
  const scene = sceneOf(problem, shared);
  const sessions = [...problem.sessions];
  for (const pile of pilesOf(problem)) {
    const { isOrdered } = pile;
    const inLine = isOrdered
      ? pile.sessions
      : pile.sessions.toSorted(
          (a, b) => (problem.sessions[a]?.endSlot ?? 0) - (problem.sessions[b]?.endSlot ?? 0) || a - b,
        );
    const ordered = { ...pile, sessions: inLine };
    const meter = meterPrices(scene.priced, scene.tree, shared, ordered);
    const turns = inLine.map((index) => turnOf(scene, ordered, meter, index));
    const points = pointsOf(slotCount(problem.horizon), isOrdered);
    const windows = stretched(
      scene,
      ordered,
      bestTurns({ turns, points, freeFrom: pile.freeFrom, isOrdered }),
    );
    for (const [car, index] of inLine.entries()) {
      const session = sessions[index];
      if (session !== undefined) sessions[index] = narrowed(session, windows[car] ?? null);
    }
  }
  return { ...problem, sessions };
};
