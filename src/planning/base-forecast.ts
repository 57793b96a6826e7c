import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { Site } from "../domain/site.js";
import { clamp, type EpochMs } from "../domain/units.js";
import type { NodeBase } from "./node-base.js";
import { type BaseExperience, fadeAfter, lowerOf, upperOf } from "./base-experience.js";

/** PV counted on where a limit is concerned: a lower estimate, since a cloud comes unannounced. */
const PV_LOWER_SHARE = 0.7;

/** Base load as last observed, uncontrollable and without PV, cars and battery. */
export interface BaseObservation {
  readonly powerKw: number;
  readonly atMs: EpochMs;
  /** When every car was known last, on or before `atMs`; since then the load is known within bounds. */
  readonly exactMs: EpochMs;
}

/** Power of the battery, charging positive, as last measured. */
interface BatteryObservation {
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
  /** null: never measured, or stale. */
  readonly battery: BatteryObservation | null;
  /** null while less than a day was seen. */
  readonly experience: BaseExperience | null;
}

export interface BaseForecast {
  readonly meanKw: readonly number[];
  /** Upper quantile of base load with what the battery charges, for limits. */
  readonly upperKw: readonly number[];
  /** Lower quantile, less what the battery discharges, for limits of export; below 0 where that is more. */
  readonly lowerKw: readonly number[];
  readonly pvKw: readonly number[];
  /** Upper estimate, for limits of export. */
  readonly upperPvKw: readonly number[];
  /** Charging positive. */
  readonly batteryKw: readonly number[];
  readonly stale: boolean;
  /** Base load of the nodes that have meters of their own, which is part of the above; absent: none has. */
  readonly nodes?: ReadonlyMap<string, NodeBase> | undefined;
}

/**
 * Forecast of base load, PV and battery. The mean is the site's typical day, at the scale that was seen,
 * moved by the last observation, which fades with a time constant of two hours. The upper forecast adds
 * the 0.98 quantile of the errors of such forecasts at the same lead; while less than a day is known, it
 * is the larger of mean and typical day with the site's stated margin. The lower forecast is made alike. A stale observation is not used
 * and says so.
 */
export const forecastBase = (input: BaseForecastInput): BaseForecast => {
  const { site, horizon, nowMs, observed } = input;
  const fresh = observed !== null && nowMs - observed.atMs <= site.measurementStaleMs ? observed : null;
  const typicalKw = (quarter: number): number =>
    (input.experience?.scale ?? 1) * (site.baseProfileKw[quarter] ?? 0);
  const offset = fresh === null ? 0 : fresh.powerKw - typicalKw(input.nowQuarter);
  const meanKw = input.quarters.map((quarter, slot) =>
    Math.max(0, typicalKw(quarter) + offset * fadeAfter((horizon.startsMs[slot] ?? nowMs) - nowMs)),
  );
  const batteryKw = batteryForecast(input);
  const { upperKw, lowerKw } = bandForecast(input, meanKw, fresh);
  const pvKw = pvForecast(input);
  return {
    meanKw,
    upperKw: upperKw.map((upper, slot) => upper + Math.max(0, batteryKw[slot] ?? 0)),
    lowerKw: lowerKw.map((lower, slot) => lower + Math.min(0, batteryKw[slot] ?? 0)),
    pvKw: pvKw.map((kw) => kw * PV_LOWER_SHARE),
    // A cloud leaves as unannounced as it comes.
    upperPvKw: pvKw.map((kw, slot) => Math.max(kw, site.pvProfileKw[input.quarters[slot] ?? 0] ?? 0)),
    batteryKw,
    stale: fresh === null,
  };
};

interface Band {
  readonly upperKw: readonly number[];
  readonly lowerKw: readonly number[];
}

const bandForecast = (
  input: BaseForecastInput,
  meanKw: readonly number[],
  fresh: BaseObservation | null,
): Band => {
  const { site, horizon, experience } = input;
  if (experience === null) {
    const typicalKw = input.quarters.map((quarter) => site.baseProfileKw[quarter] ?? 0);
    const [most, least] = [1 + site.baseMarginShare, Math.max(0, 1 - site.baseMarginShare)];
    return {
      upperKw: meanKw.map((mean, slot) => Math.max(mean, typicalKw[slot] ?? 0) * most),
      lowerKw: meanKw.map((mean, slot) => Math.min(mean, typicalKw[slot] ?? 0) * least),
    };
  }
  const knownMs = fresh?.exactMs ?? -Infinity;
  const leadMs = (slot: number): number => slotEndMs(horizon, slot) - knownMs;
  return {
    upperKw: meanKw.map((mean, slot) => upperOf(experience, mean, leadMs(slot))),
    lowerKw: meanKw.map((mean, slot) => lowerOf(experience, mean, leadMs(slot))),
  };
};

/** As measured for as long as a measurement may hold, then less and less for as long again. */
const batteryForecast = ({ site, horizon, battery }: BaseForecastInput): number[] =>
  horizon.startsMs.map((startMs) => {
    if (battery === null) return 0;
    const ages = (startMs - battery.atMs) / site.measurementStaleMs;
    return battery.powerKw * clamp(2 - ages, 0, 1);
  });

const pvForecast = ({ site, quarters, nowQuarter, nowMs, horizon, pvKw }: BaseForecastInput): number[] => {
  const typicalNow = site.pvProfileKw[nowQuarter] ?? 0;
  const ratio = pvKw === null || typicalNow < 0.1 ? 1 : clamp(pvKw / typicalNow, 0, 1.2);
  return quarters.map((quarter, slot) => {
    const weight = fadeAfter((horizon.startsMs[slot] ?? nowMs) - nowMs);
    return (site.pvProfileKw[quarter] ?? 0) * (1 + (ratio - 1) * weight);
  });
};
