import type { NetworkCommand } from "../domain/commands/network.js";
import { ownProfile, type ProfileState } from "../domain/security.js";
import type { StationFile } from "../domain/station-file/file.js";

const PROFILE = "SecurityCtrlr.SecurityProfile";

/** Security profile of a station as it told it; null: it did not. */
const presentProfile = ({ settings: { settings } }: StationFile): number | null => {
  const value = settings.find(({ name }) => name === PROFILE)?.value ?? null;
  const profile = value === null || value === "" ? Number.NaN : Number(value);
  return Number.isInteger(profile) ? profile : null;
};

/** What is known of a station's security profile: by its connections, and by what it told. */
interface KnownSecurity {
  /** null: the registry knows no such station. */
  readonly state: ProfileState | null;
  readonly file: StationFile;
}

/**
 * Why a way to the central system is not written: its station is not known, its address does not fit its
 * security, or it is less secure than the present one: a profile never falls (OCPP 2.x A05). null: it may be
 * written.
 */
export const networkFault = (
  { profile, force }: Pick<NetworkCommand, "profile" | "force">,
  { state, file }: KnownSecurity,
): string | null => {
  if (state === null) return "no such station is registered";
  const scheme = /^(wss?):\/\/[^/]/i.exec(profile.url)?.[1]?.toLowerCase();
  const needed = profile.securityProfile >= 2 ? "wss" : "ws";
  if (scheme !== needed) return `security profile ${profile.securityProfile} wants a ${needed}:// address`;
  const [own, told] = [ownProfile(state), presentProfile(file)];
  if (own === null && told === null)
    return force ? null : `the present security profile is not known: read ${PROFILE} first, or say force`;
  const present = Math.max(own ?? 0, told ?? 0);
  return profile.securityProfile < present
    ? `the station has security profile ${present}: a profile never falls`
    : null;
};
