import { slotCount, slotHours } from "../domain/horizon.js";
import type { Problem, ProblemSession } from "../domain/problem.js";
import { HOUR_MS, largest, smallest, sum } from "../domain/units.js";
import { restingPrices, steepestPerKwh } from "./flattening.js";
import { dearestPerKwh } from "./payments.js";
import { storageOf } from "./storages.js";
import { stationOf } from "./swaps/visits.js";
import { at } from "./tree.js";

/** A need below this counts as this: a price per percent of nothing would be infinite. */
const SMALLEST_NEED_KWH = 1;

/** Every price of the objective that is derived from the problem; `formulate` states the objective. */
export interface Weights {
  readonly hours: readonly number[];
  /** Hours from the start of the horizon to the start of each slot. */
  readonly sinceStartH: readonly number[];
  /** Price of a kWh by which a node limit or a fail-safe row is broken. */
  readonly limitSlackPerKwh: number;
  /** Price of a kWh that an urgent session is behind, per slot. */
  readonly lagPerKwhSlot: number;
  /** Per session: price of a kWh below the target at the end. */
  readonly shortPerKwh: readonly number[];
  /** Per session: by how much a kWh is dearer for every tenth of the need that is missing before it. */
  readonly fairPerKwh: readonly number[];
  /** Per session: worth of a kWh beyond the target at the end. */
  readonly beyondPerKwh: readonly number[];
}

const pricesOf = (problem: Problem): number[] =>
  problem.meteringPoints.flatMap((meter) => [...meter.buyPricePerKwh, ...meter.sellPricePerKwh]);

/** What a kWh may add to the prices of power: all of it above the peak, over a slot of full length. */
export const demandPerKwh = (problem: Problem): number => {
  const longestH = problem.horizon.startsMs.reduce(
    (most, _, slot) => Math.max(most, slotHours(problem.horizon, slot)),
    0,
  );
  const dearest = problem.meteringPoints.reduce(
    (most, { demandCharge }) => Math.max(most, demandCharge?.pricePerKw ?? 0),
    0,
  );
  return (dearest + problem.weights.peak) / longestH;
};

const dearestTariff = (problem: Problem): number => largest(pricesOf(problem).map(Math.abs), 0);

/** The most that a kWh can cost or earn by payments, demand charge and flattening together. */
const besidesTariff = (problem: Problem): number =>
  sum(problem.payments.map(dearestPerKwh)) + demandPerKwh(problem) + steepestPerKwh(problem);

/** The same with the tariff. */
export const dearestMoneyPerKwh = (problem: Problem): number =>
  dearestTariff(problem) + besidesTariff(problem);

/** All of it with time, change and dispatch targets, each price but the tariff's counted twice. */
const dearest = (problem: Problem, horizonH: number): number => {
  const { timePerKwhHour, changePerKwh } = problem.penalties;
  const targets = sum(problem.targets.map((target) => target.pricePerKwh));
  const small = timePerKwhHour * horizonH + changePerKwh + targets;
  return dearestTariff(problem) + 2 * (small + besidesTariff(problem));
};

/** Outweighs every difference of price between two slots, so that waiting one slot never pays. */
const lagPrice = (problem: Problem, horizonH: number): number => {
  const prices = pricesOf(problem);
  const spread = prices.length === 0 ? 0 : largest(prices) - smallest(prices);
  return 2 * spread + dearest(problem, horizonH);
};

/** Price in the cheapest quarter of the horizon's slots. */
const cheapQuarterPrice = (pricePerKwh: readonly number[]): number => {
  const sorted = [...pricePerKwh].sort((a, b) => a - b);
  return at(sorted, Math.floor((sorted.length - 1) / 4));
};

/**
 * Worth of a kWh in the battery of a car that leaves after the horizon: what it costs to charge it in
 * the cheapest quarter of the horizon, the price on time and what flattening adds while every car rests
 * included. So it charges there, not dearer.
 */
const terminalWorth = (problem: Problem, session: ProblemSession, pricePerKwh: readonly number[]): number => {
  const horizonH = (problem.horizon.endMs - at(problem.horizon.startsMs, 0)) / HOUR_MS;
  const price = cheapQuarterPrice(pricePerKwh) + timePrice(problem, session) * (horizonH + 1);
  return price / session.chargeEfficiency;
};

/** Price of a kWh that is charged an hour later; a storage waits for nothing. */
export const timePrice = (problem: Problem, session: ProblemSession): number =>
  storageOf(problem, session) === undefined ? problem.penalties.timePerKwhHour : 0;

export const needKwh = (session: ProblemSession): number =>
  Math.max(session.targetKwh - session.initialKwh, SMALLEST_NEED_KWH);

/** What a kWh at the end is stated to be worth; null: nothing is stated, or it leaves before. */
const statedWorth = (problem: Problem, session: ProblemSession): number | null =>
  session.departsAfterHorizon
    ? ((storageOf(problem, session) ?? stationOf(problem, session))?.terminalValuePerKwh ?? null)
    : null;

const shortPrices = (problem: Problem, meterOfSession: readonly number[]): number[] => {
  const flattening = restingPrices(problem);
  return problem.sessions.map((session, index) => {
    const stated = statedWorth(problem, session);
    if (stated !== null) return session.salvagePerKwh;
    if (!session.departsAfterHorizon) return (100 * session.shortfallPerPercent) / needKwh(session);
    const buy = problem.meteringPoints[at(meterOfSession, index)]?.buyPricePerKwh ?? [];
    const added = flattening?.(session.nodeId);
    return terminalWorth(problem, session, added?.map((price, slot) => price + at(buy, slot)) ?? buy);
  });
};

/** Tenths of a need that are told apart; what is missing beyond them costs no more per percent. */
export const FAIR_STEPS = 9;

/** What may be missing of the target before the k-th step of fairness sets in, kWh. */
export const fairStepKwh = (session: ProblemSession, step: number): number => (step * needKwh(session)) / 10;

/** Fairness is for drivers with needs; what a battery of a swap station lacks is a stock-out. */
const fairPrices = (problem: Problem): number[] =>
  problem.sessions.map((session) =>
    session.departsAfterHorizon || stationOf(problem, session) !== undefined ? 0 : problem.weights.fairness,
  );

/**
 * Breaking a limit costs at least twice all that a kWh could earn by it, so that limits come before
 * reserves, targets and cost whatever the other penalties are.
 */
const slackPrice = (
  problem: Problem,
  { shortPerKwh, fairPerKwh, lagPerKwhSlot }: Pick<Weights, "shortPerKwh" | "fairPerKwh" | "lagPerKwhSlot">,
): number => {
  const slots = slotCount(problem.horizon);
  const horizonH = (problem.horizon.endMs - at(problem.horizon.startsMs, 0)) / HOUR_MS;
  const reserve = problem.sessions.some((session) => session.reserveKwh > 0);
  const urgent = problem.sessions.some((session) => session.urgency === "now");
  const comfort =
    largest(shortPerKwh.map(Math.abs), 0) +
    FAIR_STEPS * largest(fairPerKwh, 0) +
    (reserve ? problem.penalties.reservePerKwhHour * horizonH : 0) +
    (urgent ? lagPerKwhSlot * slots : 0);
  return Math.max(problem.penalties.limitSlackPerKwh, 2 * (comfort + 2 * dearest(problem, horizonH)));
};

export const weightsOf = (problem: Problem, meterOfSession: readonly number[]): Weights => {
  const { horizon } = problem;
  const startMs = at(horizon.startsMs, 0);
  const horizonH = (horizon.endMs - startMs) / HOUR_MS;
  const shortPerKwh = shortPrices(problem, meterOfSession);
  const fairPerKwh = fairPrices(problem);
  const lagPerKwhSlot = lagPrice(problem, horizonH);
  return {
    hours: horizon.startsMs.map((_, slot) => slotHours(horizon, slot)),
    sinceStartH: horizon.startsMs.map((slotStartMs) => (slotStartMs - startMs) / HOUR_MS),
    limitSlackPerKwh: slackPrice(problem, { shortPerKwh, fairPerKwh, lagPerKwhSlot }),
    lagPerKwhSlot,
    shortPerKwh,
    fairPerKwh,
    // Never above the price of a shortfall: the value of energy at departure must be concave.
    beyondPerKwh: problem.sessions.map((session, index) =>
      storageOf(problem, session) === undefined
        ? Math.min(session.salvagePerKwh, at(shortPerKwh, index))
        : at(shortPerKwh, index),
    ),
  };
};
