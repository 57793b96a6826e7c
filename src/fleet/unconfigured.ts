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
