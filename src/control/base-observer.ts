import { dischargeBoundKw, drawBoundKw, ratedKw, scheduledKw, schedulesInPlay } from "../domain/draw.js";
import { allowedThen, isToldSince } from "../dispatch/following.js";
import type { EvseState, FleetState } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig, Measurement, Site, StationConfig } from "../domain/site.js";
import { quarterOfLocalDay } from "../signals/calendar.js";
import { DEFAULT_MAX_HOLD_MS } from "../settlement/energy.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";

/** A difference of what was told at two moments below this means that the power did not change. */
const SAME_KW = 0.05;
/** For this long after it was told something, a car may still do what it was told before. */
export const SETTLING_MS = MINUTE_MS;
/**
 * The same for what it draws while its node is above its limit: a car follows within this (IEC 61851-1). Who is slower
 * is taken for base load until the next measurement, and the others make room; else one that does not follow would
 * hide in what it may still be doing, beside a plan that counts it with what it was told. What it gives back is in no
 * hurry: taken for nothing too early, it would make the base load too small.
 */
export const HURRIED_MS = 5 * SECOND_MS;

/** The latest of each kind; null: never measured. */
interface Measured {
  readonly siteImport: Measurement | null;
  readonly pv: Measurement | null;
  readonly battery: Measurement | null;
  /** The most that the battery was ever seen to discharge, ≥ 0. */
  readonly mostDischargeKw: number;
  /** Import limit in force; infinite where there is none. */
  readonly limitKw: number;
}

/** When a site was measured, and for how long before that a car may still have drawn what it was told before. */
interface Moment {
  readonly atMs: EpochMs;
  readonly settlingMs: number;
}

/** Least and most of a power, kW. */
interface Bounds {
  readonly lowKw: number;
  readonly highKw: number;
}

/** Base load between two bounds; equal where everything beside it is known. */
export interface ObservedBounds extends Bounds {
  readonly atMs: EpochMs;
}

/**
 * Base load seen in a site measurement: import + PV − what the battery charges − what the cars draw.
 * null without a site measurement. What is not known at its time stands at its bounds:
 * - A car without a fresh sample, or that was told to change since its last one, may draw anything up to
 *   what it was told. In a problem it stands with that, so that the lower bound leaves nothing out.
 * - A car that came after the measurement drew nothing of it. One that left in between is taken for base load until
 *   the next measurement, which keeps the site on the safe side of its limit.
 * - A battery that was measured once and is silent may discharge as much as it ever did; what it charges
 *   is then part of the base load.
 * PV whose measurement is stale counts as on the site's typical day, as the forecast counts it.
 */
export const observeBase = (
  site: Site,
  fleet: FleetState,
  { limitKw, ...measured }: Measured,
): ObservedBounds | null => {
  const { siteImport, pv, battery } = measured;
  if (siteImport === null) return null;
  const { powerKw: importKw, atMs } = siteImport;
  const settlingMs = importKw > limitKw ? HURRIED_MS : SETTLING_MS;
  const cars = evBounds(site.stations, fleet, { atMs, settlingMs });
  const batteryKw = battery === null ? 0 : knownKw(site, battery, atMs);
  const pvKw = (pv === null ? null : knownKw(site, pv, atMs)) ?? typicalPvKw(site, atMs);
  const housesKw = importKw + Math.max(0, pvKw) - (batteryKw ?? 0);
  const mostGivenKw = batteryKw === null ? measured.mostDischargeKw : 0;
  return {
    lowKw: Math.max(0, housesKw - cars.highKw),
    highKw: Math.max(0, housesKw - cars.lowKw + mostGivenKw),
    atMs,
  };
};

/** A measured power at another moment; null when it is stale then. */
const knownKw = (site: Site, { powerKw, atMs }: Measurement, whenMs: EpochMs): number | null =>
  Math.abs(whenMs - atMs) <= site.measurementStaleMs ? powerKw : null;

export const typicalPvKw = (site: Site, atMs: EpochMs): number =>
  site.pvProfileKw[quarterOfLocalDay(atMs, site.timeZone)] ?? 0;

/** What the cars at some stations may draw together. */
export const evBounds = (stations: readonly StationConfig[], fleet: FleetState, moment: Moment): Bounds => {
  let [lowKw, highKw] = [0, 0];
  for (const station of stations)
    for (const evse of fleet.stations.get(station.id)?.evses.values() ?? []) {
      const bounds = carBounds(station, evse, moment);
      lowKw += bounds.lowKw;
      highKw += bounds.highKw;
    }
  return { lowKw, highKw };
};

const carBounds = (station: StationConfig, evse: EvseState, { atMs, settlingMs }: Moment): Bounds => {
  if (evse.session === null || beganMs(evse, evse.session) > atMs)
    return { lowKw: evse.aside?.leastKw ?? 0, highKw: 0 };
  if (evse.sample !== null && isSettled(evse, atMs))
    return { lowKw: evse.sample.powerKw, highKw: evse.sample.powerKw };
  const config = station.evses.find(({ evseId }) => evseId === evse.evseId) ?? largestOf(station);
  const allowed = allowedThen(evse, atMs - settlingMs, atMs);
  const isOther = isToldSince(evse, atMs);
  const presentKw = isOther ? 0 : drawBoundKw(config, evse, atMs);
  const mostKw = Math.min(ratedKw(config), Math.max(allowed.mostKw, presentKw));
  const settling = evse.toldMs !== null && atMs - evse.toldMs < SETTLING_MS;
  const presentBackKw = isOther ? 0 : dischargeBoundKw(config, evse, atMs);
  const allowedBackKw = Math.min(-allowed.leastKw, config.maxDischargeKw);
  const mostBackKw =
    settling && mayDischarge(evse) ? config.maxDischargeKw : Math.max(presentBackKw, allowedBackKw);
  const wildKw = evse.notFollowingSinceMs === null ? 0 : (evse.sample?.powerKw ?? 0);
  return { lowKw: -Math.max(0, mostBackKw, -wildKw), highKw: Math.max(0, mostKw, wildKw) };
};

/** A station whose clock is ahead tells of a beginning that is still to come: it was heard of before. */
const beganMs = ({ openedMs }: EvseState, { startedMs }: Session): EpochMs =>
  Math.min(startedMs, openedMs ?? startedMs);

/** An EVSE that no site file names may be as large as the largest of its station. */
const largestOf = ({ evses }: StationConfig): EvseConfig =>
  evses.reduce((most, one) => (ratedKw(one) > ratedKw(most) ? one : most));

const mayDischarge = (evse: EvseState): boolean =>
  (evse.sample?.powerKw ?? 0) < 0 ||
  evse.aside != null ||
  schedulesInPlay(evse).some((schedule) => schedule?.periods.some(({ powerKw }) => powerKw < 0) ?? false);

/** Whether its sample says what it drew at a moment. */
const isSettled = (evse: EvseState, atMs: EpochMs): boolean => {
  const { held, sample, session } = evse;
  if (sample === null || session === null || sample.atMs < beganMs(evse, session)) return false;
  if (atMs - sample.atMs > DEFAULT_MAX_HOLD_MS) return false;
  // Told something else since it was measured, it shows afterwards what it does now.
  if (isToldSince(evse, sample.atMs) || isToldSince(evse, atMs)) return false;
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
