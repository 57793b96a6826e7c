import { describe, expect, it } from "vitest";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { StationSelection } from "../../src/domain/station-task.js";
import {
  afterRestart,
  countsOf,
  holdsSecret,
  resultOf,
  selectedStations,
  settledResult,
  waitingResult,
} from "../../src/management/station-task.js";
import { shownCommand } from "../../src/management/shown-command.js";

const NONE: StationSelection = { stationIds: null, siteId: null, vendor: null, model: null, version: null };
const station = (row: string) => {
  const [stationId = "", siteId = "", vendor = "", model = "", version = ""] = row.split(" ");
  return { stationId, siteId, vendor: vendor === "-" ? null : vendor, model, version };
};
const YARD = ["a home Acme One 1.6", "b home Acme Two 2.1", "c work Acme One 2.1", "d work - One 2.0.1"].map(
  station,
);

describe("a selection", () => {
  it.each<[Partial<StationSelection>, string]>([
    [{}, "abcd"],
    [{ siteId: "home" }, "ab"],
    [{ vendor: "Acme" }, "abc"],
    [{ model: "One" }, "acd"],
    [{ model: "One", vendor: "Acme" }, "ac"],
    [{ version: "2.1" }, "bc"],
    [{ stationIds: ["d", "a"] }, "ad"],
    [{ stationIds: ["d", "a"], siteId: "work" }, "d"],
    [{ vendor: "acme" }, ""],
    // Of several of one kind any, of different kinds each.
    [{ siteId: ["home", "work"] }, "abcd"],
    [{ version: ["2.0.1", "1.6"] }, "ad"],
    [{ model: ["Two", "One"], version: ["2.1"] }, "bc"],
    [{ siteId: ["home", "work"], vendor: "Acme", version: ["1.6", "2.0.1"] }, "a"],
    [{ stationIds: ["a", "c", "d"], siteId: ["work", "yard"] }, "cd"],
  ])("%j is of %s", (terms, names) => {
    const found = selectedStations(YARD, { ...NONE, ...terms });
    expect(found.map(({ stationId }) => stationId).join("")).toBe(names);
  });
});

describe("what became of a station", () => {
  it.each<[CommandOutcome, object]>([
    [{ status: "accepted" }, { state: "accepted", detail: null, answer: null }],
    [
      { status: "accepted", detail: "Scheduled" },
      { state: "accepted", detail: "Scheduled", answer: null },
    ],
    [
      { status: "accepted", version: 3 },
      { state: "accepted", detail: null, answer: { version: 3 } },
    ],
    [
      { status: "rejected", detail: "no" },
      { state: "refused", detail: "no", answer: null },
    ],
    [
      { status: "unsupported", detail: "no" },
      { state: "refused", detail: "no", answer: null },
    ],
    [
      { status: "error", detail: "no" },
      { state: "refused", detail: "no", answer: null },
    ],
    [
      { status: "timeout", detail: "late" },
      { state: "unanswered", detail: "late", answer: null },
    ],
    // It was never written to the connection.
    [
      { status: "offline", detail: "away" },
      { state: "waiting", detail: "away", answer: null },
    ],
  ])("%j", (outcome, result) => {
    expect(resultOf("a", outcome, 5)).toEqual({ stationId: "a", atMs: 5, ...result });
  });

  it("is kept with the beginning alone of an answer that is too long, and of words that are", () => {
    const long = resultOf("a", { status: "accepted", data: "x".repeat(20_000) }, 5);
    expect(long).toMatchObject({ state: "accepted", detail: expect.stringMatching(/cut.*messages/) });
    expect(long.answer).toEqual({ characters: 20_011, beginning: `{"data":"${"x".repeat(1_991)}` });
    expect(resultOf("a", { status: "accepted", data: "x".repeat(1_989) }, 5)).toMatchObject({
      detail: null,
      answer: { data: "x".repeat(1_989) },
    });
    expect(resultOf("a", { status: "rejected", detail: "y".repeat(999) }, 5).detail).toBe("y".repeat(250));
  });

  it("is settled with its task, and by a restart", () => {
    const waiting = waitingResult("a", 1);
    const over = { cancelledMs: null, endedMs: 9 };
    expect(settledResult(waiting, { ...over, endedMs: null })).toEqual(waiting);
    expect(settledResult(waiting, over)).toMatchObject({ state: "offline", atMs: 9 });
    expect(settledResult(waiting, { cancelledMs: 7, endedMs: 9 })).toMatchObject({
      state: "cancelled",
      atMs: 7,
    });
    const accepted = resultOf("a", { status: "accepted" }, 5);
    expect(settledResult(accepted, over)).toEqual(accepted);
    expect(afterRestart({ ...waiting, state: "asking" }).state).toBe("unanswered");
    expect(afterRestart(waiting)).toEqual(waiting);
    expect(countsOf([waiting, accepted, accepted])).toMatchObject({ waiting: 1, accepted: 2, refused: 0 });
  });
});

describe("a command", () => {
  const NETWORK = {
    url: "ws://h",
    ocppVersion: "2.1",
    securityProfile: 1,
    messageTimeoutS: 30,
    interface: "Wired0",
    apn: null,
    identity: null,
    password: null,
  } as const;
  const network = (change: object): StationCommand => ({
    kind: "set-network-profile",
    slot: 1,
    profile: { ...NETWORK, ...change },
    force: false,
  });
  const apn = { name: "a", userName: null, password: null, authentication: "NONE" };

  it.each<[boolean, StationCommand]>([
    [false, { kind: "clear-cache" }],
    [false, { kind: "write-setting", name: "HeartbeatInterval", value: "9" }],
    [true, { kind: "write-setting", name: "AuthorizationKey", value: "9" }],
    [true, { kind: "write-settings", settings: [{ name: "SecurityCtrlr.BasicAuthPassword", value: "9" }] }],
    [false, network({ apn })],
    [true, network({ password: "9" })],
    [true, network({ apn: { ...apn, password: "9" } })],
    [true, { kind: "data-transfer", vendorId: "v", messageId: null, data: '{"Password":"9"}' }],
  ])("holds a secret: %s, %j", (holds, command) => {
    expect(holdsSecret(command)).toBe(holds);
  });

  it("is shown without whose data it is about", () => {
    const command = { kind: "customer-information", report: true, clear: true } as const;
    const shown = shownCommand({ ...command, idToken: "CARD", customerIdentifier: null });
    expect(shown).toEqual({ ...command, idToken: "•••", customerIdentifier: null });
    expect(shownCommand({ kind: "clear-cache" })).toEqual({ kind: "clear-cache" });
  });

  it.each<[string, StationCommand, object]>([
    ["a card", { kind: "remote-start", evseId: 1, idToken: "CARD" }, { evseId: 1, idToken: "•••" }],
    [
      "whose data it is about",
      { kind: "customer-information", report: true, clear: false, idToken: null, customerIdentifier: "ANNA" },
      { customerIdentifier: "•••" },
    ],
    [
      "a list of cards",
      {
        kind: "send-local-list",
        version: 2,
        isWhole: true,
        entries: [{ idToken: "CARD", standing: "Blocked", groupId: "FAMILY" }],
      },
      { entries: [{ idToken: "•••", standing: "Blocked", groupId: "•••" }] },
    ],
    [
      "a password in a transfer",
      { kind: "data-transfer", vendorId: "v", messageId: null, data: '{"to":"ftp://me:word@host/up"}' },
      { data: '{"to":"ftp://•••@host/up"}' },
    ],
  ])("is shown without %s", (_, command, shown) => {
    expect(shownCommand(command)).toMatchObject({ kind: command.kind, ...shown });
  });

  it.each([
    ["ftp://me:word@host/up", "ftp://•••@host/up"],
    ["ftp://me:w@o/rd@host:21/up", "ftp://•••@host:21/up"],
    ["https://host/up?sig=word#x", "https://host/up?•••"],
    ["https://host/up", "https://host/up"],
  ])("of an address %s shows %s", (url, shown) => {
    const profile = { ...NETWORK, url };
    expect(shownCommand({ kind: "set-network-profile", slot: 1, profile, force: false })).toMatchObject({
      profile: { url: shown },
    });
  });
});
