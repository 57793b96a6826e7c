import type { Problem, ProblemSession } from "../../domain/problem.js";
import { batteriesOf } from "./parked.js";
import { type Prices, pricesOf } from "./prices.js";
import { neverLentCost } from "./swaps.js";

/**
 * The problem as `verify` reads it, derived anew from the problem alone. Nothing here or beside it is
 * shared with the formulation, the solvers or the rounding: a mistake there cannot hide here.
 */
export interface Statement {
  /** With a session for every storage and then for every battery of a swap station, after the cars. */
  readonly problem: Problem;
  /** Sessions that are cars; storages follow. */
  readonly cars: number;
  /** Cars and storages; batteries of swap stations follow. */
  readonly owned: number;
  /** The swap station of each of these. */
  readonly stationOfStay: readonly number[];
  /** What refused batteries, and those that nobody could lend, cost the objective. */
  readonly neverLent: number;
  /** Least energy of each session: 0 but for storages. */
  readonly leastKwh: readonly number[];
  /** Per session, price of a kWh charged an hour later. */
  readonly timePrice: readonly number[];
  readonly slots: number;
  /** Length of each slot, hours. */
  readonly lengthH: readonly number[];
  /** Hours from the start of the horizon to the start of each slot. */
  readonly waitH: readonly number[];
  readonly nodeNumber: ReadonlyMap<string, number>;
  /** Node of each session; -1 = none. */
  readonly nodeOfSession: readonly number[];
  /** Power in force of the sessions that have one, kW per slot. */
  readonly inForce: ReadonlyMap<string, readonly number[]>;
  /** Nodes on the way from a node to the root, itself first. */
  readonly upwards: readonly (readonly number[])[];
  /** Metering point that a node's own load counts at; -1 = none. */
  readonly billedAt: readonly number[];
  /** What everything is to the objective. */
  readonly prices: Prices;
  /** Payments, by index, of which nothing counts: all or nothing, and missed. */
  readonly unpaid: ReadonlySet<number>;
  readonly breakingPrice: number;
  readonly lagPrice: number;
  readonly shortPrice: readonly number[];
  /** Per session: by how much a kWh is dearer after each of these amounts that are missing before it, kWh. */
  readonly fairness: readonly { readonly perKwh: number; readonly afterKwh: readonly number[] }[];
  readonly beyondPrice: readonly number[];
  readonly ceilingKwh: readonly number[];
  /** Energy below which a kWh is missing from the reserve, at the end of each slot. */
  readonly reserveFloor: readonly (readonly number[])[];
  /** Energy below which an urgent session is behind, at the end of each slot. */
  readonly lagFloor: readonly (readonly number[])[];
}

const MS_PER_HOUR = 3_600_000;

/** A car beyond its taper on arrival takes nothing in this plan. */
export const shutOut = (session: ProblemSession): boolean =>
  session.taper !== null && session.taper.slopeKwPerKwh * session.initialKwh > session.taper.interceptKw;

const ceiling = (session: ProblemSession): number => {
  const held = Math.max(session.initialKwh, session.capacityKwh);
  if (session.taper === null || !(session.taper.slopeKwPerKwh > 0)) return held;
  const tapersOffAt = session.taper.interceptKw / session.taper.slopeKwPerKwh;
  return Math.min(held, Math.max(tapersOffAt, session.initialKwh));
};

/** Most power that the car takes at this energy, kW. */
export const acceptance = (session: ProblemSession, energyKwh: number): number => {
  if (shutOut(session)) return 0;
  if (session.taper === null) return session.maxChargeKw;
  const line = session.taper.interceptKw - session.taper.slopeKwPerKwh * energyKwh;
  return Math.min(session.maxChargeKw, Math.max(line, 0));
};

/** Floor at the end of each slot: what is wanted, or the most that full power would have reached. */
const floorOf = (session: ProblemSession, wantedKwh: number, lengthH: readonly number[]): number[] => {
  const top = ceiling(session);
  let reached = session.initialKwh;
  return lengthH.map((hours, slot) => {
    if (slot < session.firstSlot || slot >= session.endSlot) return 0;
    const filled = reached + session.chargeEfficiency * acceptance(session, reached) * hours;
    reached = Math.max(reached, Math.min(filled, top));
    return Math.min(wantedKwh, reached);
  });
};

const tariffs = ({ buy, sell }: Prices): number[] => [...buy, ...sell].flat();

interface Span {
  readonly spanH: number;
  readonly longestH: number;
  readonly slots: number;
  /** The most that flattening can make of a kWh. */
  readonly steepest: number;
  /** The most that all payments for reduction can make of a kWh. */
  readonly reduction: number;
}

/** Whether a node is another or stands somewhere above it. */
const isAtOrAbove = (problem: Problem, upper: string, lower: string | null): boolean => {
  for (let id = lower; id !== null; id = problem.nodes.find((node) => node.id === id)?.parentId ?? null)
    if (id === upper) return true;
  return false;
};

/** Slope 2·w·net of every flattened node, with all below it at its most: base load, PV and charging. */
const steepestSlope = (problem: Problem, { flattening, smoothing }: Prices): number => {
  let slope = 0;
  for (const [number, { id, smoothChange }] of problem.nodes.entries()) {
    const flatteningPerKw2h = flattening[number] ?? 0;
    const smoothPerKw2h = smoothing[number] ?? 0;
    if (flatteningPerKw2h + smoothPerKw2h === 0) continue;
    let mostKw = 0;
    for (const node of problem.nodes)
      if (isAtOrAbove(problem, id, node.id))
        mostKw += Math.max(0, ...node.baseKw) + Math.max(0, ...node.pvKw);
    for (const session of problem.sessions)
      if (isAtOrAbove(problem, id, session.nodeId)) mostKw += session.maxChargeKw;
    slope += 2 * mostKw * flatteningPerKw2h;
    let furthestKw = 0;
    for (const kw of smoothChange?.inForceKw ?? []) furthestKw = Math.max(furthestKw, Math.abs(kw ?? 0));
    slope += 2 * smoothPerKw2h * (mostKw + furthestKw);
  }
  return slope;
};

/** What a kWh less, or one too many, can be worth by all payments for reduction together. */
const dearestReduction = ({ payments }: Problem, prices: Prices): number => {
  let worth = 0;
  for (const { segments, excessPricePerKwh } of payments)
    worth += prices.reduction * (excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0);
  return worth;
};

/** What flattening adds to the price of a kWh at a node per slot, with every car at rest and spare PV curtailed. */
const restingSlopes = (problem: Problem, { flattening }: Prices, nodeId: string): number[] => {
  const slopes = problem.horizon.startsMs.map(() => 0);
  for (const [number, { id }] of problem.nodes.entries()) {
    const flatteningPerKw2h = flattening[number] ?? 0;
    if (flatteningPerKw2h === 0 || !isAtOrAbove(problem, id, nodeId)) continue;
    const below = problem.nodes.filter((node) => isAtOrAbove(problem, id, node.id));
    for (const slot of slopes.keys()) {
      let netKw = 0;
      for (const { baseKw, pvKw } of below) netKw += (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0);
      slopes[slot] = (slopes[slot] ?? 0) + 2 * Math.max(0, netKw) * flatteningPerKw2h;
    }
  }
  return slopes;
};

/** The most that a kWh can cost or earn, energy at departure and comfort apart. */
const dearestKwh = (prices: Prices, { spanH, longestH, steepest, reduction }: Span): number => {
  let dearest = 0;
  for (const price of tariffs(prices)) dearest = Math.max(dearest, Math.abs(price));
  const perKw = { demand: 0, peak: 0 };
  for (const { kind, pricePerKw } of prices.power) perKw[kind] = Math.max(perKw[kind], pricePerKw);
  let small = prices.time * spanH + prices.change + (perKw.demand + perKw.peak) / longestH + steepest;
  for (const price of prices.targets) small += price;
  small += reduction;
  return dearest + 2 * small;
};

const lagPriceOf = (prices: Prices, span: Span): number => {
  const all = tariffs(prices).sort((a, b) => a - b);
  const spread = (all.at(-1) ?? 0) - (all[0] ?? 0);
  return dearestKwh(prices, span) + 2 * spread;
};

const needOf = (session: ProblemSession): number => Math.max(1, session.targetKwh - session.initialKwh);

/** A session, its metering point, and what flattening adds to a kWh at its node, slot by slot. */
interface ShortAt {
  readonly number: number;
  readonly meter: number;
  readonly spanH: number;
  readonly slopes: readonly number[];
  readonly timePrice: number;
}

/** Shortfall price per kWh; for cars that stay, the worth of a kWh at the cheapest quarter's price. */
const shortPriceOf = (
  prices: Prices,
  session: ProblemSession,
  { number, meter, spanH, slopes, timePrice }: ShortAt,
): number => {
  if (!session.departsAfterHorizon) return ((prices.percent[number] ?? 0) * 100) / needOf(session);
  const tariff = prices.buy[meter];
  const buy = slopes.map((slope, slot) => (tariff?.[slot] ?? 0) + slope).sort((a, b) => a - b);
  const cheap = buy[Math.floor((buy.length - 1) / 4)] ?? 0;
  return (cheap + timePrice * (spanH + 1)) / session.chargeEfficiency;
};

/** Tenths of a need before which each kWh missing is dearer by one step. */
const FAIR_TENTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** By how much each kWh that is missing before a tenth of the need is dearer, and these tenths, kWh. */
const fairnessOf = (
  { sessions, weights }: Problem,
  owned: number,
): { perKwh: number; afterKwh: number[] }[] =>
  sessions.map((session, number) => {
    const need = needOf(session);
    return {
      perKwh: session.departsAfterHorizon || number >= owned ? 0 : weights.fairness,
      afterKwh: FAIR_TENTHS.map((tenth) => (need / 10) * tenth),
    };
  });

const breakingPriceOf = (
  { sessions }: Problem,
  prices: Prices,
  { span, ...given }: Pick<Statement, "shortPrice" | "lagPrice" | "fairness"> & { span: Span },
): number => {
  const { shortPrice, lagPrice, fairness } = given;
  let comfort = 0;
  for (const price of shortPrice) comfort = Math.max(comfort, Math.abs(price));
  comfort += FAIR_TENTHS.length * fairness.reduce((most, { perKwh }) => Math.max(most, perKwh), 0);
  if (sessions.some((session) => session.reserveKwh > 0)) comfort += span.spanH * prices.reserve;
  if (sessions.some((session) => session.urgency === "now")) comfort += span.slots * lagPrice;
  return Math.max(2 * comfort + 4 * dearestKwh(prices, span), prices.limit);
};

export const stateOf = (asked: Problem): Statement => {
  const { problem, cars, owned, stationOfStay, leastKwh, isValued } = batteriesOf(asked);
  const { startsMs, endMs } = problem.horizon;
  const slots = startsMs.length;
  const originMs = startsMs[0] ?? endMs;
  const spanH = (endMs - originMs) / MS_PER_HOUR;
  const lengthH = startsMs.map((startMs, slot) => ((startsMs[slot + 1] ?? endMs) - startMs) / MS_PER_HOUR);
  const nodeNumber = new Map(problem.nodes.map(({ id }, number) => [id, number]));
  const upwards: number[][] = [];
  for (const [number, { parentId }] of problem.nodes.entries()) {
    const parent = parentId === null ? undefined : nodeNumber.get(parentId);
    upwards.push([number, ...(parent === undefined ? [] : (upwards[parent] ?? []))]);
  }
  const meterAt = new Map(problem.meteringPoints.map(({ nodeId }, meter) => [nodeNumber.get(nodeId), meter]));
  const billedAt = upwards.map((way) => {
    for (const node of way) {
      const meter = meterAt.get(node);
      if (meter !== undefined) return meter;
    }
    return -1;
  });
  const prices = pricesOf(problem);
  const steepest = steepestSlope(problem, prices);
  const reduction = dearestReduction(problem, prices);
  const span = { spanH, longestH: Math.max(...lengthH), slots, steepest, reduction };
  const slopesAt = problem.nodes.map(({ id }) => restingSlopes(problem, prices, id));
  const isStorage = (number: number): boolean => number >= cars && number < owned;
  const timePrice = problem.sessions.map((_, number) => (isStorage(number) ? 0 : prices.time));
  const shortPrice = problem.sessions.map((session, number) => {
    if (isValued[number] === true) return prices.salvage[number] ?? 0;
    const node = nodeNumber.get(session.nodeId) ?? -1;
    const meter = billedAt[node] ?? -1;
    return shortPriceOf(prices, session, {
      number,
      meter,
      spanH,
      slopes: slopesAt[node] ?? [],
      timePrice: timePrice[number] ?? 0,
    });
  });
  const lagPrice = lagPriceOf(prices, span);
  const fairness = fairnessOf(problem, owned);
  return {
    problem,
    cars,
    owned,
    stationOfStay,
    neverLent: neverLentCost(problem, prices.stockOut),
    leastKwh,
    timePrice,
    slots,
    lengthH,
    waitH: startsMs.map((startMs) => (startMs - originMs) / MS_PER_HOUR),
    nodeNumber,
    nodeOfSession: problem.sessions.map(({ nodeId }) => nodeNumber.get(nodeId) ?? -1),
    inForce: new Map(problem.previous?.map(({ sessionId, powerKw }) => [sessionId, powerKw])),
    upwards,
    billedAt,
    prices,
    unpaid: new Set(),
    fairness,
    lagPrice,
    shortPrice,
    breakingPrice: breakingPriceOf(problem, prices, { shortPrice, lagPrice, fairness, span }),
    beyondPrice: prices.salvage.map((salvage, number) =>
      Math.min(isStorage(number) ? Infinity : salvage, shortPrice[number] ?? 0),
    ),
    ceilingKwh: problem.sessions.map(ceiling),
    reserveFloor: problem.sessions.map((session) => floorOf(session, session.reserveKwh, lengthH)),
    lagFloor: problem.sessions.map((session) =>
      session.urgency === "now" ? floorOf(session, session.targetKwh, lengthH) : lengthH.map(() => 0),
    ),
  };
};
