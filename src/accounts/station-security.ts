import type { CommandOutcome } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import { ownProfile, type ProfileState, type SecurityProfile } from "../domain/security.js";
import type { StationLink } from "../ports/station-link.js";
import type { ManagedStationRegistry } from "./station-registry.js";

export interface StationSecurity {
  /**
   * A new password for a connected station. The old one lives until the station connected with the new; where
   * it is not known whether the station took it, both live. Throws `station.password-elsewhere` and
   * `station.rotating`.
   */
  rotate(stationId: string): Promise<CommandOutcome>;
  /**
   * Lets a station rise to a higher profile, and tells it so where `tell`: 1.6 has a key for it, 2.x rises by
   * its network profiles. null takes the wish back. Throws `station.profile` for one that is not higher or
   * cannot be served.
   */
  raise(stationId: string, wish: RaiseWish): Promise<CommandOutcome>;
  stateOf(stationId: string): Promise<ProfileState>;
}

interface RaiseWish {
  readonly profile: SecurityProfile | null;
  readonly tell: boolean;
}

interface SecurityParts {
  readonly registry: ManagedStationRegistry;
  readonly link: StationLink;
  /** Profiles that there is a listener for. */
  readonly served: readonly SecurityProfile[];
}

/**
 * Whether the station is certain not to have taken what it was sent. One that did not answer, or failed over
 * it, may have.
 */
const isRefused = ({ status }: CommandOutcome): boolean =>
  status === "rejected" || status === "unsupported" || status === "offline";

export const createStationSecurity = ({ registry, link, served }: SecurityParts): StationSecurity => {
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
  return {
    rotate: async (stationId) => {
      const { password } = await registry.beginRotation(stationId);
      // Kept before it is sent: whatever happens in between, a password that the station took is known.
      const outcome = await link.send(stationId, { kind: "change-password", password });
      if (isRefused(outcome)) await registry.cancelRotation(stationId, password);
      return outcome;
    },
    raise: async (stationId, { profile, tell }) => {
      if (profile !== null) await checkRise(stationId, profile);
      await registry.awaitProfile(stationId, profile);
      if (profile === null || !tell) return { status: "accepted" };
      const outcome = await link.send(stationId, { kind: "raise-profile", profile });
      if (isRefused(outcome)) await registry.awaitProfile(stationId, null);
      return outcome;
    },
    stateOf: (stationId) => registry.profileOf(stationId),
  };
};
