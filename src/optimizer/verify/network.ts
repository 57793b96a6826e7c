import type { Problem, ProblemSession } from "../../domain/problem.js";
import type { Statement } from "./statement.js";

/** What a slot's powers come to at the nodes and meters. */
export interface SlotFlows {
  /** Net power of each node's subtree, kW. */
  readonly netKw: number[];
  /** Net power counted at each metering point, kW. */
  readonly meteredKw: number[];
  /** Charge power below each node, discharge not counted, kW. */
  readonly chargeKw: number[];
  /** Discharge power below each node, charging not counted, kW. */
  readonly dischargeKw: number[];
  /** Power on each of the three phases below each node, without PV, kW. */
  readonly phaseKw: number[][];
}

/**
 * What a session puts on each phase. One that may be on any is taken to be on each: its charge loads all,
 * its discharge relieves none.
 */
export const phaseLoad = (
  { phases, phasesKnown }: Pick<ProblemSession, "phases" | "phasesKnown">,
  chargeKw: number,
  dischargeKw: number,
): number[] =>
  [1, 2, 3].map((phase) => {
    if (phasesKnown || phases.length === 3)
      return phases.includes(phase) ? (chargeKw - dischargeKw) / phases.length : 0;
    return chargeKw / phases.length;
  });

/** Base load on each phase at and below every node; PV is not counted. */
export const restingPhases = (
  { problem, upwards }: Pick<Statement, "problem" | "upwards">,
  slot: number,
): number[][] => {
  const phaseKw = problem.nodes.map(() => [0, 0, 0]);
  for (const [node, { baseKw, phaseBaseKw }] of problem.nodes.entries())
    for (const above of upwards[node] ?? [])
      phaseKw[above] = (phaseKw[above] ?? []).map(
        (kw, phase) =>
          kw + (phaseBaseKw === null ? (baseKw[slot] ?? 0) / 3 : (phaseBaseKw[phase]?.[slot] ?? 0)),
      );
  return phaseKw;
};

/** Power beyond the limit of each phase, kW. */
export const beyondPhases = (
  { problem }: Statement,
  { node, slot, phaseKw }: { node: number; slot: number; phaseKw: readonly number[] | undefined },
): number[] =>
  [0, 1, 2].map((phase) => {
    const most = problem.nodes[node]?.phaseLimitKw?.[phase]?.[slot] ?? null;
    return most === null ? 0 : Math.max(0, (phaseKw?.[phase] ?? 0) - most);
  });

/** A kWh beyond the limit of one phase counts as three: a car on three phases gives up as much for it. */
export const PHASE_FACTOR = 3;

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
  const dischargeKw = problem.nodes.map(() => 0);
  const meteredKw = problem.meteringPoints.map(() => 0);
  const phaseKw = restingPhases({ problem, upwards }, slot);
  const put = (node: number, powerKw: number): void => {
    for (const above of upwards[node] ?? []) netKw[above] = (netKw[above] ?? 0) + powerKw;
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + powerKw;
  };
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries())
    put(node, (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0) + (powers.curtailed[node] ?? 0));
  for (const [number, session] of problem.sessions.entries()) {
    const charging = powers.charge(number);
    const discharging = powers.discharge(number);
    if (charging === 0 && discharging === 0) continue;
    const node = nodeNumber.get(session.nodeId) ?? -1;
    put(node, charging - discharging);
    const onPhase = phaseLoad(session, charging, discharging);
    for (const above of upwards[node] ?? []) {
      phaseKw[above] = (phaseKw[above] ?? []).map((kw, phase) => kw + (onPhase[phase] ?? 0));
      chargeKw[above] = (chargeKw[above] ?? 0) + charging;
      dischargeKw[above] = (dischargeKw[above] ?? 0) + discharging;
    }
  }
  return { netKw, meteredKw, chargeKw, dischargeKw, phaseKw };
};

/**
 * Least net power of each node with every car at rest: all PV is used except what export limits, its own
 * or below, force to be curtailed.
 */
export const restingNet = ({ problem, upwards }: Statement, slot: number): number[] => {
  const netKw = problem.nodes.map(({ baseKw, pvKw }) => (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0));
  for (let node = problem.nodes.length - 1; node >= 0; node--) {
    const least = problem.nodes[node]?.exportLimitKw?.[slot] ?? null;
    if (least !== null) netKw[node] = Math.max(netKw[node] ?? 0, -least);
    const parent = upwards[node]?.[1];
    if (parent !== undefined) netKw[parent] = (netKw[parent] ?? 0) + (netKw[node] ?? 0);
  }
  return netKw;
};

/** Highest power bought at a metering point, and what its prices of power come to. */
export interface MeterPeak {
  /** At any time, and in the slots in which a demand charge counts it, kW. */
  readonly highestKw: number;
  readonly peakKw: number;
  /** Demand charge above what is billed, money; and what the objective makes of both prices. */
  readonly cost: number;
  readonly weighed: number;
}

/** Peaks of each metering point from what is metered, slot by slot. */
export const peaksOf = (
  { problem, prices }: Statement,
  meteredKw: readonly (readonly number[])[],
): MeterPeak[] =>
  problem.meteringPoints.map((_, meter) => {
    const found = { highestKw: 0, peakKw: 0, cost: 0, weighed: 0 };
    for (const price of prices.power.filter((one) => one.meter === meter)) {
      let peakKw = 0;
      for (const [slot, metered] of meteredKw.entries())
        if (price.counts[slot] === true) peakKw = Math.max(peakKw, metered[meter] ?? 0);
      const aboveKw = Math.max(0, peakKw - price.freeKw);
      found[price.kind === "demand" ? "peakKw" : "highestKw"] = peakKw;
      found.cost += price.moneyPerKw * aboveKw;
      found.weighed += price.pricePerKw * aboveKw;
    }
    return found;
  });

export interface SlotCost {
  /** Bought − sold − paid for reduction, money. */
  readonly money: number;
  /** The same as the objective weighs it. */
  readonly energy: number;
  /** CO₂ of what is bought, per metering point, kg. */
  readonly carbonKg: readonly number[];
  /** Deviation from dispatch targets, less what is paid for reduction, as the objective weighs them. */
  readonly targets: number;
  /** Broken node limits, money. */
  readonly broken: number;
  /** Net powers, and their changes against the plan in force, squared, money. */
  readonly flattening: number;
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

/** Money per hour for a reduction below the baseline, kW; below 0 for what is above it. */
const paidFor = (
  { segments, excessPricePerKwh }: Problem["payments"][number],
  reductionKw: number,
): number => {
  if (reductionKw < 0) return reductionKw * (excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0);
  let left = reductionKw;
  let paid = 0;
  for (const { kw, pricePerKwh } of segments) {
    paid += Math.min(left, kw) * pricePerKwh;
    left = Math.max(0, left - kw);
  }
  return paid;
};

/** What the network costs in a slot: energy, payments, deviation from targets, broken limits, net powers squared. */
export const slotCostOf = (
  statement: Statement,
  slot: number,
  { netKw, meteredKw, phaseKw }: SlotFlows,
): SlotCost => {
  const { problem, lengthH, nodeNumber, breakingPrice, prices } = statement;
  const hours = lengthH[slot] ?? 0;
  let money = 0;
  let energy = 0;
  const carbonKg: number[] = [];
  for (const [meter, point] of problem.meteringPoints.entries()) {
    const { buyPricePerKwh, sellPricePerKwh, carbonKgPerKwh } = point;
    const kwh = (meteredKw[meter] ?? 0) * hours;
    money += kwh * ((kwh > 0 ? buyPricePerKwh[slot] : sellPricePerKwh[slot]) ?? 0);
    energy += kwh * ((kwh > 0 ? prices.buy[meter]?.[slot] : prices.sell[meter]?.[slot]) ?? 0);
    carbonKg.push(Math.max(0, kwh) * (carbonKgPerKwh?.[slot] ?? 0));
  }
  let targets = 0;
  for (const [index, { nodeId, powerKw }] of problem.targets.entries()) {
    const wanted = powerKw[slot] ?? null;
    if (wanted === null) continue;
    targets +=
      Math.abs((netKw[nodeNumber.get(nodeId) ?? -1] ?? 0) - wanted) * hours * (prices.targets[index] ?? 0);
  }
  for (const payment of problem.payments) {
    const baselineKw = payment.baselineKw[slot] ?? null;
    if (baselineKw === null) continue;
    const netHere = netKw[nodeNumber.get(payment.nodeId) ?? -1] ?? 0;
    const paid = paidFor(payment, baselineKw - netHere) * hours;
    money -= paid;
    targets -= paid * prices.reduction;
  }
  let broken = 0;
  let flattening = 0;
  for (const [node, net] of netKw.entries()) {
    flattening += net ** 2 * hours * (prices.flattening[node] ?? 0);
    const inForce = problem.nodes[node]?.smoothChange?.inForceKw[slot] ?? null;
    if (inForce !== null) flattening += (net - inForce) ** 2 * hours * (prices.smoothing[node] ?? 0);
    const [above, below] = beyondLimits(statement, { node, slot, netKw: net });
    broken += (above + below) * hours * breakingPrice;
    for (const overKw of beyondPhases(statement, { node, slot, phaseKw: phaseKw[node] }))
      broken += overKw * hours * breakingPrice * PHASE_FACTOR;
  }
  return { money, energy, carbonKg, targets, broken, flattening };
};
