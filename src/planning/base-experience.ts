import { type EpochMs, HOUR_MS, SLOT_MS, sum } from "../domain/units.js";

/** A deviation from the typical day fades with this time constant. */
const MEMORY_MS = 2 * HOUR_MS;
/** Leads at which forecasts are held against what came, rising. */
const LEADS_MS = [1, 2, 4, 8, 16, 24].map((quarters) => quarters * SLOT_MS);
/** Share of the errors that the upper forecast covers, and the lower one. */
const QUANTILE = 0.98;
/** With less than a day seen, the site's stated margin stands. */
const ENOUGH_QUARTERS = 96;
/** Errors are shares of the forecast, but of no less than this share of the mean load. */
const FLOOR_SHARE = 0.25;

/** Base load that was seen in a quarter of an hour, beside that of the site's typical day. */
export interface SeenBase {
  /** Start of the quarter of an hour. */
  readonly quarterMs: EpochMs;
  /** As first seen in it. */
  readonly powerKw: number;
  /** The most that was seen in it: a limit holds at every moment. */
  readonly mostKw: number;
  /** The least that was seen in it. */
  readonly leastKw: number;
  readonly typicalKw: number;
}

/** What the base loads seen so far say of the forecast. */
export interface BaseExperience {
  /** Energy seen by that of the typical day: a site that draws half of its profile is forecast so. */
  readonly scale: number;
  readonly floorKw: number;
  /** Per lead of `LEADS_MS`: what the upper forecast adds, as a share of the larger of mean and floor, ≥ 0. */
  readonly upperShares: readonly number[];
  /** Per lead: what the lower forecast takes off, likewise. */
  readonly lowerShares: readonly number[];
}

/** What is left of a deviation after a time. */
export const fadeAfter = (durationMs: number): number => Math.exp(-Math.max(0, durationMs) / MEMORY_MS);

/**
 * Makes the forecast at every quarter of an hour that was seen, as it would be made now, and compares it
 * with what came at each lead. null while less than a day is known.
 */
export const experienceOf = (seen: readonly SeenBase[]): BaseExperience | null => {
  if (seen.length < ENOUGH_QUARTERS) return null;
  const seenKw = sum(seen.map(({ powerKw }) => powerKw));
  const typicalKw = sum(seen.map((one) => one.typicalKw));
  const scale = typicalKw > 0 ? seenKw / typicalKw : 1;
  const floorKw = (FLOOR_SHARE * seenKw) / seen.length;
  const at = new Map(seen.map((one) => [one.quarterMs, one]));
  const atLeads = LEADS_MS.map((leadMs) =>
    seen.flatMap((then) => {
      const came = at.get(then.quarterMs + leadMs);
      if (came === undefined) return [];
      const deviationKw = then.powerKw - scale * then.typicalKw;
      const meanKw = Math.max(0, scale * came.typicalKw + deviationKw * fadeAfter(leadMs));
      const unitKw = Math.max(meanKw, floorKw, Number.MIN_VALUE);
      return [{ upper: (came.mostKw - meanKw) / unitKw, lower: (meanKw - came.leastKw) / unitKw }];
    }),
  );
  const upperShares = rising(atLeads.map((errors) => quantile(errors.map(({ upper }) => upper))));
  const lowerShares = rising(atLeads.map((errors) => quantile(errors.map(({ lower }) => lower))));
  return { scale, floorKw, upperShares, lowerShares };
};

/** Nobody knows more of a later moment than of an earlier one. */
const rising = (shares: readonly number[]): number[] =>
  shares.map((_, lead) => Math.max(...shares.slice(0, lead + 1)));

/** The error that the next one exceeds no more often than it may, by rank among those seen; ≥ 0. */
const quantile = (errors: readonly number[]): number => {
  const sorted = [...errors].sort((a, b) => a - b);
  const rank = Math.min(Math.ceil(QUANTILE * (sorted.length + 1)), sorted.length);
  return Math.max(0, sorted[rank - 1] ?? 0);
};

/** The upper forecast of a mean at a lead: what the errors at this lead, or the next longer one, ask for. */
export const upperOf = (experience: BaseExperience, meanKw: number, leadMs: number): number =>
  meanKw + shareAt(experience.upperShares, leadMs) * Math.max(meanKw, experience.floorKw);

/** The lower forecast likewise; ≥ 0. */
export const lowerOf = (experience: BaseExperience, meanKw: number, leadMs: number): number =>
  Math.max(0, meanKw - shareAt(experience.lowerShares, leadMs) * Math.max(meanKw, experience.floorKw));

const shareAt = (shares: readonly number[], leadMs: number): number =>
  shares.at(LEADS_MS.findIndex((known) => known >= leadMs)) ?? 0;
