/** The profiles that a station holds, as it told them part by part. */
import { describe, expect, it } from "vitest";
import type { HeldChargingProfile } from "../../src/domain/station-file/charging-profiles.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";

const profile = (evseId: number, profileId: number, stackLevel = 0): HeldChargingProfile => ({
  profileId,
  evseId,
  source: "CSO",
  purpose: "TxProfile",
  kind: "Absolute",
  stackLevel,
  transactionId: null,
  fromMs: null,
  untilMs: null,
  schedules: [],
});
const asked = (requestId: number, evseId: number | null, detail?: string): StationNews => ({
  kind: "commanded",
  stationId: "CP1",
  atMs: requestId * 10,
  command: { kind: "report-charging-profiles", evseId },
  outcome: { status: "accepted", requestId, ...(detail === undefined ? {} : { detail }) },
});
const told = (requestId: number, profiles: readonly HeldChargingProfile[], more = false): StationNews => ({
  kind: "charging-profiles-told",
  stationId: "CP1",
  atMs: requestId * 10 + 1,
  requestId,
  profiles,
  more,
});
/** `EVSE.id/level` of each, and when they were complete. */
const heldAfter = (...news: readonly StationNews[]): string => {
  const { profiles, completeMs } = news.reduce(reduceFile, EMPTY_FILE).chargingProfiles;
  const held = profiles.map((one) => `${one.evseId}.${one.profileId}/${one.stackLevel}`);
  return `${held.join(" ")} @${completeMs}`;
};

describe("charging profiles of a station", () => {
  it.each([
    ["nothing was asked for", [], " @null"],
    ["parts come", [asked(1, null), told(1, [profile(1, 9)], true)], "1.9/0 @null"],
    [
      "the last came, by EVSE and id",
      [asked(1, null), told(1, [profile(2, 7), profile(1, 9)], true), told(1, [profile(1, 3)])],
      "1.3/0 1.9/0 2.7/0 @11",
    ],
    [
      "the same again",
      [asked(1, null), told(1, [profile(1, 9)], true), told(1, [profile(1, 9, 4)])],
      "1.9/4 @11",
    ],
    ["none is there", [asked(1, null), told(1, [profile(1, 9)]), asked(2, null, "NoProfiles")], " @20"],
    [
      "one EVSE is asked about anew",
      [asked(1, null), told(1, [profile(1, 9), profile(2, 7)]), asked(2, 1), told(2, [profile(1, 5)])],
      "1.5/0 2.7/0 @21",
    ],
    ["a report that nobody asked for", [asked(1, null), told(5, [profile(1, 9)])], " @null"],
  ] as const)("%s", (_name, news, held) => {
    expect(heldAfter(...news)).toBe(held);
  });

  it("are a hundred at most", () => {
    const many = Array.from({ length: 150 }, (_, id) => profile(1, id));
    const { chargingProfiles } = [asked(1, null), told(1, many)].reduce(reduceFile, EMPTY_FILE);
    expect(chargingProfiles.profiles).toHaveLength(100);
  });
});
