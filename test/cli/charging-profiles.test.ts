/** `youxu charging-profile`: what is typed, and what the server is asked. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NamedProfile, ProfileAssignment, ReleasedProfile } from "../../src/domain/hand-profile.js";
import { type Answering, startAnswering } from "./answering.js";

const ASSIGNED: ProfileAssignment = {
  name: "calm",
  stationId: "CP1",
  evseId: 0,
  assignedBy: "me",
  assignedMs: 0,
  state: "plan",
  detail: "rejected: NotSupported",
  wasAsked: true,
};
const NAMED: NamedProfile = {
  name: "calm",
  profile: {
    kind: "daily",
    startMs: null,
    endMs: null,
    periods: [
      { startS: 0, limitKw: 22 },
      { startS: 63_000, limitKw: 3.7 },
    ],
  },
  assignments: [ASSIGNED],
};

const RELEASED: readonly ReleasedProfile[] = [
  { stationId: "CP1", evseId: 0, state: "released", detail: null },
  { stationId: "CP2", evseId: 0, state: "releasing", detail: "it may hold it" },
];

let answering: Answering;
let asked: string[];
let assigned: ProfileAssignment;
beforeEach(async () => {
  assigned = ASSIGNED;
  asked = [];
  answering = await startAnswering(({ method, url = "" }, body) => {
    asked.push(`${method} ${url.replace("/api/v1", "")} ${body}`.trim());
    if (url.endsWith("/assignments")) answering.answer([assigned]);
    else if (url.endsWith("/releases")) answering.answer(RELEASED);
    else answering.answer(method === "GET" && url.endsWith("-profiles") ? [NAMED] : NAMED);
  });
});
afterEach(() => answering.close());
const type = (words: string): Promise<string> => answering.youxu("charging-profile", ...words.split(" "));
const SELECTION = { stationIds: null, siteId: null, vendor: null, model: null, version: null };
const daily = { kind: "daily", startMs: null, endMs: null };
const at = Date.parse("2026-12-01T00:00:00Z");

describe("youxu charging-profile", () => {
  it.each<[string, string]>([
    [
      "put calm 00:00=22 17:30=3.7",
      `POST /charging-profiles ${JSON.stringify({ name: "calm", profile: { ...daily, periods: NAMED.profile.periods } })}`,
    ],
    [
      "put calm 11 --from 2026-12-01T00:00:00Z --until 2026-12-01T02:00:00Z",
      `POST /charging-profiles ${JSON.stringify({ name: "calm", profile: { kind: "absolute", startMs: at, endMs: at + 7_200_000, periods: [{ startS: 0, limitKw: 11 }] } })}`,
    ],
    [
      "assign calm CP1",
      `POST /charging-profiles/calm/assignments ${JSON.stringify({ selection: { ...SELECTION, stationIds: ["CP1"] }, evseId: 0 })}`,
    ],
    [
      "assign calm site:home --evse 2",
      `POST /charging-profiles/calm/assignments ${JSON.stringify({ selection: { ...SELECTION, siteId: "home" }, evseId: 2 })}`,
    ],
    [
      "release CP1",
      `POST /charging-profiles/releases ${JSON.stringify({ selection: { ...SELECTION, stationIds: ["CP1"] }, evseId: 0 })}`,
    ],
    [
      "release site:home --evse 2",
      `POST /charging-profiles/releases ${JSON.stringify({ selection: { ...SELECTION, siteId: "home" }, evseId: 2 })}`,
    ],
    ["remove calm", "DELETE /charging-profiles/calm {}"],
    ["list", "GET /charging-profiles"],
    ["show calm", "GET /charging-profiles/calm"],
  ])("%s", async (words, request) => {
    await type(words);
    expect(asked).toEqual([request]);
  });

  it("shows what may be drawn when, and who keeps to it", async () => {
    expect(await type("show calm")).toMatch(
      /^calm +00:00=22 17:30=3\.7 kW\n {2}CP1 +station +plan +by me: rejected: NotSupported\n$/,
    );
  });

  it("says of each station whether it is released, or may hold the profile until it comes", async () => {
    expect(await type("release site:home")).toMatch(
      /^ {2}CP1 +station +released\n {2}CP2 +station +releasing: it may hold it\n$/,
    );
    expect(process.exitCode ?? 0).toBe(0);
  });

  it("assigns to a station that is awaited, which is no failure", async () => {
    assigned = { ...ASSIGNED, state: "waiting", detail: "the station is not connected", wasAsked: false };
    expect(await type("assign calm CP1")).toMatch(/waiting +by me: the station is not connected/);
    expect(process.exitCode ?? 0).toBe(0);
  });

  it.each([
    "put calm 11 22",
    "put calm 25:00=3",
    "put calm 17:00=",
    "put calm 00:00=1 --from 2026-12-01T00:00:00Z",
  ])("%s is not understood", async (words) => {
    expect(await type(words)).toBe("");
    expect(asked).toEqual([]);
  });
});
