import { describe, expect, it } from "vitest";
import { createSettingsProfiles } from "../../src/control/settings-profiles.js";
import { createStationFiles } from "../../src/control/station-files.js";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { WantedSetting } from "../../src/domain/commands/settings.js";
import { whyNotSent as notSent } from "../../src/ocpp/foreseen.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

const V201 = "2.0.1";
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const wanted = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const opened = (answer: (command: StationCommand) => CommandOutcome, away: readonly string[] = []) => {
  const files = createStationFiles({ documents: createMemoryDocuments(), clock: new VirtualClock(0), log });
  const setting = { unit: null, dataType: null, values: null };
  files.tell({
    kind: "settings-told",
    stationId: "CP1",
    atMs: 0,
    requestId: 1,
    more: false,
    settings: [
      { name: "A.same", value: "1", readOnly: false, ...setting },
      { name: "A.other", value: "1", readOnly: false, ...setting },
      { name: "A.fixed", value: "1", readOnly: true, ...setting },
    ],
  });
  const sent: StationCommand[] = [];
  const link = { send: async (_: string, command: StationCommand) => (sent.push(command), answer(command)) };
  const isConnected = (id: string) => !away.includes(id);
  const whyNotSent = (_: string, one: WantedSetting) => notSent(V201, one);
  return { files, sent, profiles: createSettingsProfiles({ files, link, isConnected, whyNotSent }) };
};
const accepted = (command: StationCommand): CommandOutcome => ({
  status: "accepted",
  results:
    command.kind === "write-settings"
      ? command.settings.map(({ name }) => ({
          item: name,
          id: null,
          why: name === "A.new" ? "Rejected" : null,
        }))
      : [],
});
const settings = wanted({ "A.same": "1", "A.other": "2", "A.fixed": "2", "A.new": "2" });

describe("a profile of settings", () => {
  it("in a dry run says what would be written, and writes nothing", async () => {
    const { profiles, sent } = opened(accepted);
    expect(await profiles.apply({ stationIds: ["CP1"], settings, dryRun: true })).toEqual([
      {
        stationId: "CP1",
        settings: [
          { name: "A.same", wanted: "1", present: "1", result: "same", detail: null },
          { name: "A.other", wanted: "2", present: "1", result: "would-write", detail: null },
          { name: "A.fixed", wanted: "2", present: "1", result: "read-only", detail: null },
          { name: "A.new", wanted: "2", present: null, result: "would-write", detail: null },
        ],
      },
    ]);
    expect(sent).toEqual([]);
  });

  it("in a dry run names what would not even be sent", async () => {
    const { profiles, sent } = opened(accepted);
    const [profile] = await profiles.apply({
      stationIds: ["CP1"],
      settings: wanted({ MeterValueSampleInterval: "60", "A.other": "2" }),
      dryRun: true,
    });
    expect(profile?.settings.map(({ result, detail }) => [result, detail])).toEqual([
      ["not-written", expect.stringMatching(/^error: "MeterValueSampleInterval": 2\.x names variables as/)],
      ["would-write", null],
    ]);
    expect(sent).toEqual([]);
  });

  it("in a dry run says of a station that is away what the real run would, and of what it has already", async () => {
    const { profiles, sent } = opened(accepted, ["CP1"]);
    const [profile] = await profiles.apply({ stationIds: ["CP1"], settings, dryRun: true });
    const offline = ["not-written", "offline: the station is not connected"];
    expect(profile?.settings.map(({ result, detail }) => [result, detail])).toEqual([
      ["same", null],
      offline,
      ["read-only", null],
      offline,
    ]);
    expect(sent).toEqual([]);
  });

  it("writes what differs, together, and says what became of each", async () => {
    const { profiles, sent } = opened(accepted);
    const [profile] = await profiles.apply({ stationIds: ["CP1"], settings, dryRun: false });
    expect(sent).toEqual([{ kind: "write-settings", settings: wanted({ "A.other": "2", "A.new": "2" }) }]);
    expect(profile?.settings.map(({ result, detail }) => [result, detail])).toEqual([
      ["same", null],
      ["written", null],
      ["read-only", null],
      ["not-written", "Rejected"],
    ]);
  });

  it("is written one by one where the station takes no more", async () => {
    const { profiles, sent } = opened((command) =>
      command.kind === "write-settings"
        ? { status: "unsupported", detail: "one at a time" }
        : { status: "accepted", detail: "RebootRequired" },
    );
    const [profile] = await profiles.apply({
      stationIds: ["CP2"],
      settings: wanted({ a: "1", b: "2" }),
      dryRun: false,
    });
    expect(sent.map(({ kind }) => kind)).toEqual(["write-settings", "write-setting", "write-setting"]);
    expect(profile?.settings.map(({ result, detail }) => [result, detail])).toEqual([
      ["written", "RebootRequired"],
      ["written", "RebootRequired"],
    ]);
  });

  it("of a station that is not there writes nothing, and is applied to each in the order of the request", async () => {
    const { profiles, sent } = opened(() => ({ status: "offline", detail: "gone" }));
    const stationIds = Array.from({ length: 20 }, (_, n) => `CP${n}`);
    const all = await profiles.apply({ stationIds, settings: wanted({ a: "1" }), dryRun: false });
    expect(all.map(({ stationId }) => stationId)).toEqual(stationIds);
    expect(all[0]?.settings).toMatchObject([{ result: "not-written", detail: "offline: gone" }]);
    expect(sent).toHaveLength(20);
  });

  it.each<[string, readonly { name: string; value: string }[], string]>([
    ["ten in a message where it told nothing", [], "10 10 1"],
    ["as many as it told", [{ name: "DeviceDataCtrlr.ItemsPerMessage[SetVariables]", value: "8" }], "8 8 5"],
    [
      "as many as fit its bytes",
      [{ name: "DeviceDataCtrlr.BytesPerMessage[SetVariables]", value: "700" }],
      "2 2 2 2 2 2 2 2 2 2 1",
    ],
    [
      "the fewer of both",
      [
        { name: "DeviceDataCtrlr.ItemsPerMessage[SetVariables]", value: "4" },
        { name: "DeviceDataCtrlr.BytesPerMessage[SetVariables]", value: "1000" },
      ],
      "3 3 3 3 3 3 3",
    ],
  ])("goes in parts that the station takes: %s", async (_, values, expected) => {
    const { files, profiles, sent } = opened(accepted);
    files.tell({ kind: "values-told", stationId: "CP1", atMs: 0, values });
    const names = Array.from({ length: 21 }, (__, n) => `S${n}`);
    const [profile] = await profiles.apply({
      stationIds: ["CP1"],
      settings: wanted(Object.fromEntries(names.map((name) => [name, "1"]))),
      dryRun: false,
    });
    const parts = sent.map((command) => (command.kind === "write-settings" ? command.settings : []));
    expect(parts.map(({ length }) => length).join(" ")).toBe(expected);
    expect(parts.flat().map(({ name }) => name)).toEqual(names);
    expect(profile?.settings.map(({ result }) => result)).toEqual(names.map(() => "written"));
  });
});
