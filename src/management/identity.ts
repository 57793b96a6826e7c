import type { StationFile } from "../domain/station-file/file.js";
import type { BootNews, StationIdentity } from "../domain/station-file/identity.js";
import type { StationNews } from "../domain/station-news.js";

const NOTHING_MORE = {
  iccid: null,
  imsi: null,
  meterType: null,
  meterSerialNumber: null,
  bootReason: null,
};

export const NO_IDENTITY: StationIdentity = {
  vendor: null,
  model: null,
  serialNumber: null,
  firmwareVersion: null,
  ...NOTHING_MORE,
  bootedMs: null,
  changedMs: null,
};

/** Another firmware, or another station under the same name, has another device model. */
const isOther = (before: StationIdentity, told: BootNews): boolean =>
  before.bootedMs === null ||
  before.vendor !== told.vendor ||
  before.model !== told.model ||
  before.firmwareVersion !== told.firmwareVersion;

/** What a station says that it is, after a boot. */
export const reduceIdentity = (file: StationIdentity, news: StationNews): StationIdentity => {
  if (news.kind !== "booted") return file;
  const { vendor, model, serialNumber, firmwareVersion, more = NOTHING_MORE, atMs } = news;
  const changedMs = isOther(file, news) ? atMs : file.changedMs;
  return { vendor, model, serialNumber, firmwareVersion, ...more, bootedMs: atMs, changedMs };
};

/**
 * Whether the settings of a station are to be asked for: there was no report, the last did not come to its
 * end, or is of another firmware.
 */
export const needsReport = ({ settings: { report }, identity: { changedMs } }: StationFile): boolean =>
  report === null || report.completeMs === null || report.askedMs < (changedMs ?? -Infinity);
