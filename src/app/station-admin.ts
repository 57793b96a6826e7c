import type { ManagedStationRegistry } from "../accounts/station-registry.js";
import { YouxuError } from "../domain/errors.js";
import type { Site } from "../domain/site.js";
import type { StationAdmin } from "../server/routes/station-admin.js";

interface StationAdminParts {
  readonly registry: ManagedStationRegistry;
  readonly sites: readonly Site[];
  /** Ends the connection of a station that was removed. */
  readonly dismiss: (stationId: string) => void;
  /** What stations are given, without the identity; known once the server listens. */
  readonly pileUrl: () => string;
}

/** Passwords of the stations of the site files, over the API. The files themselves stay with their owner. */
export const stationAdminOf = ({ registry, sites, dismiss, pileUrl }: StationAdminParts): StationAdmin => {
  const known = new Set(sites.flatMap(({ stations }) => stations.map(({ id }) => id)));
  return {
    add: async ({ id }) => {
      if (!known.has(id))
        throw new YouxuError(
          "not-found.station",
          `"${id}" stands in no site file; write it there first`,
          "id",
        );
      const { password } = await registry.add(id);
      return { url: `${pileUrl()}${id}`, password };
    },
    remove: async (id) => {
      if (!(await registry.remove(id)))
        throw new YouxuError("not-found.station", `"${id}" was given no password at run time`, "id");
      dismiss(id);
    },
  };
};
