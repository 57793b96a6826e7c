import type { CommandOutcome } from "../domain/command.js";
import type { OcppVersion } from "../domain/fleet.js";
import { PRIORITY, slotFor, withFirst } from "../domain/network-slots.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";

/** The way by which a station of 2.x shall come from now on. */
export interface WantedWay {
  readonly version: Exclude<OcppVersion, "1.6">;
  readonly profile: 2 | 3;
  /** Without the identity and without a slash at the end. */
  readonly url: string;
  readonly networkInterface: string;
}

interface RiseParts {
  readonly link: StationLink;
  readonly files: Pick<StationFiles, "of">;
}

/** For an answer to a message. */
const MESSAGE_TIMEOUT_S = 30;

/**
 * Has a station of 2.x rise by a network profile of the higher security, which is then put before the others
 * (A05, B09, B10): those stay behind it, so that the station can come back if it cannot use the new one. It
 * takes effect at its next restart.
 */
export const riseByNetwork = async (
  { link, files }: RiseParts,
  stationId: string,
  way: WantedWay,
): Promise<CommandOutcome> => {
  const read = await link.send(stationId, { kind: "read-settings", names: [PRIORITY] });
  if (read.status !== "accepted") return read;
  const priority = read.settings?.[0]?.value ?? null;
  if (priority === null) return { status: "rejected", detail: `the station does not tell ${PRIORITY}` };
  const known = (await files.of(stationId)).settings.settings.find(({ name }) => name === PRIORITY);
  const slot = slotFor(priority, known?.values ?? null);
  if (slot === null)
    return { status: "rejected", detail: "the station has no slot for another network profile" };
  const written = await link.send(stationId, {
    kind: "set-network-profile",
    slot,
    profile: profileOf(way),
    force: false,
  });
  if (written.status !== "accepted") return written;
  return link.send(stationId, { kind: "write-setting", name: PRIORITY, value: withFirst(slot, priority) });
};

const profileOf = ({ version, profile, url, networkInterface }: WantedWay) => ({
  url,
  ocppVersion: version,
  securityProfile: profile,
  messageTimeoutS: MESSAGE_TIMEOUT_S,
  interface: networkInterface,
  apn: null,
  identity: null,
  password: null,
});
