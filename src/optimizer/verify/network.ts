import type { Statement } from "./statement.js";

/** What a slot's powers come to at the nodes and meters. */
export interface SlotFlows {
  /** Net power of each node's subtree, kW. */
  readonly netKw: number[];
  /** Net power counted at each metering point, kW. */
  readonly meteredKw: number[];
  /** Charge power below each node, discharge not counted, kW. */
  readonly chargeKw: number[];
}

/** Sums of one slot from the powers alone, each load carried up the tree on its own. */
export const flowsOf = (
  { problem, nodeNumber, upwards, billedAt }: Statement,
  slot: number,
  powers: {
    charge: (session: number) => number;
    discharge: (session: number) => number;
    curtailed: readonly number[];
  },
): SlotFlows => {
  const netKw = problem.nodes.map(() => 0);
  const chargeKw = problem.nodes.map(() => 0);
  const meteredKw = problem.meteringPoints.map(() => 0);
  const put = (node: number, powerKw: number, charging: number): void => {
    for (const above of upwards[node] ?? []) {
      netKw[above] = (netKw[above] ?? 0) + powerKw;
      chargeKw[above] = (chargeKw[above] ?? 0) + charging;
    }
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + powerKw;
  };
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries())
    put(node, (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0) + (powers.curtailed[node] ?? 0), 0);
  for (const [number, { nodeId }] of problem.sessions.entries()) {
    const charging = powers.charge(number);
    put(nodeNumber.get(nodeId) ?? -1, charging - powers.discharge(number), charging);
  }
  return { netKw, meteredKw, chargeKw };
};

export interface SlotCost {
  /** Bought − sold, money. */
  readonly money: number;
  /** Deviation from dispatch targets, money. */
  readonly targets: number;
  /** Broken node limits, money. */
  readonly broken: number;
}

/** Power beyond the import limit (first) and beyond the export limit (second), kW. */
export const beyondLimits = (
  { problem }: Statement,
  { node, slot, netKw }: { node: number; slot: number; netKw: number },
): readonly [number, number] => {
  const most = problem.nodes[node]?.importLimitKw?.[slot] ?? null;
  const least = problem.nodes[node]?.exportLimitKw?.[slot] ?? null;
  return [most === null ? 0 : Math.max(0, netKw - most), least === null ? 0 : Math.max(0, -netKw - least)];
};

/** What the network costs in a slot: energy, deviation from targets, broken limits. */
export const slotCostOf = (statement: Statement, slot: number, { netKw, meteredKw }: SlotFlows): SlotCost => {
  const { problem, lengthH, nodeNumber, breakingPrice } = statement;
  const hours = lengthH[slot] ?? 0;
  let money = 0;
  for (const [meter, { buyPricePerKwh, sellPricePerKwh }] of problem.meteringPoints.entries()) {
    const kwh = (meteredKw[meter] ?? 0) * hours;
    money += kwh * ((kwh > 0 ? buyPricePerKwh[slot] : sellPricePerKwh[slot]) ?? 0);
  }
  let targets = 0;
  for (const { nodeId, powerKw, pricePerKwh } of problem.targets) {
    const wanted = powerKw[slot] ?? null;
    if (wanted === null) continue;
    targets += Math.abs((netKw[nodeNumber.get(nodeId) ?? -1] ?? 0) - wanted) * hours * pricePerKwh;
  }
  let broken = 0;
  for (const [node, net] of netKw.entries()) {
    const [above, below] = beyondLimits(statement, { node, slot, netKw: net });
    broken += (above + below) * hours * breakingPrice;
  }
  return { money, targets, broken };
};

const total = ({ money, targets, broken }: SlotCost): number => money + targets + broken;

interface Choice {
  readonly slot: number;
  readonly charge: (session: number) => number;
  readonly discharge: (session: number) => number;
}

/** Curtailments at which the cost of one node's PV can turn: where some net power meets a kink. */
const kinks = (
  statement: Statement,
  { slot, node, flows }: { slot: number; node: number; flows: SlotFlows },
): number[] => {
  const { problem, upwards, billedAt, nodeNumber } = statement;
  const found: number[] = [];
  for (const above of upwards[node] ?? []) {
    const net = flows.netKw[above] ?? 0;
    const { importLimitKw, exportLimitKw } = problem.nodes[above] ?? {};
    const most = importLimitKw?.[slot] ?? null;
    const least = exportLimitKw?.[slot] ?? null;
    if (most !== null) found.push(most - net);
    if (least !== null) found.push(-least - net);
    for (const target of problem.targets) {
      const wanted = target.powerKw[slot] ?? null;
      if (wanted !== null && nodeNumber.get(target.nodeId) === above) found.push(wanted - net);
    }
  }
  const meter = billedAt[node] ?? -1;
  if (meter >= 0) found.push(-(flows.meteredKw[meter] ?? 0));
  return found;
};

/**
 * The cheapest curtailment of a slot, one PV node after the other, thrice. Exact for one PV node; with
 * several it may miss the best, never the rules.
 */
export const chooseCurtailment = (statement: Statement, { slot, charge, discharge }: Choice): number[] => {
  const { problem } = statement;
  const curtailed = problem.nodes.map(() => 0);
  const plants = [...problem.nodes.keys()].filter((node) => (problem.nodes[node]?.pvKw[slot] ?? 0) > 0);
  const costOf = (): number =>
    total(slotCostOf(statement, slot, flowsOf(statement, slot, { charge, discharge, curtailed })));
  for (let pass = 0; pass < (plants.length > 1 ? 3 : 1); pass++)
    for (const node of plants) {
      const available = problem.nodes[node]?.pvKw[slot] ?? 0;
      const now = curtailed[node] ?? 0;
      const flows = flowsOf(statement, slot, { charge, discharge, curtailed });
      let best = now;
      let least = costOf() - 1e-12;
      for (const step of [-now, available - now, ...kinks(statement, { slot, node, flows })]) {
        curtailed[node] = Math.min(available, Math.max(0, now + step));
        const cost = costOf();
        if (cost >= least) continue;
        best = curtailed[node] ?? 0;
        least = cost;
      }
      curtailed[node] = best;
    }
  return curtailed;
};
