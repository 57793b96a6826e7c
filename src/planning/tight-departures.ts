import { asUsed, ratedKw } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../domain/units.js";
import { type SiteDefaults, resolveNeed } from "./needs.js";
import { presentCars } from "./present-cars.js";

/** A car with less time to spare than this needs the part of a slot before its departure. */
const TIGHT_MS = 30 * MINUTE_MS;

interface Around {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly nowMs: EpochMs;
}

/**
 * The next departure of a car that still wants energy: a car that is there yet is planned on, but the
 * plan in force has it gone. null without one.
 */
export const nextDeparture = (
  { site, fleet, nowMs }: Around,
  defaultsOf: ReadonlyMap<string, SiteDefaults>,
): EpochMs | null => {
  const departuresMs = presentCars({ site, fleet }).steered.flatMap(({ session }) => {
    const defaults = defaultsOf.get(session.id);
    if (defaults === undefined) return [];
    const { departureMs, energyToGoKwh } = resolveNeed(session, defaults, nowMs);
    return energyToGoKwh > 0 ? [departureMs] : [];
  });
  return departuresMs.length === 0 ? null : Math.min(...departuresMs);
};

/**
 * Departures of cars that must charge nearly all the time until they leave. The horizon gets a boundary
 * there, since on whole quarters the minutes before the departure would be lost to them.
 */
export const tightDepartures = (
  { site, fleet, nowMs }: Around,
  defaultsOf: ReadonlyMap<string, SiteDefaults>,
): EpochMs[] =>
  presentCars({ site, fleet }).steered.flatMap(({ session, config, evse }) => {
    const defaults = defaultsOf.get(session.id);
    if (defaults === undefined) return [];
    const need = resolveNeed(session, defaults, nowMs);
    const maxKw = Math.min(ratedKw(asUsed(config, evse)), need.maxChargeKw ?? Infinity);
    const chargingMs = maxKw > 0 ? (need.energyToGoKwh / maxKw) * HOUR_MS : 0;
    const spareMs = need.departureMs - nowMs - chargingMs;
    return need.energyToGoKwh > 0 && spareMs < TIGHT_MS ? [need.departureMs] : [];
  });
