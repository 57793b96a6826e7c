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
  /** What the sessions at each node itself draw, less what they give back, kW. */
  readonly ownKw: number[];
  /** Power on each of the three phases below each node, without PV, kW; empty where no node limits its phases. */
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

/** Charge and discharge power of a session in a slot, kW. */
export interface PowerAt {
  readonly charge: (session: number, slot: number) => number;
  readonly discharge: (session: number, slot: number) => number;
}

/** What sessions put on the phases of the nodes above them, beside base load. */
const phasesWith = (statement: Statement, slot: number, powers: PowerAt): number[][] => {
  const { problem, nodeOfSession, upwards } = statement;
  if (problem.nodes.every(({ phaseLimitKw }) => phaseLimitKw === null)) return [];
  const phaseKw = restingPhases(statement, slot);
  for (const [number, session] of problem.sessions.entries()) {
    const charging = powers.charge(number, slot);
    const discharging = powers.discharge(number, slot);
    if (charging === 0 && discharging === 0) continue;
    const onPhase = phaseLoad(session, charging, discharging);
    for (const above of upwards[nodeOfSession[number] ?? -1] ?? [])
      phaseKw[above] = (phaseKw[above] ?? []).map((kw, phase) => kw + (onPhase[phase] ?? 0));
  }
  return phaseKw;
};

/** Sums of one slot from the powers alone, with all PV in use: by node, and each node's carried up the tree. */
export const drawnIn = (statement: Statement, slot: number, powers: PowerAt): SlotFlows => {
  const { problem, nodeOfSession, upwards, billedAt } = statement;
  const zeros = (): number[] => problem.nodes.map(() => 0);
  const [netKw, chargeKw, dischargeKw, ownIn, ownOut] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const meteredKw = problem.meteringPoints.map(() => 0);
  for (const [number, node] of nodeOfSession.entries()) {
    ownIn[node] = (ownIn[node] ?? 0) + powers.charge(number, slot);
    ownOut[node] = (ownOut[node] ?? 0) + powers.discharge(number, slot);
  }
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries()) {
    const [charging, discharging] = [ownIn[node] ?? 0, ownOut[node] ?? 0];
    const powerKw = (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0) + charging - discharging;
    for (const above of upwards[node] ?? []) {
      netKw[above] = (netKw[above] ?? 0) + powerKw;
      chargeKw[above] = (chargeKw[above] ?? 0) + charging;
      dischargeKw[above] = (dischargeKw[above] ?? 0) + discharging;
    }
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + powerKw;
  }
  const ownKw = ownIn.map((kw, node) => kw - (ownOut[node] ?? 0));
  return { netKw, meteredKw, chargeKw, dischargeKw, ownKw, phaseKw: phasesWith(statement, slot, powers) };
};

/** The same with so much of each node's PV curtailed, kW. */
export const withCurtailed = <Flows extends Pick<SlotFlows, "netKw" | "meteredKw">>(
  { upwards, billedAt }: Statement,
  drawn: Flows,
  curtailed: readonly number[],
): Flows => {
  const netKw = [...drawn.netKw];
  const meteredKw = [...drawn.meteredKw];
  for (const [node, powerKw] of curtailed.entries()) {
    if (powerKw === 0) continue;
    for (const above of upwards[node] ?? []) netKw[above] = (netKw[above] ?? 0) + powerKw;
    const meter = billedAt[node] ?? -1;
    if (meter >= 0) meteredKw[meter] = (meteredKw[meter] ?? 0) + powerKw;
  }
  return { ...drawn, netKw, meteredKw };
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
export const paidFor = (
  { segments, excessPricePerKwh }: Pick<Problem["payments"][number], "segments" | "excessPricePerKwh">,
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

/** What a slot's net and metered powers cost: all that curtailment can change. */
export interface PowersCost extends Pick<SlotCost, "money" | "energy" | "targets" | "flattening"> {
  /** Broken limits of the nodes' net power, money; those of phases stand apart. */
  readonly broken: number;
  /** Power beyond the export limits of all nodes, kW. */
  readonly exportKw: number;
}

/** Energy, payments, deviation from targets, broken limits and squares of a slot's net and metered powers. */
export const powersCostOf = (
  statement: Statement,
  slot: number,
  { netKw, meteredKw }: Pick<SlotFlows, "netKw" | "meteredKw">,
): PowersCost => {
  const { problem, lengthH, nodeNumber, breakingPrice, prices, unpaid } = statement;
  const hours = lengthH[slot] ?? 0;
  const cost = { money: 0, energy: 0, targets: 0, broken: 0, exportKw: 0, flattening: 0 };
  for (let meter = 0; meter < problem.meteringPoints.length; meter++) {
    const kwh = (meteredKw[meter] ?? 0) * hours;
    const point = problem.meteringPoints[meter];
    cost.money += kwh * ((kwh > 0 ? point?.buyPricePerKwh[slot] : point?.sellPricePerKwh[slot]) ?? 0);
    cost.energy += kwh * ((kwh > 0 ? prices.buy[meter]?.[slot] : prices.sell[meter]?.[slot]) ?? 0);
  }
  for (const [index, { nodeId, powerKw }] of problem.targets.entries()) {
    const wanted = powerKw[slot] ?? null;
    if (wanted === null) continue;
    const deviationKw = Math.abs((netKw[nodeNumber.get(nodeId) ?? -1] ?? 0) - wanted);
    cost.targets += deviationKw * hours * (prices.targets[index] ?? 0);
  }
  for (const [index, payment] of problem.payments.entries()) {
    const baselineKw = payment.baselineKw[slot] ?? null;
    if (baselineKw === null || unpaid.has(index)) continue;
    const netHere = netKw[nodeNumber.get(payment.nodeId) ?? -1] ?? 0;
    const paid = paidFor(payment, baselineKw - netHere) * hours;
    cost.money -= paid;
    cost.targets -= paid * prices.reduction;
  }
  for (let node = 0; node < netKw.length; node++) {
    const net = netKw[node] ?? 0;
    cost.flattening += net ** 2 * hours * (prices.flattening[node] ?? 0);
    const inForce = problem.nodes[node]?.smoothChange?.inForceKw[slot] ?? null;
    if (inForce !== null) cost.flattening += (net - inForce) ** 2 * hours * (prices.smoothing[node] ?? 0);
    const [above, below] = beyondLimits(statement, { node, slot, netKw: net });
    cost.broken += (above + below) * hours * breakingPrice;
    cost.exportKw += below;
  }
  return cost;
};

/** What the broken limits of phases cost in a slot, money. No PV is counted on a phase. */
export const phasesCostOf = (
  statement: Statement,
  slot: number,
  { phaseKw }: Pick<SlotFlows, "phaseKw">,
): number => {
  let overKw = 0;
  for (const [node, onPhases] of phaseKw.entries())
    for (const kw of beyondPhases(statement, { node, slot, phaseKw: onPhases })) overKw += kw;
  return overKw * (statement.lengthH[slot] ?? 0) * statement.breakingPrice * PHASE_FACTOR;
};

/** What the network costs in a slot: energy, payments, deviation from targets, broken limits, net powers squared. */
export const slotCostOf = (statement: Statement, slot: number, flows: SlotFlows): SlotCost => {
  const { problem, lengthH } = statement;
  const { money, energy, targets, broken, flattening } = powersCostOf(statement, slot, flows);
  return {
    money,
    energy,
    targets,
    flattening,
    broken: broken + phasesCostOf(statement, slot, flows),
    carbonKg: problem.meteringPoints.map(
      ({ carbonKgPerKwh }, meter) =>
        Math.max(0, (flows.meteredKw[meter] ?? 0) * (lengthH[slot] ?? 0)) * (carbonKgPerKwh?.[slot] ?? 0),
    ),
  };
};
