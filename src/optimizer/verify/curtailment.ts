import { heldKw } from "./floors.js";
import { phasesCostOf, powersCostOf, type SlotFlows, withCurtailed } from "./network.js";
import type { Statement } from "./statement.js";

export interface Patience {
  /** Whether to come to an end with what is found. */
  readonly isLate: () => boolean;
}

/** What curtailment changes of a slot's flows. */
type Powers = Pick<SlotFlows, "netKw" | "meteredKw">;

/** A way to change curtailment: more at one plant and, in an exchange, as much less at another. */
interface Direction {
  readonly more: number;
  readonly less: number | null;
  /** How fast each node's and each meter's net power rises along it. */
  readonly rates: Powers;
}

/** A slot without any curtailment, and the ways to curtail it. */
export interface Scene {
  readonly slot: number;
  readonly powers: Powers;
  /** Of the broken limits of phases, which curtailment does not change, money. */
  readonly phasesCost: number;
  /** PV per node, kW. */
  readonly availableKw: readonly number[];
  readonly directions: readonly Direction[];
}

/** The cheapest curtailment of a slot, per node, what is metered with it, kW, and what the slot then costs. */
export interface Choice {
  readonly curtailed: readonly number[];
  readonly meteredKw: readonly number[];
  readonly cost: number;
}

const ratesOf = (
  { upwards, billedAt, problem }: Statement,
  { more, less }: Omit<Direction, "rates">,
): Powers => {
  const netKw = problem.nodes.map(() => 0);
  const meteredKw = problem.meteringPoints.map(() => 0);
  const put = (node: number, sign: number): void => {
    for (const above of upwards[node] ?? []) netKw[above] = (netKw[above] ?? 0) + sign;
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + sign;
  };
  put(more, 1);
  if (less !== null) put(less, -1);
  return { netKw, meteredKw };
};

const directionsOf = (statement: Statement, availableKw: readonly number[]): Direction[] => {
  const plants = [...availableKw.keys()].filter((node) => (availableKw[node] ?? 0) > 0);
  return [
    ...plants.map((more) => ({ more, less: null })),
    ...plants.flatMap((more) => plants.filter((less) => less > more).map((less) => ({ more, less }))),
  ].map((way) => ({ ...way, rates: ratesOf(statement, way) }));
};

/** What every search for a slot's curtailment begins with, whatever peaks are free; `drawn` is with all PV in use. */
export const sceneOf = (statement: Statement, slot: number, drawn: SlotFlows): Scene => {
  const availableKw = statement.problem.nodes.map(({ pvKw }) => pvKw[slot] ?? 0);
  return {
    slot,
    powers: drawn,
    phasesCost: phasesCostOf(statement, slot, drawn),
    availableKw,
    directions: directionsOf(statement, availableKw),
  };
};

interface Line {
  readonly powers: Powers;
  readonly rates: Powers;
}

/** The powers that many kW along a line, put into an object that is there already. */
const goAlong = ({ powers, rates }: Line, step: number, into: Powers): void => {
  for (let node = 0; node < into.netKw.length; node++)
    into.netKw[node] = (powers.netKw[node] ?? 0) + step * (rates.netKw[node] ?? 0);
  for (let meter = 0; meter < into.meteredKw.length; meter++)
    into.meteredKw[meter] = (powers.meteredKw[meter] ?? 0) + step * (rates.meteredKw[meter] ?? 0);
};

const copyOf = ({ netKw, meteredKw }: Powers): Powers => ({ netKw: [...netKw], meteredKw: [...meteredKw] });

/** Steps along a direction at which some price or penalty sets in. */
const kinks = (
  statement: Statement,
  slot: number,
  { powers, rates, peakKw }: Line & { peakKw: readonly number[] },
): number[] => {
  const { problem, nodeNumber } = statement;
  const steps: number[] = [];
  const meet = (node: number, wanted: number | null): void => {
    const rate = rates.netKw[node] ?? 0;
    if (wanted !== null && rate !== 0) steps.push((wanted - (powers.netKw[node] ?? 0)) / rate);
  };
  for (const [node, { importLimitKw, exportLimitKw }] of problem.nodes.entries()) {
    meet(node, importLimitKw?.[slot] ?? null);
    const least = exportLimitKw?.[slot] ?? null;
    meet(node, least === null ? null : -least);
  }
  for (const target of problem.targets)
    meet(nodeNumber.get(target.nodeId) ?? -1, target.powerKw[slot] ?? null);
  for (const payment of problem.payments) {
    const { nodeId, baselineKw, segments } = payment;
    meet(nodeNumber.get(nodeId) ?? -1, heldKw(payment, slot));
    let turn = baselineKw[slot] ?? null;
    for (const { kw } of [{ kw: 0 }, ...segments]) {
      if (turn !== null) turn -= kw;
      meet(nodeNumber.get(nodeId) ?? -1, turn);
    }
  }
  for (const [meter, rate] of rates.meteredKw.entries())
    if (rate !== 0) {
      const peaks = peakKw.filter((_, index) => statement.prices.power[index]?.meter === meter);
      for (const kink of [0, ...peaks]) steps.push((kink - (powers.meteredKw[meter] ?? 0)) / rate);
    }
  return steps;
};

/** What the slot's power above given peaks costs, as if it alone raised them. */
const abovePeaks = (
  { prices }: Statement,
  { slot, powers, peakKw }: { slot: number; powers: Powers; peakKw: readonly number[] },
): number => {
  let cost = 0;
  for (const [index, { meter, pricePerKw, counts }] of prices.power.entries())
    if (counts[slot] === true)
      cost += pricePerKw * Math.max(0, (powers.meteredKw[meter] ?? 0) - (peakKw[index] ?? Infinity));
  return cost;
};

/** Net power over what leaves the floors of the payments that count, as dear as a broken limit. */
const overFloors = (
  { problem, nodeNumber, breakingPrice, lengthH, unpaid }: Statement,
  { slot, powers }: { slot: number; powers: Powers },
): number => {
  let overKw = 0;
  for (const [index, payment] of problem.payments.entries()) {
    const held = unpaid.has(index) ? null : heldKw(payment, slot);
    if (held !== null)
      overKw += Math.max(0, (powers.netKw[nodeNumber.get(payment.nodeId) ?? -1] ?? 0) - held);
  }
  return overKw * (lengthH[slot] ?? 0) * breakingPrice;
};

/** Ends and kinks of a line in order, each once. */
const stepsBetween = (from: number, to: number, within: readonly number[]): number[] => {
  const inside = within.filter((step) => step > from && step < to).sort((a, b) => a - b);
  return [from, ...inside.filter((step, index) => step !== inside[index - 1]), to];
};

/**
 * Where net powers squared are least within each stretch between two steps along a direction: all else is a
 * line there, whose slope is what the stretch's ends cost without the squares.
 */
const lowestPoints = (
  { problem, prices, lengthH }: Statement,
  { slot, powers, rates }: Line & { slot: number },
  { steps, plain }: { steps: readonly number[]; plain: readonly number[] },
): number[] => {
  let [slope, curvature] = [0, 0];
  for (const node of problem.nodes.keys()) {
    const [rate, net] = [rates.netKw[node] ?? 0, powers.netKw[node] ?? 0];
    const perKw = 2 * (lengthH[slot] ?? 0) * rate;
    const inForce = problem.nodes[node]?.smoothChange?.inForceKw[slot] ?? null;
    const smoothing = inForce === null ? 0 : (prices.smoothing[node] ?? 0);
    slope += perKw * ((prices.flattening[node] ?? 0) * net + smoothing * (net - (inForce ?? 0)));
    curvature += perKw * rate * ((prices.flattening[node] ?? 0) + smoothing);
  }
  if (curvature <= 0) return [];
  return steps.slice(1).flatMap((to, before) => {
    const from = steps[before] ?? to;
    if (to <= from) return [];
    const rise = (plain[before + 1] ?? 0) - (plain[before] ?? 0);
    const lowest = -(slope + rise / (to - from)) / curvature;
    return lowest > from && lowest < to ? [lowest] : [];
  });
};

/**
 * What a slot costs with its PV, squares apart and with them, an export limit dearer than all import limits
 * together: PV can always be curtailed, so it never leaves by a broken export limit to relieve an import
 * limit above.
 */
const costsOf = (
  statement: Statement,
  { slot, phasesCost }: Scene,
  { powers, peakKw }: { powers: Powers; peakKw: readonly number[] },
): { plain: number; whole: number } => {
  const { energy, targets, broken, exportKw, flattening } = powersCostOf(statement, slot, powers);
  const perKw = powers.netKw.length * statement.breakingPrice * (statement.lengthH[slot] ?? 0);
  const above = abovePeaks(statement, { slot, powers, peakKw }) + overFloors(statement, { slot, powers });
  const plain = energy + targets + broken + phasesCost + exportKw * perKw + above;
  return { plain, whole: plain + flattening };
};

/** How far a direction can be gone, back and forth, with what is curtailed now, kW. */
const reachOf = (
  { availableKw }: Scene,
  { more, less }: Direction,
  curtailed: readonly number[],
): [number, number] => {
  const [atMore, atLess] = [curtailed[more] ?? 0, less === null ? Infinity : (curtailed[less] ?? 0)];
  const roomAtLess = less === null ? Infinity : (availableKw[less] ?? 0) - atLess;
  return [Math.max(-atMore, -roomAtLess), Math.min((availableKw[more] ?? 0) - atMore, atLess)];
};

const MOST_PASSES = 12;

/** A number of kW at a plant that export limits force to be curtailed. */
interface Forced {
  readonly slot: number;
  readonly net: number[];
  readonly curtailed: number[];
}

/** Curtails below a node what its export limit does not let out, as far as import limits on the way leave room. */
const relieve = (
  { problem, upwards }: Statement,
  { slot, net, curtailed }: Forced,
  { node, keepsImports }: { node: number; keepsImports: boolean },
): void => {
  const most = problem.nodes[node]?.exportLimitKw?.[slot] ?? null;
  if (most === null) return;
  for (const [plant, { pvKw }] of problem.nodes.entries()) {
    const way = upwards[plant] ?? [];
    if (!way.includes(node)) continue;
    let kw = Math.min((pvKw[slot] ?? 0) - (curtailed[plant] ?? 0), -most - (net[node] ?? 0));
    if (keepsImports)
      for (const step of way) {
        const room = (problem.nodes[step]?.importLimitKw?.[slot] ?? Infinity) - (net[step] ?? 0);
        if (step !== node) kw = Math.min(kw, room);
        else break;
      }
    if (!(kw > 0)) continue;
    curtailed[plant] = (curtailed[plant] ?? 0) + kw;
    for (const above of way) net[above] = (net[above] ?? 0) + kw;
  }
};

/** What export limits alone force to be curtailed, from the leaves up, kW: keeps them wherever that can be. */
const forcedCurtailment = (statement: Statement, slot: number, drawn: Powers): number[] => {
  const forced = { slot, net: [...drawn.netKw], curtailed: drawn.netKw.map(() => 0) };
  for (let node = drawn.netKw.length - 1; node >= 0; node--)
    for (const keepsImports of [true, false]) relieve(statement, forced, { node, keepsImports });
  return forced.curtailed;
};

/** What a slot comes to with that much curtailed. */
const choiceOf = (
  statement: Statement,
  scene: Scene,
  { curtailed, peakKw }: { curtailed: readonly number[]; peakKw: readonly number[] },
): Choice => {
  const powers = withCurtailed(statement, scene.powers, curtailed);
  return {
    curtailed,
    meteredKw: powers.meteredKw,
    cost: costsOf(statement, scene, { powers, peakKw }).whole,
  };
};

/**
 * The cheapest curtailment of a slot: line searches that are exact between kinks, along each plant and
 * each exchange between two plants, until none helps. Exact for one plant; with squares, several plants
 * come near, pass by pass. Of bought power only what is above `peakKw` raises a price of power. Once it is
 * late, the cheaper of what is found and of what export limits force.
 */
export const chooseCurtailment = (
  statement: Statement,
  scene: Scene,
  { peakKw = [], isLate }: { peakKw?: readonly number[] } & Patience,
): Choice => {
  const { slot, directions } = scene;
  const curtailed = scene.availableKw.map(() => 0);
  const powers = copyOf(scene.powers);
  const tried = copyOf(scene.powers);
  let now = costsOf(statement, scene, { powers, peakKw });
  const search = (direction: Direction): boolean => {
    const { more, less, rates } = direction;
    const [downTo, upTo] = reachOf(scene, direction, curtailed);
    const line = { powers, rates };
    let best = 0;
    let least = now.whole - 1e-10 * Math.abs(now.whole);
    const tryStep = (step: number): number => {
      goAlong(line, step, tried);
      const costs = costsOf(statement, scene, { powers: tried, peakKw });
      if (costs.whole < least) [best, least, now] = [step, costs.whole, costs];
      return costs.plain;
    };
    const steps = stepsBetween(downTo, upTo, kinks(statement, slot, { ...line, peakKw }));
    const plain = steps.map(tryStep);
    lowestPoints(statement, { slot, ...line }, { steps, plain }).forEach(tryStep);
    if (best === 0) return false;
    goAlong(line, best, powers);
    curtailed[more] = (curtailed[more] ?? 0) + best;
    if (less !== null) curtailed[less] = (curtailed[less] ?? 0) - best;
    return true;
  };
  const found = (): Choice => ({ curtailed, meteredKw: powers.meteredKw, cost: now.whole });
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let improved = false;
    for (const direction of directions) {
      if (isLate()) {
        const forced = { curtailed: forcedCurtailment(statement, slot, scene.powers), peakKw };
        const atOnce = choiceOf(statement, scene, forced);
        return atOnce.cost < now.whole ? atOnce : found();
      }
      improved = search(direction) || improved;
    }
    if (!improved) break;
  }
  return found();
};
