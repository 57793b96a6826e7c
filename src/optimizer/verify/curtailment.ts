import { beyondLimits, flowsOf, type SlotFlows, slotCostOf } from "./network.js";
import type { Statement } from "./statement.js";

interface Choice {
  readonly slot: number;
  readonly charge: (session: number) => number;
  readonly discharge: (session: number) => number;
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

/** Steps along a direction at which some price or penalty sets in. */
const kinks = (
  statement: Statement,
  slot: number,
  { flows, rates }: { flows: SlotFlows; rates: SlotFlows },
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
    if (rate !== 0) steps.push(-(flows.meteredKw[meter] ?? 0) / rate);
  return steps;
};

/**
 * What a slot costs with its PV, an export limit dearer than all import limits together: PV can always be
 * curtailed, so it never leaves by a broken export limit to relieve an import limit above.
 */
const slotCostWith = (statement: Statement, slot: number, flows: SlotFlows): number => {
  const { money, targets, broken } = slotCostOf(statement, slot, flows);
  let exportKw = 0;
  for (const [node, netKw] of flows.netKw.entries())
    exportKw += beyondLimits(statement, { node, slot, netKw })[1];
  const perKw = flows.netKw.length * statement.breakingPrice * (statement.lengthH[slot] ?? 0);
  return money + targets + broken + exportKw * perKw;
};

const directionsOf = (plants: readonly number[]): Direction[] => [
  ...plants.map((more) => ({ more, less: null })),
  ...plants.flatMap((more) => plants.filter((less) => less > more).map((less) => ({ more, less }))),
];

const MOST_PASSES = 12;

/**
 * The cheapest curtailment of a slot: line searches that are exact between kinks, along each plant and
 * each exchange between two plants, until none helps. Exact for one plant.
 */
export const chooseCurtailment = (statement: Statement, { slot, charge, discharge }: Choice): number[] => {
  const { problem } = statement;
  const available = problem.nodes.map(({ pvKw }) => pvKw[slot] ?? 0);
  const curtailed = available.map(() => 0);
  const plants = [...available.keys()].filter((node) => (available[node] ?? 0) > 0);
  const costOf = (): number =>
    slotCostWith(statement, slot, flowsOf(statement, slot, { charge, discharge, curtailed }));
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
    const flows = flowsOf(statement, slot, { charge, discharge, curtailed });
    const before = costOf();
    let best = 0;
    let least = before - 1e-10 * Math.abs(before);
    for (const step of [
      downTo,
      upTo,
      ...kinks(statement, slot, { flows, rates: ratesOf(statement, direction) }),
    ]) {
      go(direction, from, Math.min(upTo, Math.max(downTo, step)));
      const cost = costOf();
      if (cost >= least) continue;
      best = Math.min(upTo, Math.max(downTo, step));
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
  return curtailed;
};
