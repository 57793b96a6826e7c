import type { EvseState, FleetState, StationState } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig, Site, StationConfig } from "../domain/site.js";

/** A car plugged in, with all that is known around it. */
export interface PresentCar {
  readonly session: Session;
  readonly station: StationConfig;
  readonly stationState: StationState;
  readonly config: EvseConfig;
  readonly evse: EvseState;
}

/** A car that cannot be steered now: unreachable, or not following what it was told. */
export interface FixedCar extends PresentCar {
  readonly why: "station-offline" | "station-not-following";
}

export interface PresentCars {
  readonly steered: readonly PresentCar[];
  readonly fixed: readonly FixedCar[];
}

/** Cars plugged in at a site, in the order of the configuration so that plans are reproducible. */
export const presentCars = ({ site, fleet }: { site: Site; fleet: FleetState }): PresentCars => {
  const steered: PresentCar[] = [];
  const fixed: FixedCar[] = [];
  for (const car of carsOf(site, fleet)) {
    if (!car.stationState.connected) fixed.push({ ...car, why: "station-offline" });
    else if (car.evse.notFollowingSinceMs !== null) fixed.push({ ...car, why: "station-not-following" });
    else steered.push(car);
  }
  return { steered, fixed };
};

const carsOf = (site: Site, fleet: FleetState): PresentCar[] => {
  const cars: PresentCar[] = [];
  for (const station of site.stations) {
    const stationState = fleet.stations.get(station.id);
    for (const config of station.evses) {
      const evse = stationState?.evses.get(config.evseId);
      if (stationState && evse?.session)
        cars.push({ session: evse.session, station, stationState, config, evse });
    }
  }
  return cars;
};
