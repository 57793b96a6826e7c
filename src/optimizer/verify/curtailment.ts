import { beyondLimits, flowsOf, type SlotFlows, slotCostOf } from "./network.js";
import type { Statement } from "./statement.js";

interface Choice {
  readonly slot: number;
  readonly charge: (session: number) => number;
  readonly discharge: (session: number) => number;
  /** Bought power above which each price of power is counted here, kW. */
  readonly peakKw?: readonly number[];
}

/** A way to change curtailment: more at one plant and, in an exchange, as much less at another. */
interface Direction {
  readonly more: number;
  readonly less: number | null;
}

/** How fast each node's and each meter's net power rises along a direction. */
const ratesOf = ({ upwards, billedAt, problem }: Statement, { more, less }: Direction): SlotFlows => {
  const netKw = problem.nodes.map(() => 0);
  const meteredKw = problem.meteringPoints.map(() => 0);
  const put = (node: number, sign: number): void => {
    for (const above of upwards[node] ?? []) netKw[above] = (netKw[above] ?? 0) + sign;
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + sign;
  };
  put(more, 1);
  if (less !== null) put(less, -1);
  return { netKw, meteredKw, chargeKw: [], dischargeKw: [], phaseKw: [] };
};

interface Line {
  readonly flows: SlotFlows;
  readonly rates: SlotFlows;
}

/** Steps along a direction at which some price or penalty sets in. */
const kinks = (
  statement: Statement,
  slot: number,
  { flows, rates, peakKw }: Line & { peakKw: readonly number[] },
): number[] => {
  const { problem, nodeNumber } = statement;
  const steps: number[] = [];
  const meet = (node: number, wanted: number | null): void => {
    const rate = rates.netKw[node] ?? 0;
    if (wanted !== null && rate !== 0) steps.push((wanted - (flows.netKw[node] ?? 0)) / rate);
  };
  for (const [node, { importLimitKw, exportLimitKw }] of problem.nodes.entries()) {
    meet(node, importLimitKw?.[slot] ?? null);
    const least = exportLimitKw?.[slot] ?? null;
    meet(node, least === null ? null : -least);
  }
  for (const target of problem.targets)
    meet(nodeNumber.get(target.nodeId) ?? -1, target.powerKw[slot] ?? null);
  for (const { nodeId, baselineKw, segments } of problem.payments) {
    let turn = baselineKw[slot] ?? null;
    for (const { kw } of [{ kw: 0 }, ...segments]) {
      if (turn !== null) turn -= kw;
      meet(nodeNumber.get(nodeId) ?? -1, turn);
    }
  }
  for (const [meter, rate] of rates.meteredKw.entries())
    if (rate !== 0) {
      const peaks = peakKw.filter((_, index) => statement.prices.power[index]?.meter === meter);
      for (const kink of [0, ...peaks]) steps.push((kink - (flows.meteredKw[meter] ?? 0)) / rate);
    }
  return steps;
};

/** What the slot's power above given peaks costs, as if it alone raised them. */
const abovePeaks = (
  { prices }: Statement,
  { slot, flows, peakKw }: { slot: number; flows: SlotFlows; peakKw: readonly number[] },
): number => {
  let cost = 0;
  for (const [index, { meter, pricePerKw, counts }] of prices.power.entries())
    if (counts[slot] === true)
      cost += pricePerKw * Math.max(0, (flows.meteredKw[meter] ?? 0) - (peakKw[index] ?? Infinity));
  return cost;
};

/**
 * Where net powers squared are least within each stretch between two steps along a direction: all else is a
 * line there, whose slope is what the stretch's ends cost without the squares.
 */
const lowestPoints = (
  { problem, prices, lengthH }: Statement,
  { slot, steps }: { slot: number; steps: readonly number[] },
  { line: { flows, rates }, plainCost }: { line: Line; plainCost: (step: number) => number },
): number[] => {
  let [slope, curvature] = [0, 0];
  for (const node of problem.nodes.keys()) {
    const [rate, net] = [rates.netKw[node] ?? 0, flows.netKw[node] ?? 0];
    const perKw = 2 * (lengthH[slot] ?? 0) * rate;
    const inForce = problem.nodes[node]?.smoothChange?.inForceKw[slot] ?? null;
    const smoothing = inForce === null ? 0 : (prices.smoothing[node] ?? 0);
    slope += perKw * ((prices.flattening[node] ?? 0) * net + smoothing * (net - (inForce ?? 0)));
    curvature += perKw * rate * ((prices.flattening[node] ?? 0) + smoothing);
  }
  if (curvature <= 0) return [];
  const sorted = [...steps].sort((a, b) => a - b);
  return sorted.slice(1).flatMap((to, before) => {
    const from = sorted[before] ?? to;
    if (to <= from) return [];
    const lowest = -(slope + (plainCost(to) - plainCost(from)) / (to - from)) / curvature;
    return lowest > from && lowest < to ? [lowest] : [];
  });
};

/**
 * What a slot costs with its PV, squares apart, an export limit dearer than all import limits together: PV
 * can always be curtailed, so it never leaves by a broken export limit to relieve an import limit above.
 */
const plainCostWith = (
  statement: Statement,
  { slot, flows, peakKw }: { slot: number; flows: SlotFlows; peakKw: readonly number[] },
): number => {
  const { energy, targets, broken } = slotCostOf(statement, slot, flows);
  let exportKw = 0;
  for (const [node, netKw] of flows.netKw.entries())
    exportKw += beyondLimits(statement, { node, slot, netKw })[1];
  const perKw = flows.netKw.length * statement.breakingPrice * (statement.lengthH[slot] ?? 0);
  return energy + targets + broken + exportKw * perKw + abovePeaks(statement, { slot, flows, peakKw });
};

const directionsOf = (plants: readonly number[]): Direction[] => [
  ...plants.map((more) => ({ more, less: null })),
  ...plants.flatMap((more) => plants.filter((less) => less > more).map((less) => ({ more, less }))),
];

const MOST_PASSES = 12;

/**
 * The cheapest curtailment of a slot: line searches that are exact between kinks, along each plant and
 * each exchange between two plants, until none helps. Exact for one plant; with squares, several plants
 * come near, pass by pass.
 */
export const chooseCurtailment = (
  statement: Statement,
  { slot, charge, discharge, peakKw = [] }: Choice,
): { curtailed: number[]; cost: number } => {
  const { problem } = statement;
  const available = problem.nodes.map(({ pvKw }) => pvKw[slot] ?? 0);
  const curtailed = available.map(() => 0);
  const plants = [...available.keys()].filter((node) => (available[node] ?? 0) > 0);
  const flowsNow = (): SlotFlows => flowsOf(statement, slot, { charge, discharge, curtailed });
  const costOf = (): number => {
    const flows = flowsNow();
    return plainCostWith(statement, { slot, flows, peakKw }) + slotCostOf(statement, slot, flows).flattening;
  };
  const go = ({ more, less }: Direction, from: readonly number[], step: number): void => {
    curtailed[more] = (from[more] ?? 0) + step;
    if (less !== null) curtailed[less] = (from[less] ?? 0) - step;
  };
  const search = (direction: Direction): boolean => {
    const { more, less } = direction;
    const from = [...curtailed];
    const downTo = Math.max(
      -(from[more] ?? 0),
      less === null ? -Infinity : (from[less] ?? 0) - (available[less] ?? 0),
    );
    const upTo = Math.min(
      (available[more] ?? 0) - (from[more] ?? 0),
      less === null ? Infinity : (from[less] ?? 0),
    );
    const line = { flows: flowsNow(), rates: ratesOf(statement, direction) };
    const before = costOf();
    let best = 0;
    let least = before - 1e-10 * Math.abs(before);
    const plainCost = (step: number): number => {
      go(direction, from, step);
      return plainCostWith(statement, { slot, flows: flowsNow(), peakKw });
    };
    const steps = [downTo, upTo, ...kinks(statement, slot, { ...line, peakKw })].map((step) =>
      Math.min(upTo, Math.max(downTo, step)),
    );
    for (const step of [...steps, ...lowestPoints(statement, { slot, steps }, { line, plainCost })]) {
      go(direction, from, step);
      const cost = costOf();
      if (cost >= least) continue;
      best = step;
      least = cost;
    }
    go(direction, from, best);
    return best !== 0;
  };
  const directions = directionsOf(plants);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let improved = false;
    for (const direction of directions) improved = search(direction) || improved;
    if (!improved) break;
  }
  return { curtailed, cost: costOf() };
};
