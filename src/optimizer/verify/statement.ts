import type { Problem, ProblemSession } from "../../domain/problem.js";

/**
 * The problem as `verify` reads it, derived anew from the problem alone. Nothing here or beside it is
 * shared with the formulation, the solvers or the rounding: a mistake there cannot hide here.
 */
export interface Statement {
  readonly problem: Problem;
  readonly slots: number;
  /** Length of each slot, hours. */
  readonly lengthH: readonly number[];
  /** Hours from the start of the horizon to the start of each slot. */
  readonly waitH: readonly number[];
  readonly nodeNumber: ReadonlyMap<string, number>;
  /** Nodes on the way from a node to the root, itself first. */
  readonly upwards: readonly (readonly number[])[];
  /** Metering point that a node's own load counts at; -1 = none. */
  readonly billedAt: readonly number[];
  readonly breakingPrice: number;
  readonly lagPrice: number;
  readonly shortPrice: readonly number[];
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

const tariffs = ({ meteringPoints }: Problem): number[] =>
  meteringPoints.flatMap(({ buyPricePerKwh, sellPricePerKwh }) => [...buyPricePerKwh, ...sellPricePerKwh]);

/** The most that a kWh can cost or earn, energy at departure and comfort apart. */
const dearestKwh = (problem: Problem, spanH: number): number => {
  let dearest = 0;
  for (const price of tariffs(problem)) dearest = Math.max(dearest, Math.abs(price));
  let small = problem.penalties.timePerKwhHour * spanH + problem.penalties.changePerKwh;
  for (const target of problem.targets) small += target.pricePerKwh;
  for (const { segments, excessPricePerKwh } of problem.payments)
    small += excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0;
  return dearest + 2 * small;
};

const lagPriceOf = (problem: Problem, spanH: number): number => {
  const all = tariffs(problem).sort((a, b) => a - b);
  const spread = (all.at(-1) ?? 0) - (all[0] ?? 0);
  return dearestKwh(problem, spanH) + 2 * spread;
};

/** Shortfall price per kWh; for cars that stay, the worth of a kWh at the cheapest quarter's price. */
const shortPriceOf = (
  problem: Problem,
  session: ProblemSession,
  { meter, spanH }: { meter: number; spanH: number },
): number => {
  if (!session.departsAfterHorizon)
    return (session.shortfallPerPercent * 100) / Math.max(1, session.targetKwh - session.initialKwh);
  const buy = (problem.meteringPoints[meter]?.buyPricePerKwh ?? []).toSorted((a, b) => a - b);
  const cheap = buy[Math.floor((buy.length - 1) / 4)] ?? 0;
  return (cheap + problem.penalties.timePerKwhHour * (spanH + 1)) / session.chargeEfficiency;
};

const breakingPriceOf = (
  problem: Problem,
  {
    shortPrice,
    lagPrice,
    spanH,
    slots,
  }: { shortPrice: readonly number[]; lagPrice: number; spanH: number; slots: number },
): number => {
  let comfort = 0;
  for (const price of shortPrice) comfort = Math.max(comfort, Math.abs(price));
  if (problem.sessions.some((session) => session.reserveKwh > 0))
    comfort += spanH * problem.penalties.reservePerKwhHour;
  if (problem.sessions.some((session) => session.urgency === "now")) comfort += slots * lagPrice;
  const earned = 2 * comfort + 4 * dearestKwh(problem, spanH);
  return Math.max(earned, problem.penalties.limitSlackPerKwh);
};

export const stateOf = (problem: Problem): Statement => {
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
  const shortPrice = problem.sessions.map((session) =>
    shortPriceOf(problem, session, { meter: billedAt[nodeNumber.get(session.nodeId) ?? -1] ?? -1, spanH }),
  );
  const lagPrice = lagPriceOf(problem, spanH);
  return {
    problem,
    slots,
    lengthH,
    waitH: startsMs.map((startMs) => (startMs - originMs) / MS_PER_HOUR),
    nodeNumber,
    upwards,
    billedAt,
    lagPrice,
    shortPrice,
    breakingPrice: breakingPriceOf(problem, { shortPrice, lagPrice, spanH, slots }),
    beyondPrice: problem.sessions.map(({ salvagePerKwh }, i) => Math.min(salvagePerKwh, shortPrice[i] ?? 0)),
    ceilingKwh: problem.sessions.map(ceiling),
    reserveFloor: problem.sessions.map((session) => floorOf(session, session.reserveKwh, lengthH)),
    lagFloor: problem.sessions.map((session) =>
      session.urgency === "now" ? floorOf(session, session.targetKwh, lengthH) : lengthH.map(() => 0),
    ),
  };
};
