import { YouxuError } from "../../domain/errors.js";
import { type PilePlace, pileKey } from "../../domain/sharing.js";
import type { Site } from "../../domain/site.js";
import type { EmergencyPile } from "./emergencies.js";
import type { LentPile } from "./loans.js";
import type { SharedPile } from "./queues.js";

/** The piles of a site by what they are shared as. */
export interface SitePiles {
  readonly shared: readonly SharedPile[];
  readonly lent: readonly LentPile[];
  readonly emergency: readonly EmergencyPile[];
}

export const pilesOf = (site: Site): SitePiles => {
  const piles = site.stations.flatMap((station) =>
    station.evses.map((evse) => ({ site, evse, stationId: station.id, evseId: evse.evseId })),
  );
  return {
    shared: piles.flatMap((pile) => (pile.evse.shared ? [{ ...pile, terms: pile.evse.shared }] : [])),
    lent: piles.flatMap((pile) => (pile.evse.owner ? [{ ...pile, terms: pile.evse.owner }] : [])),
    emergency: piles.flatMap((pile) =>
      pile.evse.emergency ? [{ ...pile, terms: pile.evse.emergency }] : [],
    ),
  };
};

/** The pile at a place; throws where the site has none, or it is not shared in this way. */
export const pileAt = <Shared extends PilePlace>(
  site: Site,
  piles: readonly Shared[],
  place: PilePlace,
): Shared => {
  const station = site.stations.find(({ id }) => id === place.stationId);
  if (station === undefined)
    throw new YouxuError(
      "not-found.station",
      `no station "${place.stationId}" at ${site.id}`,
      "body.stationId",
    );
  const found = piles.find((pile) => pileKey(pile) === pileKey(place));
  if (found === undefined)
    throw new YouxuError("sharing.not-offered", `${pileKey(place)} is not shared in this way`, "body.evseId");
  return found;
};
