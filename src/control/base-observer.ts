import { scheduledKw } from "../domain/draw.js";
import type { EvseState, FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import type { BaseObservation } from "../planning/base-forecast.js";
import { quarterOfLocalDay } from "../signals/calendar.js";
import type { EpochMs } from "../domain/units.js";

/** A difference of what was told at two moments below this means that the power did not change. */
const SAME_KW = 0.05;

/** The latest of each kind; null: never measured. */
interface Measured {
  readonly siteImport: Measurement | null;
  readonly pv: Measurement | null;
  readonly battery: Measurement | null;
}

/**
 * Base load seen in a site measurement: import + PV − what the battery charges − what the cars draw.
 * null, and the last observation stands, where one of them is not known at the measurement's time:
 * - Cars tell their power a minute apart from the site meter: no car may have been told to change
 *   between its last sample and the measurement.
 * - A battery that was measured once and whose measurement is stale may do anything.
 * PV whose measurement is stale counts as on the site's typical day, as the forecast counts it.
 */
export const observeBase = (site: Site, fleet: FleetState, measured: Measured): BaseObservation | null => {
  const { siteImport, pv, battery } = measured;
  if (siteImport === null) return null;
  const { powerKw: importKw, atMs } = siteImport;
  const evKw = settledEvKw(site, fleet, atMs);
  const batteryKw = battery === null ? 0 : knownKw(site, battery, atMs);
  if (evKw === null || batteryKw === null) return null;
  const pvKw = (pv === null ? null : knownKw(site, pv, atMs)) ?? typicalPvKw(site, atMs);
  return { powerKw: Math.max(0, importKw + Math.max(0, pvKw) - batteryKw - evKw), atMs };
};

/** A measured power at another moment; null when it is stale then. */
const knownKw = (site: Site, { powerKw, atMs }: Measurement, whenMs: EpochMs): number | null =>
  Math.abs(whenMs - atMs) <= site.measurementStaleMs ? powerKw : null;

const typicalPvKw = (site: Site, atMs: EpochMs): number =>
  site.pvProfileKw[quarterOfLocalDay(atMs, site.timeZone)] ?? 0;

const settledEvKw = (site: Site, fleet: FleetState, atMs: EpochMs): number | null => {
  let total = 0;
  for (const evse of evsesOf(site, fleet)) {
    if (evse.session === null) continue;
    if (evse.sample === null || !isSettled(evse, atMs)) return null;
    total += evse.sample.powerKw;
  }
  return total;
};

const isSettled = ({ held, sample, session, toldMs }: EvseState, atMs: EpochMs): boolean => {
  if (sample === null || session === null || sample.atMs < session.startedMs) return false;
  if (toldMs !== null && sample.atMs < toldMs) return false;
  if (held === null) return true;
  const then = scheduledKw(held, sample.atMs) ?? 0;
  const now = scheduledKw(held, atMs) ?? 0;
  return Math.abs(then - now) < SAME_KW;
};

/** States of all EVSEs of a site that are known. */
export const evsesOf = (site: Site, fleet: FleetState): EvseState[] =>
  site.stations.flatMap((station) => [...(fleet.stations.get(station.id)?.evses.values() ?? [])]);

/** Sum of the last samples of all cars at a site, signed, kW. */
export const evPowerKw = (site: Site, fleet: FleetState): number =>
  evsesOf(site, fleet).reduce(
    (total, { session, sample }) => total + (session === null ? 0 : (sample?.powerKw ?? 0)),
    0,
  );
