import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import type { BaseObservation } from "../planning/base-forecast.js";
import { quarterOfLocalDay, quarterStartMs } from "../signals/calendar.js";
import type { EpochMs } from "../domain/units.js";
import { observeBase } from "./base-observer.js";

/** Two weeks of quarter hours. */
const MOST_ERRORS = 14 * 96;

export interface BaseMemory {
  readonly observed: BaseObservation | null;
  readonly siteImport: Measurement | null;
  readonly errors: readonly number[];
  measure(measurement: Measurement): void;
  /** Takes the latest measurement into the observation, when the cars' samples allow it. */
  observe(site: Site, fleet: FleetState): void;
  /** Latest PV power; null when it was never measured or is stale. */
  pvKw(nowMs: EpochMs, staleMs: number): number | null;
  /** Latest battery power, charging positive; null as above. */
  batteryKw(nowMs: EpochMs, staleMs: number): number | null;
}

/** A measurement while it is not stale. */
const freshKw = (measured: Measurement | null, nowMs: EpochMs, staleMs: number): number | null =>
  measured === null || nowMs - measured.atMs > staleMs ? null : measured.powerKw;

/** What has been measured at a site: latest values, and the errors of the typical day per quarter hour. */
export const createBaseMemory = (): BaseMemory => {
  const errors: number[] = [];
  let observed: BaseObservation | null = null;
  let siteImport: Measurement | null = null;
  let pv: Measurement | null = null;
  let battery: Measurement | null = null;
  let lastQuarterMs: EpochMs | null = null;

  const noteError = (site: Site, { powerKw, atMs }: BaseObservation): void => {
    const quarterMs = quarterStartMs(atMs);
    const typical = site.baseProfileKw[quarterOfLocalDay(atMs, site.timeZone)] ?? 0;
    if (quarterMs === lastQuarterMs || typical <= 0) return;
    lastQuarterMs = quarterMs;
    errors.push(powerKw / typical - 1);
    if (errors.length > MOST_ERRORS) errors.shift();
  };

  return {
    get observed() {
      return observed;
    },
    get siteImport() {
      return siteImport;
    },
    errors,
    measure: (measurement) => {
      if (measurement.kind === "site-import" && measurement.atMs >= (siteImport?.atMs ?? -Infinity))
        siteImport = measurement;
      if (measurement.kind === "pv" && measurement.atMs >= (pv?.atMs ?? -Infinity)) pv = measurement;
      if (measurement.kind === "battery" && measurement.atMs >= (battery?.atMs ?? -Infinity))
        battery = measurement;
    },
    observe: (site, fleet) => {
      const seen = observeBase(site, fleet, { siteImport, pv, battery });
      if (seen === null) return;
      observed = seen;
      noteError(site, seen);
    },
    pvKw: (nowMs, staleMs) => freshKw(pv, nowMs, staleMs),
    batteryKw: (nowMs, staleMs) => freshKw(battery, nowMs, staleMs),
  };
};
