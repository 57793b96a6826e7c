import type { Problem, ProblemSession } from "../../domain/problem.js";
import type { Multipliers, SessionMultipliers } from "../contract.js";
import { eventTerms } from "./event-bound.js";
import { PHASE_FACTOR, phaseLoad, restingNet, restingPhases } from "./network.js";
import type { PowerPrice } from "./prices.js";
import { type Statement, shutOut, stateOf } from "./statement.js";
import { type VoltageRoom, voltageRooms } from "./voltage.js";

/** Least value of a piecewise linear function over its candidates. */
const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

/** Least value of slope·x over 0 ≤ x ≤ most. */
const box = (slope: number, most: number): number => Math.min(0, slope * most);

const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const get = (series: readonly (readonly number[])[], row: number, slot: number): number =>
  series[row]?.[slot] ?? 0;

const positive = (value: number | undefined): number => Math.max(0, value ?? 0);

/** Duals of a node's lowest and highest voltage; 0 where there is no such limit. */
const voltagePrices = (
  { lowVoltagePerKwh, highVoltagePerKwh }: Multipliers,
  { node, slot, loadKw, feedKw }: { node: number; slot: number; loadKw: number; feedKw: number },
): readonly [number, number] => [
  loadKw === Infinity ? 0 : positive(get(lowVoltagePerKwh, node, slot)),
  feedKw === Infinity ? 0 : positive(get(highVoltagePerKwh, node, slot)),
];

/** Dual of the limit of a phase. */
const phasePrice = (
  { phaseLimitPerKwh }: Multipliers,
  { node, phase, slot }: { node: number; phase: number; slot: number },
): number => positive(phaseLimitPerKwh[node]?.[phase]?.[slot]);

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The taper row holds only for cars that it does not shut out. */
const taperOf = (session: ProblemSession): ProblemSession["taper"] =>
  shutOut(session) ? null : session.taper;

const mostIn = (session: ProblemSession): number => (shutOut(session) ? 0 : session.maxChargeKw);
const mostOut = (session: ProblemSession): number => (session.urgency === "now" ? 0 : session.maxDischargeKw);

/** Least and most net power of each node and each metering point in a slot, limits apart. */
const rangesOf = (
  { problem, nodeOfSession, upwards, billedAt }: Statement,
  slot: number,
): { nodes: Range[]; meters: Range[] } => {
  const nodes = problem.nodes.map(() => ({ low: 0, high: 0 }));
  const meters = problem.meteringPoints.map(() => ({ low: 0, high: 0 }));
  const widen = (node: number, low: number, high: number): void => {
    const counted = [...(upwards[node] ?? []).map((above) => nodes[above]), meters[billedAt[node] ?? -1]];
    for (const range of counted) {
      if (range === undefined) continue;
      range.low += low;
      range.high += high;
    }
  };
  const [inKw, outKw] = [problem.nodes.map(() => 0), problem.nodes.map(() => 0)];
  for (const [number, session] of problem.sessions.entries()) {
    if (slot < session.firstSlot || slot >= session.endSlot) continue;
    const node = nodeOfSession[number] ?? -1;
    inKw[node] = (inKw[node] ?? 0) + mostIn(session);
    outKw[node] = (outKw[node] ?? 0) + mostOut(session);
  }
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries()) {
    const base = baseKw[slot] ?? 0;
    widen(node, base - (pvKw[slot] ?? 0) - (outKw[node] ?? 0), base + (inKw[node] ?? 0));
  }
  return { nodes, meters };
};

/** What is the same for all terms of a slot. */
interface SlotScene {
  readonly slot: number;
  readonly ranges: ReturnType<typeof rangesOf>;
  readonly rooms: readonly VoltageRoom[];
}

const sceneOf = (statement: Statement, slot: number): SlotScene => ({
  slot,
  ranges: rangesOf(statement, slot),
  rooms: voltageRooms(statement, slot),
});

/** Dual of a row of a price of power; 0 where there is no such row. */
const powerDual = ({ meter, kind, counts }: PowerPrice, multipliers: Multipliers, slot: number): number => {
  if (counts[slot] !== true) return 0;
  const { demandPerKwh, peakPerKwh } = multipliers;
  return positive(get(kind === "demand" ? demandPerKwh : peakPerKwh, meter, slot));
};

/** Terms of the power above what is free: one number per price of power, priced once. */
const powerPriceTerms = (
  { prices, lengthH }: Statement,
  multipliers: Multipliers,
  scenes: readonly SlotScene[],
): number => {
  let terms = 0;
  for (const price of prices.power) {
    let slope = price.pricePerKw;
    let mostKw = 0;
    for (const [slot, hours] of lengthH.entries()) {
      slope -= powerDual(price, multipliers, slot) * hours;
      if (price.counts[slot] === true)
        mostKw = Math.max(mostKw, (scenes[slot]?.ranges.meters[price.meter]?.high ?? 0) - price.freeKw);
    }
    terms += box(slope, mostKw);
  }
  return terms;
};

/** Terms of a payment in one slot: its segments, the unpaid rest of the reduction, and the excess. */
const paymentTerms = (
  { segments, excessPricePerKwh, floorKw }: Problem["payments"][number],
  {
    price,
    factor,
    baselineKw,
    range,
  }: { price: number; factor: number; baselineKw: number | null; range: Range },
): number => {
  if (baselineKw === null || floorKw !== null) return 0;
  const most = positive(baselineKw - range.low);
  let terms = -price * baselineKw + box(price, most);
  for (const { kw, pricePerKwh } of segments) terms += box(price - factor * pricePerKwh, Math.min(kw, most));
  const excessPrice = factor * (excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0);
  return terms + box(excessPrice - price, positive(range.high - baselineKw));
};

/** Terms of the network in one slot. */
const networkTerms = (
  statement: Statement,
  multipliers: Multipliers,
  { slot, ranges, rooms }: SlotScene,
): number => {
  const { problem, lengthH, upwards, billedAt, nodeNumber, breakingPrice, prices } = statement;
  const resting = restingNet(statement, slot);
  const restingPhaseKw = restingPhases(statement, slot);
  let terms = 0;
  for (const [node, one] of problem.nodes.entries()) {
    const { baseKw, pvKw, importLimitKw, exportLimitKw, dischargeLimitKw, failsafe } = one;
    const price = get(multipliers.nodePricePerKwh, node, slot);
    const parent = upwards[node]?.[1] ?? -1;
    terms += price * ((baseKw[slot] ?? 0) - (pvKw[slot] ?? 0)) + box(price, pvKw[slot] ?? 0);
    let slope = get(multipliers.nodePricePerKwh, parent, slot) - price;
    const outer = billedAt[parent] ?? -1;
    const meter = billedAt[node] ?? -1;
    if (meter !== outer)
      slope += get(multipliers.meteringPerKwh, meter, slot) - get(multipliers.meteringPerKwh, outer, slot);
    for (const [index, target] of problem.targets.entries())
      if (nodeNumber.get(target.nodeId) === node && (target.powerKw[slot] ?? null) !== null)
        slope += get(multipliers.targetPerKwh, index, slot);
    for (const [index, { nodeId, baselineKw }] of problem.payments.entries())
      if (nodeNumber.get(nodeId) === node && (baselineKw[slot] ?? null) !== null)
        slope += get(multipliers.paymentPerKwh, index, slot);
    const limit = importLimitKw?.[slot] ?? Infinity;
    // An import limit is passed at most by what passes it with every car at rest, an export limit never.
    const low = Math.max(ranges.nodes[node]?.low ?? 0, -(exportLimitKw?.[slot] ?? Infinity));
    const high = Math.min(ranges.nodes[node]?.high ?? 0, Math.max(limit, resting[node] ?? 0));
    const inForce = one.smoothChange?.inForceKw[slot] ?? null;
    const smoothing = inForce === null ? 0 : (statement.prices.smoothing[node] ?? 0);
    slope -= 2 * smoothing * (inForce ?? 0);
    terms += smoothing * (inForce ?? 0) ** 2;
    const square = (statement.prices.flattening[node] ?? 0) + smoothing;
    const costAt = (net: number): number =>
      (slope + square * net) * net + breakingPrice * positive(net - limit);
    // On either side of the limit the cost is a parabola or a line: least where its slope is 0, or at an end.
    const lowest = (steep: number): number[] => (square > 0 ? [clip(-steep / (2 * square), low, high)] : []);
    terms += smallest(
      [low, high, clip(limit, low, high), ...lowest(slope), ...lowest(slope + breakingPrice)].map(costAt),
    );
    if (failsafe !== null)
      terms -= positive(get(multipliers.failsafePerKwh, node, slot)) * positive(failsafe.headroomKw[slot]);
    const mostBackKw = dischargeLimitKw?.[slot] ?? null;
    if (mostBackKw !== null)
      terms -= positive(get(multipliers.dischargeLimitPerKwh, node, slot)) * mostBackKw;
    // A phase is over its limit at most by what base load alone puts it over.
    for (const [phase, limits] of (one.phaseLimitKw ?? []).entries()) {
      const most = limits[slot] ?? null;
      if (most === null) continue;
      const dual = phasePrice(multipliers, { node, phase, slot });
      const spareKw = most - (restingPhaseKw[node]?.[phase] ?? 0);
      terms += box(PHASE_FACTOR * breakingPrice - dual, positive(-spareKw)) - dual * spareKw;
    }
  }
  for (const meter of problem.meteringPoints.keys()) {
    const price = get(multipliers.meteringPerKwh, meter, slot);
    let raised = 0;
    for (const one of prices.power) {
      if (one.meter !== meter) continue;
      const dual = powerDual(one, multipliers, slot);
      raised += dual;
      terms -= dual * one.freeKw;
    }
    const { low, high } = ranges.meters[meter] ?? { low: 0, high: 0 };
    // Buying and selling exclude each other, so the better of the two alone is a valid minimum.
    terms += smallest([
      0,
      (get(prices.buy, meter, slot) + raised - price) * positive(high),
      (price - get(prices.sell, meter, slot)) * positive(-low),
    ]);
  }
  for (const [index, target] of problem.targets.entries()) {
    const wanted = target.powerKw[slot] ?? null;
    if (wanted === null) continue;
    const price = get(multipliers.targetPerKwh, index, slot);
    const { low, high } = ranges.nodes[nodeNumber.get(target.nodeId) ?? -1] ?? { low: 0, high: 0 };
    terms -= price * wanted;
    const own = prices.targets[index] ?? 0;
    terms += box(own - price, positive(high - wanted));
    terms += box(own + price, positive(wanted - low));
  }
  for (const { node, loadKw, feedKw } of rooms) {
    const [low, high] = voltagePrices(multipliers, { node, slot, loadKw, feedKw });
    if (low > 0) terms += box(breakingPrice - low, positive(-loadKw)) - low * loadKw;
    if (high > 0) terms += box(breakingPrice - high, positive(-feedKw)) - high * feedKw;
  }
  for (const [index, payment] of problem.payments.entries()) {
    const range = ranges.nodes[nodeNumber.get(payment.nodeId) ?? -1] ?? { low: 0, high: 0 };
    const price = get(multipliers.paymentPerKwh, index, slot);
    const baselineKw = payment.baselineKw[slot] ?? null;
    terms += paymentTerms(payment, { price, factor: prices.reduction, baselineKw, range });
  }
  return terms * (lengthH[slot] ?? 0);
};

interface Car {
  readonly number: number;
  readonly session: ProblemSession;
  readonly own: SessionMultipliers;
  readonly inForce: readonly number[] | undefined;
}

/** Charging and discharging exclude each other: the least of both alone, and of rest. */
const powerTerms = (
  statement: Statement,
  multipliers: Multipliers,
  { number, session, own, inForce }: Car,
  { slot, rooms }: SlotScene,
): number => {
  const { problem, prices, lengthH, waitH, upwards, nodeNumber, timePrice } = statement;
  const hours = lengthH[slot] ?? 0;
  const node = nodeNumber.get(session.nodeId) ?? -1;
  const worth = own.batteryPerKwh[slot] ?? 0;
  const price = get(multipliers.nodePricePerKwh, node, slot);
  let [held, heldBack] = [0, 0];
  for (const above of upwards[node] ?? []) {
    const { failsafe, dischargeLimitKw, phaseLimitKw } = problem.nodes[above] ?? {};
    for (const [phase, limits] of (phaseLimitKw ?? []).entries()) {
      if ((limits[slot] ?? null) === null) continue;
      const dual = phasePrice(multipliers, { node: above, phase, slot });
      held += dual * (phaseLoad(session, 1, 0)[phase] ?? 0);
      heldBack += dual * (phaseLoad(session, 0, 1)[phase] ?? 0);
    }
    if (failsafe !== null) held += positive(multipliers.failsafePerKwh[above]?.[slot]);
    if ((dischargeLimitKw?.[slot] ?? null) !== null)
      heldBack += positive(multipliers.dischargeLimitPerKwh[above]?.[slot]);
  }
  for (const { node: limited, weight, loadKw, feedKw } of rooms) {
    const [low, high] = voltagePrices(multipliers, { node: limited, slot, loadKw, feedKw });
    held += weight(node) * (low - high);
    heldBack -= weight(node) * (low - high);
  }
  const tapered = taperOf(session) === null ? 0 : positive(own.taperPerKwh[slot]);
  const inSlope =
    price + held + tapered + (timePrice[number] ?? 0) * (waitH[slot] ?? 0) - session.chargeEfficiency * worth;
  const outSlope =
    (prices.wear[number] ?? 0) -
    price +
    heldBack +
    worth / session.dischargeEfficiency +
    positive(own.dischargeTotalPerKwh);
  const change = inForce === undefined ? 0 : prices.change;
  const before = inForce?.[slot] ?? 0;
  const charging = [0, clip(before, 0, mostIn(session)), mostIn(session)].map(
    (power) => inSlope * power + change * Math.abs(power - before),
  );
  const discharging = [clip(-before, 0, mostOut(session)), mostOut(session)].map(
    (power) => outSlope * power + change * Math.abs(-power - before),
  );
  return smallest([...charging, ...discharging]) * hours;
};

/** Terms of the energy at the end of a slot: battery, reserve, lag, taper of the next slot, departure. */
const energyTerms = (statement: Statement, { number, session, own }: Car, slot: number): number => {
  const { prices, lengthH, reserveFloor, lagFloor, lagPrice, ceilingKwh, leastKwh } = statement;
  const least = leastKwh[number] ?? 0;
  const hours = lengthH[slot] ?? 0;
  const last = slot === session.endSlot - 1;
  const reserve = positive(own.reservePerKwh[slot]);
  const lag = positive(own.lagPerKwh[slot]);
  // A row that no energy can break is as good as the least energy: solvers may price that as a reserve.
  const reserveKwh = Math.max(least, reserveFloor[number]?.[slot] ?? 0);
  const lagKwh = lagFloor[number]?.[slot] ?? 0;
  let slope = (own.batteryPerKwh[slot] ?? 0) - reserve - lag;
  slope -= last ? own.terminalPerKwh : (own.batteryPerKwh[slot + 1] ?? 0);
  const taper = taperOf(session);
  if (!last && taper !== null)
    slope += positive(own.taperPerKwh[slot + 1]) * taper.slopeKwPerKwh * (lengthH[slot + 1] ?? 0);
  return (
    smallest([slope * least, slope * (ceilingKwh[number] ?? 0)]) +
    reserve * reserveKwh +
    box(prices.reserve * hours - reserve, positive(reserveKwh - least)) +
    lag * lagKwh +
    box(lagPrice - lag, lagKwh)
  );
};

/** Least of what is missing at a slope, and fairness on it, between two amounts: at an end or a kink. */
const leastShort = (
  { fairness }: Statement,
  number: number,
  { slope, from, to }: { slope: number; from: number; to: number },
): number => {
  const { perKwh = 0, afterKwh = [] } = fairness[number] ?? {};
  const costAt = (short: number): number =>
    afterKwh.reduce((total, kwh) => total + perKwh * positive(short - kwh), slope * short);
  return smallest([from, to, ...afterKwh.map((kwh) => clip(kwh, from, to))].map(costAt));
};

const sessionTerms = (
  statement: Statement,
  multipliers: Multipliers,
  car: Car,
  scenes: readonly SlotScene[],
): number => {
  const { lengthH, shortPrice, beyondPrice, ceilingKwh, leastKwh } = statement;
  const { number, session, own } = car;
  let terms = -(own.batteryPerKwh[session.firstSlot] ?? 0) * session.initialKwh;
  const taper = taperOf(session);
  if (taper !== null)
    terms +=
      positive(own.taperPerKwh[session.firstSlot]) *
      taper.slopeKwPerKwh *
      session.initialKwh *
      (lengthH[session.firstSlot] ?? 0);
  for (const scene of scenes.slice(session.firstSlot, session.endSlot)) {
    const { slot } = scene;
    terms += powerTerms(statement, multipliers, car, scene) + energyTerms(statement, car, slot);
    if (taper !== null) terms -= positive(own.taperPerKwh[slot]) * taper.interceptKw * (lengthH[slot] ?? 0);
  }
  if (session.maxDischargeKwh !== null) terms -= positive(own.dischargeTotalPerKwh) * session.maxDischargeKwh;
  const end = own.terminalPerKwh;
  const top = ceilingKwh[number] ?? 0;
  const room = positive(top - session.targetKwh);
  // No plan is less short than what the battery cannot hold of the target.
  const missing = positive(session.targetKwh - top);
  const mostShort = session.targetKwh - (leastKwh[number] ?? 0);
  const shortSlope = (shortPrice[number] ?? 0) - end;
  return (
    terms +
    end * session.targetKwh +
    leastShort(statement, number, { slope: shortSlope, from: missing, to: mostShort }) +
    box(end - (beyondPrice[number] ?? 0), room)
  );
};

/**
 * Lagrangian dual bound: every balance, battery, discharge, reserve, taper, fail-safe, metering, peak and target row
 * moved into the objective with its multiplier, and what is left minimised box by box. By weak duality
 * no feasible plan is below it, whatever the multipliers are; at optimal ones it meets the optimum of
 * the relaxation. Charging excludes discharging here, and buying selling, as in a real plan.
 */
export const dualBound = (asked: Problem, multipliers: Multipliers): number => {
  const statement = stateOf(asked);
  const { problem } = statement;
  const scenes = statement.lengthH.map((_, slot) => sceneOf(statement, slot));
  const rangesIn = scenes.map(({ ranges }) => ranges.nodes);
  let bound = statement.neverLent + powerPriceTerms(statement, multipliers, scenes);
  bound += eventTerms(statement, multipliers, rangesIn);
  for (const scene of scenes) bound += networkTerms(statement, multipliers, scene);
  for (const [number, session] of problem.sessions.entries()) {
    const own = multipliers.sessions[number];
    if (own === undefined) return -Infinity;
    const inForce = statement.inForce.get(session.id);
    bound += sessionTerms(statement, multipliers, { number, session, own, inForce }, scenes);
  }
  return Number.isNaN(bound) ? -Infinity : bound;
};
