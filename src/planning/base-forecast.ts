import type { Site } from "../domain/site.js";
import type { Horizon } from "../domain/horizon.js";
import { clamp, type EpochMs, HOUR_MS } from "../domain/units.js";

/** A deviation from the profile fades with this time constant. */
const MEMORY_MS = 2 * HOUR_MS;
/** Share of observed errors that the upper forecast covers where a limit is concerned. */
const UPPER_QUANTILE = 0.98;
/** Below this many observed errors the site's stated margin stands. */
const ENOUGH_ERRORS = 96;
/** PV counted on where a limit is concerned: a lower estimate, since a cloud comes unannounced. */
const PV_LOWER_SHARE = 0.7;

/** Base load as last observed, uncontrollable and without PV and cars. */
export interface BaseObservation {
  readonly powerKw: number;
  readonly atMs: EpochMs;
}

export interface BaseForecastInput {
  readonly site: Site;
  readonly horizon: Horizon;
  /** Quarter of the local day of each slot, 0–95. */
  readonly quarters: readonly number[];
  readonly nowQuarter: number;
  readonly nowMs: EpochMs;
  readonly observed: BaseObservation | null;
  readonly pvKw: number | null;
  /** Past observed/profile − 1, any order. */
  readonly errors: readonly number[];
}

export interface BaseForecast {
  readonly meanKw: readonly number[];
  /** Upper quantile, for limits. */
  readonly upperKw: readonly number[];
  readonly pvKw: readonly number[];
  readonly stale: boolean;
}

/**
 * Forecast of base load and PV. The mean is the site's typical day moved by the last observation,
 * which fades with a time constant of two hours; the upper forecast adds the 0.98 quantile of the
 * errors seen so far, or the site's stated margin while few are known. A stale observation is not
 * used and says so.
 */
export const forecastBase = (input: BaseForecastInput): BaseForecast => {
  const { site, horizon, nowMs } = input;
  const stale = input.observed === null || nowMs - input.observed.atMs > site.measurementStaleMs;
  const typicalNow = site.baseProfileKw[input.nowQuarter] ?? 0;
  const offset = stale || input.observed === null ? 0 : input.observed.powerKw - typicalNow;
  const fade = horizon.startsMs.map((startMs) => Math.exp(-(startMs - nowMs) / MEMORY_MS));
  const meanKw = input.quarters.map((quarter, slot) =>
    Math.max(0, (site.baseProfileKw[quarter] ?? 0) + offset * (fade[slot] ?? 0)),
  );
  const margin = 1 + marginShare(input);
  return {
    meanKw,
    upperKw: meanKw.map(
      (mean, slot) => Math.max(mean, site.baseProfileKw[input.quarters[slot] ?? 0] ?? 0) * margin,
    ),
    pvKw: pvForecast(input, fade),
    stale,
  };
};

const marginShare = ({ errors, site }: BaseForecastInput): number => {
  if (errors.length < ENOUGH_ERRORS) return site.baseMarginShare;
  const sorted = [...errors].sort((a, b) => a - b);
  return Math.max(0, sorted[Math.floor(UPPER_QUANTILE * (sorted.length - 1))] ?? site.baseMarginShare);
};

const pvForecast = (
  { site, quarters, nowQuarter, pvKw }: BaseForecastInput,
  fade: readonly number[],
): number[] => {
  const typicalNow = site.pvProfileKw[nowQuarter] ?? 0;
  const ratio = pvKw === null || typicalNow < 0.1 ? 1 : clamp(pvKw / typicalNow, 0, 1.2);
  return quarters.map((quarter, slot) => {
    const weight = fade[slot] ?? 0;
    return (site.pvProfileKw[quarter] ?? 0) * (1 + (ratio - 1) * weight) * PV_LOWER_SHARE;
  });
};
