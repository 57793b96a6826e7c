import { createStationSecurity } from "../accounts/station-security.js";
import type { ManagedStationRegistry, StatedSecurity } from "../accounts/station-registry.js";
import { YouxuError } from "../domain/errors.js";
import type { OcppVersion } from "../domain/fleet.js";
import type { ProfileState, SecurityProfile } from "../domain/security.js";
import type { Site } from "../domain/site.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";
import type { StationSecurityAdmin } from "../server/routes/station-security.js";
import type { TlsParts } from "./tls.js";

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

/** Profiles that there is a listener for; nothing is served to prove nothing but where a site file says so. */
export const servedProfiles = (tls: TlsParts | null): readonly SecurityProfile[] => {
  if (tls === null) return [1];
  return tls.files.clientCaFiles.length + tls.localRoots.length > 0 ? [1, 2, 3] : [1, 2];
};

/** What is held of a station's security; null: it is not registered. */
export const registeredSecurity = async (
  registry: ManagedStationRegistry,
  stationId: string,
): Promise<ProfileState | null> =>
  (await registry.identities()).includes(stationId) ? registry.profileOf(stationId) : null;

interface SecurityAdminParts {
  readonly registry: ManagedStationRegistry;
  readonly link: StationLink;
  readonly files: Pick<StationFiles, "of">;
  /** What a connected station speaks. */
  readonly versionOf: (stationId: string) => OcppVersion | null;
  /** By which stations reach this server, without the identity. */
  readonly ownUrl: () => string;
  readonly served: readonly SecurityProfile[];
  readonly stationIds: ReadonlySet<string>;
}

/** Passwords and profiles of the stations of the site files, over the API. */
export const stationSecurityOf = ({ stationIds, ...parts }: SecurityAdminParts): StationSecurityAdmin => ({
  ...createStationSecurity(parts),
  mustKnow: (stationId) => {
    if (!stationIds.has(stationId))
      throw new YouxuError("not-found.station", `no station ${stationId}`, "params.id");
  },
});
