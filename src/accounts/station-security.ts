import type { CommandOutcome } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import type { OcppVersion } from "../domain/fleet.js";
import { ownProfile, type ProfileState, type SecurityProfile } from "../domain/security.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";
import { riseByNetwork, type WantedWay } from "./rise-by-network.js";
import type { ManagedStationRegistry } from "./station-registry.js";

export interface StationSecurity {
  /**
   * A new password for a connected station. The old one lives until the station connected with the new; where
   * it is not known whether the station took it, both live. Throws `station.password-elsewhere` and
   * `station.rotating`.
   */
  rotate(stationId: string): Promise<CommandOutcome>;
  /**
   * Lets a station rise to a higher profile, and tells it so where `tell`: 1.6 by its key, 2.x by a network
   * profile that then stands first. null takes the wish back. Throws `station.profile` for one that is not
   * higher or cannot be served, or where the server's address is not known.
   */
  raise(stationId: string, wish: RaiseWish): Promise<CommandOutcome>;
  stateOf(stationId: string): Promise<ProfileState>;
}

interface RaiseWish {
  readonly profile: SecurityProfile | null;
  readonly tell: boolean;
  /** By which a 2.x station reaches this server, without the identity; null: as new stations are told. */
  readonly url: string | null;
  /** Of a 2.x station: `Wireless0`; null: any (2.1), or the first wired one. */
  readonly networkInterface: string | null;
}

interface SecurityParts {
  readonly registry: ManagedStationRegistry;
  readonly link: StationLink;
  readonly files: Pick<StationFiles, "of">;
  /** What a connected station speaks; null: it is not connected. */
  readonly versionOf: (stationId: string) => OcppVersion | null;
  /** By which stations reach this server, without the identity. */
  readonly ownUrl: () => string;
  /** Profiles that there is a listener for. */
  readonly served: readonly SecurityProfile[];
}

/**
 * Whether the station is certain not to have taken what it was sent. One that did not answer, or failed over
 * it, may have.
 */
const isRefused = ({ status }: CommandOutcome): boolean =>
  status === "rejected" || status === "unsupported" || status === "offline";

export const createStationSecurity = (parts: SecurityParts): StationSecurity => {
  const { registry, link, served } = parts;
  const checkRise = async (stationId: string, profile: SecurityProfile): Promise<void> => {
    const own = ownProfile(await registry.profileOf(stationId));
    if (own !== null && profile <= own)
      throw new YouxuError(
        "station.profile",
        `${stationId} has profile ${own} already: none falls`,
        "body.profile",
      );
    if (!served.includes(profile))
      throw new YouxuError("station.profile", `nothing here serves profile ${profile}`, "body.profile");
  };
  const wayFor = (version: WantedWay["version"], profile: SecurityProfile, wish: RaiseWish): WantedWay => {
    const url = (wish.url ?? parts.ownUrl()).replace(/\/+$/, "");
    if (!/^wss:\/\/[^/<\s]/.test(url))
      throw new YouxuError("station.profile", `"${url}" is no wss:// address of this server`, "body.url");
    const networkInterface = wish.networkInterface ?? (version === "2.1" ? "Any" : "Wired0");
    return { version, profile: profile === 3 ? 3 : 2, url, networkInterface };
  };
  const tellOf = (stationId: string, profile: SecurityProfile, wish: RaiseWish) => {
    const version = parts.versionOf(stationId);
    if (version === null || version === "1.6")
      return () => link.send(stationId, { kind: "raise-profile", profile });
    const way = wayFor(version, profile, wish);
    return () => riseByNetwork(parts, stationId, way);
  };
  return {
    rotate: async (stationId) => {
      const { password } = await registry.beginRotation(stationId);
      // Kept before it is sent: whatever happens in between, a password that the station took is known.
      const outcome = await link.send(stationId, { kind: "change-password", password });
      if (isRefused(outcome)) await registry.cancelRotation(stationId, password);
      return outcome;
    },
    raise: async (stationId, wish) => {
      const { profile } = wish;
      if (profile !== null) await checkRise(stationId, profile);
      const tell = profile === null || !wish.tell ? null : tellOf(stationId, profile, wish);
      await registry.awaitProfile(stationId, profile);
      if (tell === null) return { status: "accepted" };
      const outcome = await tell();
      if (isRefused(outcome)) await registry.awaitProfile(stationId, null);
      return outcome;
    },
    stateOf: (stationId) => registry.profileOf(stationId),
  };
};
