import { describe, expect, it } from "vitest";
import { openIdTokenBook } from "../../src/control/id-token-book.js";
import { createLocalLists } from "../../src/control/local-lists.js";
import { createStationFiles } from "../../src/control/station-files.js";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import { plainToken } from "../../src/domain/id-token.js";
import { DEFAULT_CAPABILITIES } from "../../src/ocpp/common/codec.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { fixedIdTokens } from "../../src/ports/id-tokens.js";

const MINUTE = 60_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
};

/** A station with a list, as the standard has it: a version, and differences only on what it has. */
const stationWith = (version: number, takesDifferences = true) => {
  const station = { version, list: new Set<string>(), messages: [] as string[] };
  const answer = (command: StationCommand): CommandOutcome => {
    if (command.kind === "local-list-version") return { status: "accepted", version: station.version };
    if (command.kind !== "send-local-list") return { status: "unsupported", detail: "" };
    station.messages.push(
      `${command.isWhole ? "whole" : "part"} ${command.entries.length} @${command.version}`,
    );
    if (!command.isWhole && !takesDifferences) return { status: "rejected", detail: "NotSupported" };
    if (command.version <= station.version) return { status: "rejected", detail: "VersionMismatch" };
    station.version = command.version;
    if (command.isWhole) station.list.clear();
    for (const { idToken, standing } of command.entries)
      if (standing === null) station.list.delete(idToken);
      else station.list.add(idToken);
    return { status: "accepted" };
  };
  return { station, answer };
};

const opened = async (version = 0, takesDifferences = true) => {
  const clock = new VirtualClock(0);
  const documents = createMemoryDocuments();
  const files = createStationFiles({ documents, clock, log });
  const tokens = await openIdTokenBook({ documents, configured: fixedIdTokens([plainToken("A")]), log });
  const { station, answer } = stationWith(version, takesDifferences);
  const link = {
    send: async (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
      const outcome = answer(command);
      if (
        outcome.status === "accepted" &&
        (command.kind === "send-local-list" || command.kind === "local-list-version")
      )
        files.tell({ kind: "commanded", stationId, atMs: clock.now(), command, outcome });
      return outcome;
    },
  };
  const lists = createLocalLists({ clock, tokens, files, link, siteOf: () => "s", log, random: () => 0 });
  lists.heard({ kind: "connected", stationId: "CP1", atMs: 0, version: "2.1" });
  const later = async (toMs: number): Promise<void> => {
    while (clock.step(toMs)) await turns();
    await turns();
  };
  return { clock, files, tokens, station, lists, later };
};

describe("a station's list of id tokens", () => {
  it("is sent whole above its version, then by differences, then not at all", async () => {
    const { lists, tokens, station } = await opened(41);
    expect(await lists.sync("CP1")).toEqual({
      change: "whole",
      sent: 1,
      version: 42,
      outcome: { status: "accepted" },
    });
    expect(await lists.sync("CP1")).toMatchObject({ change: "none", sent: 0, version: 42 });
    await tokens.put(plainToken("B"));
    expect(await lists.sync("CP1")).toMatchObject({ change: "differential", sent: 1, version: 43 });
    expect([...station.list]).toEqual(["A", "B"]);
  });

  it("is sent whole where the station takes no differences", async () => {
    const { lists, tokens, station } = await opened(0, false);
    await lists.sync("CP1");
    await tokens.put(plainToken("B"));
    expect(await lists.sync("CP1")).toMatchObject({ change: "whole", sent: 2 });
    expect(station.messages).toEqual(["whole 1 @1", "part 1 @2", "whole 2 @3"]);
  });

  it("is kept in step when tokens change, together, and when the station comes back with another list", async () => {
    const { lists, tokens, station, later } = await opened();
    await lists.sync("CP1");
    await tokens.put(plainToken("B"));
    await tokens.put(plainToken("C"));
    await tokens.remove("B");
    await later(MINUTE);
    expect(station.messages).toEqual(["whole 1 @1", "part 1 @2"]);
    expect([...station.list]).toEqual(["A", "C"]);
    station.version = 0;
    station.list.clear();
    lists.heard({ kind: "capabilities", stationId: "CP1", atMs: 0, capabilities: DEFAULT_CAPABILITIES });
    await later(5 * MINUTE);
    expect([...station.list]).toEqual(["A", "C"]);
  });

  it("is left alone where nobody asked to keep it, and once the station has gone", async () => {
    const { lists, tokens, station, later } = await opened();
    await tokens.put(plainToken("B"));
    await later(MINUTE);
    expect(station.messages).toEqual([]);
    await lists.sync("CP1");
    lists.heard({ kind: "disconnected", stationId: "CP1", atMs: 0 });
    await tokens.put(plainToken("C"));
    await later(2 * MINUTE);
    expect(station.messages).toHaveLength(1);
  });

  it("is not sent to a station that has none", async () => {
    const { lists } = await opened(-1);
    expect(await lists.sync("CP1")).toMatchObject({ change: "none", outcome: { status: "unsupported" } });
  });

  it("goes in as many messages as the station wants", async () => {
    const { lists, tokens, station, files } = await opened();
    const setting = { name: "LocalAuthListCtrlr.ItemsPerMessage", value: "2" };
    files.tell({ kind: "values-told", stationId: "CP1", atMs: 0, values: [setting] });
    for (const name of ["B", "C", "D", "E"]) await tokens.put(plainToken(name));
    expect(await lists.sync("CP1")).toMatchObject({ change: "whole", sent: 5, version: 3 });
    expect(station.messages).toEqual(["whole 2 @1", "part 2 @2", "part 1 @3"]);
  });
});
