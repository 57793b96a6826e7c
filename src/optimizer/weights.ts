import { slotCount, slotHours } from "../domain/horizon.js";
import type { Problem, ProblemSession } from "../domain/problem.js";
import { HOUR_MS, sum } from "../domain/units.js";
import { dearestPerKwh } from "./payments.js";
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
  /** Per session: worth of a kWh beyond the target at the end. */
  readonly beyondPerKwh: readonly number[];
}

const pricesOf = (problem: Problem): number[] =>
  problem.meteringPoints.flatMap((meter) => [...meter.buyPricePerKwh, ...meter.sellPricePerKwh]);

const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

/** Most of what a kWh may cost or earn by tariff, time, change, dispatch targets and payments together. */
const dearest = (problem: Problem, horizonH: number): number => {
  const magnitude = Math.max(0, ...pricesOf(problem).map(Math.abs));
  const { timePerKwhHour, changePerKwh } = problem.penalties;
  const targets = sum(problem.targets.map((target) => target.pricePerKwh));
  const payments = sum(problem.payments.map(dearestPerKwh));
  return magnitude + 2 * (timePerKwhHour * horizonH + changePerKwh + targets + payments);
};

/** Outweighs every difference of price between two slots, so that waiting one slot never pays. */
const lagPrice = (problem: Problem, horizonH: number): number => {
  const prices = pricesOf(problem);
  const spread = prices.length === 0 ? 0 : largest(prices) - smallest(prices);
  return 2 * spread + dearest(problem, horizonH);
};

/** Buy price of the cheapest quarter of the horizon's slots where the session is metered. */
const cheapQuarterPrice = (buyPricePerKwh: readonly number[] | undefined): number => {
  const sorted = [...(buyPricePerKwh ?? [])].sort((a, b) => a - b);
  return at(sorted, Math.floor((sorted.length - 1) / 4));
};

/**
 * Worth of a kWh in the battery of a car that leaves after the horizon: what it costs to charge it in
 * the cheapest quarter of the horizon, the price on time included. So it charges there, not dearer.
 */
const terminalWorth = (
  problem: Problem,
  session: ProblemSession,
  buyPricePerKwh: readonly number[] | undefined,
): number => {
  const horizonH = (problem.horizon.endMs - at(problem.horizon.startsMs, 0)) / HOUR_MS;
  const price = cheapQuarterPrice(buyPricePerKwh) + problem.penalties.timePerKwhHour * (horizonH + 1);
  return price / session.chargeEfficiency;
};

export const needKwh = (session: ProblemSession): number =>
  Math.max(session.targetKwh - session.initialKwh, SMALLEST_NEED_KWH);

const shortPrices = (problem: Problem, meterOfSession: readonly number[]): number[] =>
  problem.sessions.map((session, index) =>
    session.departsAfterHorizon
      ? terminalWorth(problem, session, problem.meteringPoints[at(meterOfSession, index)]?.buyPricePerKwh)
      : (100 * session.shortfallPerPercent) / needKwh(session),
  );

/**
 * Breaking a limit costs at least twice all that a kWh could earn by it, so that limits come before
 * reserves, targets and cost whatever the other penalties are.
 */
const slackPrice = (problem: Problem, shortPerKwh: readonly number[], lagPerKwhSlot: number): number => {
  const slots = slotCount(problem.horizon);
  const horizonH = (problem.horizon.endMs - at(problem.horizon.startsMs, 0)) / HOUR_MS;
  const reserve = problem.sessions.some((session) => session.reserveKwh > 0);
  const urgent = problem.sessions.some((session) => session.urgency === "now");
  const comfort =
    Math.max(0, ...shortPerKwh.map(Math.abs)) +
    (reserve ? problem.penalties.reservePerKwhHour * horizonH : 0) +
    (urgent ? lagPerKwhSlot * slots : 0);
  return Math.max(problem.penalties.limitSlackPerKwh, 2 * (comfort + 2 * dearest(problem, horizonH)));
};

export const weightsOf = (problem: Problem, meterOfSession: readonly number[]): Weights => {
  const { horizon } = problem;
  const startMs = at(horizon.startsMs, 0);
  const horizonH = (horizon.endMs - startMs) / HOUR_MS;
  const shortPerKwh = shortPrices(problem, meterOfSession);
  const lagPerKwhSlot = lagPrice(problem, horizonH);
  return {
    hours: horizon.startsMs.map((_, slot) => slotHours(horizon, slot)),
    sinceStartH: horizon.startsMs.map((slotStartMs) => (slotStartMs - startMs) / HOUR_MS),
    limitSlackPerKwh: slackPrice(problem, shortPerKwh, lagPerKwhSlot),
    lagPerKwhSlot,
    shortPerKwh,
    // Never above the price of a shortfall: the value of energy at departure must be concave.
    beyondPerKwh: problem.sessions.map((session, index) =>
      Math.min(session.salvagePerKwh, at(shortPerKwh, index)),
    ),
  };
};
