import type { IdentityFile, StationIdentity } from "../domain/station-file/identity.js";
import type { StationFile } from "../domain/station-file/file.js";
import type { StationNews } from "../domain/station-news.js";

export const NO_IDENTITY: IdentityFile = { told: null, bootedMs: null, bootReason: null, changedMs: null };

/** Another firmware, or another station under the same name, has another device model. */
const isOther = (before: StationIdentity | null, told: StationIdentity): boolean =>
  before === null ||
  before.vendor !== told.vendor ||
  before.model !== told.model ||
  before.firmwareVersion !== told.firmwareVersion;

/** What a station says that it is, after a boot. */
export const reduceIdentity = (file: IdentityFile, news: StationNews): IdentityFile => {
  if (news.kind !== "identity-told") return file;
  const { identity, bootReason, atMs } = news;
  const changedMs = isOther(file.told, identity) ? atMs : file.changedMs;
  return { told: identity, bootedMs: atMs, bootReason, changedMs };
};

/**
 * Whether the settings of a station are to be asked for: there was no report, the last did not come to its
 * end, or is of another firmware.
 */
export const needsReport = ({ settings: { report }, identity: { changedMs } }: StationFile): boolean =>
  report === null || report.completeMs === null || report.askedMs < (changedMs ?? -Infinity);
