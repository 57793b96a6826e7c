import type { ChargingProfilesFile, HeldChargingProfile } from "../domain/station-file/charging-profiles.js";
import type { StationNews } from "../domain/station-news.js";

/** Profiles that are kept of a station. */
const MOST_PROFILES = 100;

export const NO_PROFILES: ChargingProfilesFile = {
  profiles: [],
  requestId: null,
  toldMs: null,
  completeMs: null,
};

/** The profiles that a station holds, as it told them: a report begins anew for what it was asked about. */
export const reduceChargingProfiles = (
  file: ChargingProfilesFile,
  news: StationNews,
): ChargingProfilesFile => {
  if (news.kind === "charging-profiles-told") return told(file, news);
  if (news.kind !== "commanded" || news.command.kind !== "report-charging-profiles") return file;
  const { command, outcome, atMs } = news;
  return {
    profiles: file.profiles.filter(({ evseId }) => command.evseId !== null && evseId !== command.evseId),
    requestId: outcome.requestId ?? null,
    toldMs: atMs,
    // There are none: nothing will follow.
    completeMs: outcome.detail === undefined ? null : atMs,
  };
};

type Told = Extract<StationNews, { kind: "charging-profiles-told" }>;

/** What was not asked for is no part of the report. */
const told = (file: ChargingProfilesFile, { requestId, profiles, more, atMs }: Told): ChargingProfilesFile =>
  file.requestId === requestId
    ? { ...file, profiles: merged(file.profiles, profiles), toldMs: atMs, completeMs: more ? null : atMs }
    : file;

const merged = (
  older: readonly HeldChargingProfile[],
  newer: readonly HeldChargingProfile[],
): HeldChargingProfile[] =>
  [...new Map([...older, ...newer].map((one) => [`${one.evseId} ${one.profileId}`, one])).values()]
    .slice(0, MOST_PROFILES)
    .sort((a, b) => a.evseId - b.evseId || a.profileId - b.profileId);
