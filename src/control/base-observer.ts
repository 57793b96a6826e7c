import { scheduledKw } from "../domain/draw.js";
import type { EvseState, FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import type { BaseObservation } from "../planning/base-forecast.js";
import type { EpochMs } from "../domain/units.js";

/** A difference of what was told at two moments below this means that the power did not change. */
const SAME_KW = 0.05;

/**
 * Base load seen in a site measurement: import + PV − what the cars draw. Cars tell their power a
 * minute apart from the site meter, so a measurement counts only when no car was told to change
 * between its last sample and the measurement; otherwise null, and the last observation stands.
 */
export const observeBase = (
  site: Site,
  fleet: FleetState,
  measured: { readonly siteImport: Measurement | null; readonly pv: Measurement | null },
): BaseObservation | null => {
  const { siteImport } = measured;
  if (siteImport === null) return null;
  const evKw = settledEvKw(site, fleet, siteImport.atMs);
  if (evKw === null) return null;
  const powerKw = siteImport.powerKw + Math.max(0, measured.pv?.powerKw ?? 0) - evKw;
  return { powerKw: Math.max(0, powerKw), atMs: siteImport.atMs };
};

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
