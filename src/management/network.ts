import type { NetworkCommand } from "../domain/commands/network.js";
import type { StationFile } from "../domain/station-file/file.js";

const PROFILE = "SecurityCtrlr.SecurityProfile";

/** Security profile of a station as it told it; null: it did not. */
const presentProfile = ({ settings: { settings } }: StationFile): number | null => {
  const value = settings.find(({ name }) => name === PROFILE)?.value ?? null;
  const profile = value === null || value === "" ? Number.NaN : Number(value);
  return Number.isInteger(profile) ? profile : null;
};

/**
 * Why a way to the central system is not written: its address does not fit its security, or it is less secure
 * than the present one, which a profile never becomes by itself (OCPP 2.x A05). null: it may be written.
 */
export const networkFault = ({ profile, force }: NetworkCommand, file: StationFile): string | null => {
  const scheme = /^(wss?):\/\/[^/]/i.exec(profile.url)?.[1]?.toLowerCase();
  const needed = profile.securityProfile >= 2 ? "wss" : "ws";
  if (scheme !== needed) return `security profile ${profile.securityProfile} wants a ${needed}:// address`;
  if (force) return null;
  const present = presentProfile(file);
  if (present === null)
    return `the present security profile is not known: read ${PROFILE} first, or say force`;
  return profile.securityProfile < present
    ? `the station has security profile ${present}, a lower one needs force`
    : null;
};
