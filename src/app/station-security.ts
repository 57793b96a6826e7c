import type { StatedSecurity } from "../accounts/station-registry.js";
import type { Site } from "../domain/site.js";

/** What the site files state of their stations' security; all of them are there. */
export const statedSecurity = (sites: readonly Site[]): ReadonlyMap<string, StatedSecurity> =>
  new Map(
    sites.flatMap(({ stations }) =>
      stations.map(
        ({ id, securityProfile, serialNumber }) =>
          [id, { securityProfile: securityProfile ?? null, serialNumber: serialNumber ?? null }] as const,
      ),
    ),
  );
