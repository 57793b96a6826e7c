import { UNKNOWN_PROFILE, type SecurityProfile } from "../../src/domain/security.js";
import { describe, expect, it } from "vitest";
import type { NetworkCommand } from "../../src/domain/commands/network.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";
import { networkFault } from "../../src/management/network.js";

const at = { stationId: "CP1", atMs: 5 };
const message = (messageId: number, content = "x") => ({
  messageId,
  priority: "InFront",
  state: null,
  fromMs: null,
  untilMs: null,
  transactionId: null,
  format: "UTF8",
  language: null,
  content,
  display: null,
});
const told = (requestId: number, ids: readonly number[], more: boolean): StationNews => ({
  ...at,
  kind: "display-told",
  requestId,
  messages: ids.map((id) => message(id)),
  more,
});
const asked = (requestId: number, messageIds: readonly number[] = [], detail?: string): StationNews => ({
  ...at,
  kind: "commanded",
  command: { kind: "report-display-messages", messageIds },
  outcome: { status: "accepted", requestId, ...(detail === undefined ? {} : { detail }) },
});
const after = (...news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE).display;
const ids = (...news: readonly StationNews[]) => after(...news).messages.map(({ messageId }) => messageId);

describe("what is known of a station's display", () => {
  const first = [asked(1), told(1, [7, 3], true), told(1, [5], false)];

  it("is gathered from the parts of a report, and begun anew by the next", () => {
    expect(ids(...first)).toEqual([3, 5, 7]);
    expect(after(...first).completeMs).toBe(5);
    expect(ids(...first, asked(2))).toEqual([]);
    expect(after(...first, asked(2), told(1, [3], false)).completeMs).toBeNull();
    expect(ids(...first, asked(2, [3]))).toEqual([5, 7]);
  });

  it("has what the station was told to show, in its words, until it is cleared or a report begins", () => {
    const set = (messageId: number, content: string): StationNews => ({
      ...at,
      kind: "commanded",
      command: {
        kind: "set-display-message",
        message: { ...message(messageId, content), priority: "in-front", state: "charging", format: "utf8" },
      },
      outcome: { status: "accepted" },
    });
    expect(after(set(4, "closed"), set(4, "open")).messages).toEqual([
      { ...message(4, "open"), priority: "InFront", state: "Charging", format: "UTF8" },
    ]);
    expect(ids(...first, set(4, "open"))).toEqual([3, 4, 5, 7]);
    expect(after(set(4, "open")).completeMs).toBeNull();
    expect(ids(set(4, "open"), asked(1))).toEqual([]);
  });

  it("is nothing where the station says so, and without what was cleared", () => {
    expect(after(...first, asked(2, [], "Unknown"))).toEqual({ messages: [], requestId: 2, completeMs: 5 });
    const cleared: StationNews = {
      ...at,
      kind: "commanded",
      command: { kind: "clear-display-message", messageId: 5 },
      outcome: { status: "accepted" },
    };
    expect(ids(...first, cleared)).toEqual([3, 7]);
  });

  it("is a hundred messages at most, and of fifty transfers the newest", () => {
    expect(
      ids(
        told(
          1,
          Array.from({ length: 300 }, (_, id) => id),
          true,
        ),
      ),
    ).toHaveLength(100);
    const transfer = { atMs: 1, vendorId: "v", messageId: null, data: null, status: "Rejected" } as const;
    const many = Array.from(
      { length: 60 },
      (_, n): StationNews => ({ ...at, kind: "transferred", transfer: { ...transfer, atMs: n } }),
    );
    const { transfers } = many.reduce(reduceFile, EMPTY_FILE);
    expect([transfers.length, transfers[0]?.atMs]).toEqual([50, 10]);
  });

  it("a file that nothing concerns stays the same", () => {
    const news: StationNews = {
      ...at,
      kind: "commanded",
      command: { kind: "clear-cache" },
      outcome: { status: "accepted" },
    };
    const file = first.reduce(reduceFile, EMPTY_FILE);
    expect(reduceFile(file, news)).toBe(file);
  });
});

describe("a way to the central system", () => {
  const came = (stated: SecurityProfile | null, reached: SecurityProfile | null) => ({
    stated,
    reached,
    rising: null,
  });
  const write = (url: string, securityProfile: 1 | 2 | 3, force = false): NetworkCommand => ({
    kind: "set-network-profile",
    slot: 1,
    force,
    profile: {
      url,
      ocppVersion: "2.1",
      securityProfile,
      messageTimeoutS: 30,
      interface: "Wired0",
      apn: null,
      identity: null,
      password: null,
    },
  });
  const having = (value: string) =>
    reduceFile(EMPTY_FILE, {
      ...at,
      kind: "values-told",
      values: [{ name: "SecurityCtrlr.SecurityProfile", value }],
    });

  it.each([
    ["as secure", write("wss://x/", 2), "2", null],
    ["more secure", write("wss://x/", 3), "2", null],
    ["less secure", write("ws://x/", 1), "2", /never falls/],
    ["less secure, with force", write("ws://x/", 1, true), "2", /never falls/],
    ["of a station that did not tell", write("wss://x/", 2), "", /not known/],
    ["of a station that did not tell, with force", write("wss://x/", 2, true), "", null],
    ["plain with TLS", write("ws://x/", 2, true), "2", /wants a wss/],
    ["with TLS without it", write("wss://x/", 1, true), "1", /wants a ws:/],
    ["that is none", write("http://x/", 1, true), "1", /wants a ws:/],
  ])("%s", (_name, command, present, why) => {
    const fault = networkFault(command, { state: UNKNOWN_PROFILE, file: having(present) });
    if (why === null) expect(fault).toBeNull();
    else expect(fault).toMatch(why);
  });

  it.each([
    ["as it came", came(null, 2), "2", null],
    ["higher than it came", came(null, 2), "3", null],
    ["lower than it came", came(null, 3), "2", /profile 3: a profile never falls/],
    ["lower than is stated", came(3, 1), "2", /profile 3: a profile never falls/],
    ["of a station that is not registered", null, "2", /registered/],
  ] as const)("by what the registry knows, %s", (_name, state, profile, why) => {
    const command = write("wss://x/", profile === "2" ? 2 : 3, true);
    const fault = networkFault(command, { state, file: having("1") });
    if (why === null) expect(fault).toBeNull();
    else expect(fault).toMatch(why);
  });
});
