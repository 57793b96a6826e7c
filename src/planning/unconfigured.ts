import { ratedKw } from "../domain/draw.js";
import type { EvseState, FleetState, StationState } from "../domain/fleet.js";
import type { Site, StationConfig } from "../domain/site.js";

/** An EVSE that charges, or may, though no site file names it: its load cannot be steered. */
export interface UnconfiguredEvse {
  readonly station: StationConfig;
  readonly state: StationState;
  readonly evse: EvseState;
  /** As last measured, signed; null: a car is there, and nothing was ever measured. */
  readonly powerKw: number | null;
}

/** Active EVSEs of a site's stations that its file does not name, by station and number. */
export const unconfiguredEvses = (site: Site, fleet: FleetState): UnconfiguredEvse[] =>
  site.stations.flatMap((station) => {
    const state = fleet.stations.get(station.id);
    if (state === undefined) return [];
    const named = new Set(station.evses.map(({ evseId }) => evseId));
    return [...state.evses.values()]
      .filter((evse) => !named.has(evse.evseId) && isActive(evse))
      .sort((a, b) => a.evseId - b.evseId)
      .map((evse) => ({ station, state, evse, powerKw: evse.sample?.powerKw ?? null }));
  });

const isActive = ({ session, sample, status }: EvseState): boolean =>
  session !== null || status === "Occupied" || (sample !== null && sample.powerKw !== 0);

/**
 * What sessions on such EVSEs draw below a node, kW. One that was never measured is taken to draw what
 * the largest EVSE of its station is rated for. Without a session it is part of the base load.
 */
export const unconfiguredKwAt = (
  site: Site,
  fleet: FleetState,
  isBelow: (nodeId: string) => boolean,
): number =>
  unconfiguredEvses(site, fleet)
    .filter(({ evse, station }) => evse.session !== null && isBelow(station.nodeId))
    .reduce((total, { powerKw, station }) => total + Math.max(0, powerKw ?? mostRatedKw(station)), 0);

const mostRatedKw = ({ evses }: StationConfig): number => Math.max(...evses.map(ratedKw));
