/** Verbs of `youxu station` are OCPP's, and each asks the server for what it says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commandLine, runCommandLine } from "../../src/cli/run.js";
import { type Answering, startAnswering } from "./answering.js";

let answering: Answering;
let asked: string[];

beforeEach(async () => {
  asked = [];
  answering = await startAnswering(({ method, url }, body) => {
    asked.push(`${method} ${url?.replace("/api/v1", "")} ${body}`.trim());
  });
});
afterEach(() => answering.close());

/** What it prints. */
const station = (words: string): Promise<string> => answering.station(...words.split(" "));

describe("youxu station", () => {
  it.each([
    ["remote-start CP1 CARD --evse 2", { kind: "remote-start", evseId: 2, idToken: "CARD" }],
    ["remote-stop CP1 7", { kind: "remote-stop", transactionId: "7" }],
    ["get-composite-schedule CP1 --minutes 30", { kind: "get-composite", evseId: 1, durationS: 1_800 }],
    ["get-transaction-status CP1 7", { kind: "get-transaction-status", transactionId: "7" }],
    ["get-transaction-status CP1", { kind: "get-transaction-status", transactionId: null }],
    ["get-charging-profiles CP1", { kind: "report-charging-profiles", evseId: null }],
    ["get-charging-profiles CP1 --evse 0", { kind: "report-charging-profiles", evseId: 0 }],
    ["get CP1 A B", { kind: "read-settings", names: ["A", "B"] }],
    ["get-report CP1", { kind: "report-settings", inventory: "full" }],
    ["get-components CP1 EVSE", { kind: "report-components", components: ["EVSE"], criteria: [] }],
    ["get-monitors CP1", { kind: "report-monitors", criteria: [], names: [] }],
    ["clear-monitors CP1 3 4", { kind: "clear-monitors", ids: [3, 4] }],
    ["set-monitoring-level CP1 5", { kind: "set-monitoring-level", severity: 5 }],
    ["set-monitoring-base CP1 --base all", { kind: "set-monitoring-base", base: "all" }],
    ["get-display-messages CP1", { kind: "report-display-messages", messageIds: [] }],
    ["clear-display-message CP1 4", { kind: "clear-display-message", messageId: 4 }],
    ["set-tariff CP1", { kind: "set-default-tariff", evseId: null, tariff: null }],
    ["get-tariffs CP1 --evse 2", { kind: "get-tariffs", evseId: 2 }],
    ["clear-tariffs CP1", { kind: "clear-tariffs", tariffIds: [], evseId: null }],
    ["clear-tariffs CP1 a b", { kind: "clear-tariffs", tariffIds: ["a", "b"], evseId: null }],
    ["get-streams CP1", { kind: "list-streams" }],
    [
      "get-der-controls CP1",
      { kind: "get-der-controls", isDefault: null, controlType: null, controlId: null },
    ],
  ] as const)("%s", async (words, command) => {
    await station(words);
    const [path, body] = asked[0]?.split(" {") ?? [];
    expect(path).toBe("POST /stations/CP1/commands");
    expect(JSON.parse(`{${body}`)).toEqual(command);
  });

  it.each([
    [
      "get-composite-schedule",
      { composite: [{ startMs: 0, powerKw: 3.7 }] },
      /^1970-01-01T\d\d:00:00[+-]\d\d:\d\d +3.700 kW/,
    ],
    [
      "get-transaction-status",
      { transaction: { isOngoing: true, hasMessages: false } },
      /^it goes on, no messages wait\n$/,
    ],
    [
      "get-transaction-status",
      { transaction: { isOngoing: null, hasMessages: true } },
      /^messages wait at the station\n$/,
    ],
  ])("%s tells what came of it", async (name, answer, told) => {
    answering.answer({ status: "accepted", ...answer });
    expect(await station(`${name} CP1`)).toMatch(told);
  });

  it("charging-profiles shows what the server was told, without asking the station", async () => {
    const period = { startS: 0, limit: 16, setpoint: null, mode: null };
    const schedules = [{ startMs: 0, durationS: null, unit: "A", periods: [period] }];
    const held = { profileId: 7, evseId: 2, source: "CSO", purpose: "TxProfile", kind: "Absolute" };
    const more = { stackLevel: 0, transactionId: null, fromMs: null, untilMs: null };
    const compared = [{ evseId: 2, unit: "A", toldValue: 10, heldValue: 16, verdict: "differs" }];
    const profiles = [{ ...held, ...more, schedules }];
    answering.answer({ profiles, requestId: 1, toldMs: 1, completeMs: 1, compared });
    expect(await station("charging-profiles CP1")).toMatch(
      /EVSE 2 +7 +TxProfile Absolute level 0, of CSO\n.*16 A\nEVSE 2 was told 10 A, holds 16 A: differs/,
    );
    expect(asked).toEqual(["GET /stations/CP1/charging-profiles"]);
  });

  it("lists its commands in groups", () => {
    const help = commandLine()
      .commands.find((command) => command.name() === "station")
      ?.helpInformation();
    const titles = [...(help ?? "").matchAll(/^(\S.*):$/gm)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(6);
    expect(titles).toContain("Charging");
  });

  it("has no verbs beside OCPP's for asking, setting and taking away", () => {
    const names = commandLine()
      .commands.find((command) => command.name() === "station")
      ?.commands.map((command) => command.name());
    expect(names?.length).toBeGreaterThan(50);
    const strange = names?.filter((name) =>
      /^(?:ask|known|read|show|un(?!lock|publish)|report|delete)/.test(name),
    );
    expect(strange).toEqual([]);
  });
});

describe("what a station takes only in part, or not at all, ends with 1 and is said", () => {
  const unset = { name: "X.Nope", value: null, readOnly: null, why: "UnknownVariable" };
  it.each([
    ["get CP1 X.Nope", { settings: [unset] }, 1, "X.Nope"],
    ["get CP1 A", { settings: [{ ...unset, value: "1", why: null }] }, 0, "1"],
    [
      "set CP1 A 1 X.Nope 3",
      { results: [{ item: "X.Nope", id: null, why: "UnknownVariable" }] },
      1,
      "Unknown",
    ],
    ["set CP1 A 1 B 2", { results: [{ item: "A", id: null, why: null }] }, 0, "accepted"],
    ["certificate list CP1", { certificates: [] }, 0, ""],
  ] as const)("%s: %j ends with %i", async (words, answer, code, told) => {
    answering.answer({ status: "accepted", ...answer });
    expect(await station(words)).toContain(told);
    expect(process.exitCode ?? 0).toBe(code);
  });

  it.each([
    ["messages CP1 --action Hartbeat", 2, /"Hartbeat" is no action of OCPP; did you mean Heartbeat\?/],
    ["messages CP1 --action Heartbeat", 0, /^no messages$/m],
    ["certificate list CP1", 0, /^it holds none$/m],
  ])("%s ends with %i and says why nothing is shown", async (words, code, says) => {
    answering.answer(words.startsWith("messages") ? [] : { status: "accepted", certificates: [] });
    let stderr = "";
    const spy = vi.spyOn(console, "error").mockImplementation((text: string) => void (stderr += `${text}\n`));
    expect(
      await runCommandLine(["station", ...words.split(" "), "--url", answering.url, "--token", "t"]),
    ).toBe(code);
    spy.mockRestore();
    expect(stderr).toMatch(says);
  });

  it("replaces no file but with --force", async () => {
    const folder = mkdtempSync(join(tmpdir(), "youxu-export-"));
    const file = join(folder, "messages.jsonl");
    const spy = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const exported = (...more: string[]) =>
      runCommandLine([
        "station",
        "messages",
        "CP1",
        "--export",
        file,
        ...more,
        "--url",
        answering.url,
        "--token",
        "t",
      ]);
    try {
      writeFileSync(file, "mine");
      expect(await exported()).toBe(1);
      expect(readFileSync(file, "utf8")).toBe("mine");
      expect(await exported("--force")).toBe(0);
      expect(readFileSync(file, "utf8")).toContain("accepted");
    } finally {
      spy.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });
});

it("says of each message that a station can be asked for which versions know it", () => {
  const trigger = commandLine()
    .commands.find((command) => command.name() === "station")
    ?.commands.find((command) => command.name() === "trigger");
  const help = trigger?.helpInformation().replaceAll(/\s+/g, " ");
  expect(help).toContain("MeterValues (1.6, 2.0.1, 2.1), ");
  expect(help).toContain("DiagnosticsStatusNotification (1.6), ");
  expect(help).toContain("SignV2GCertificate (2.0.1, 2.1), SignV2G20Certificate (2.1), ");
  expect(help).toMatch(/ CustomTrigger \(2\.1\) /);
});

it.each([
  ["raise CP1 2", /--when-idle \(1\.6 cannot wait: without it, when nobody charges\)$/],
  ["raise CP1 2 --await", null],
])("says after %s how a station is restarted, in each version", async (words, hint) => {
  const said: string[] = [];
  const stderr = vi.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
  await station(words);
  stderr.mockRestore();
  expect(said).toEqual(hint === null ? [] : [expect.stringMatching(hint)]);
});
