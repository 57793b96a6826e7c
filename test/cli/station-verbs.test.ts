/** Verbs of `youxu station` are OCPP's, and each asks the server for what it says. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commandLine, runCommandLine } from "../../src/cli/run.js";

let server: Server;
let asked: string[];
let outcome: object;

beforeEach(async () => {
  asked = [];
  outcome = { status: "accepted" };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url?.replace("/api/v1", "")} ${body}`.trim());
      response.setHeader("content-type", "application/json").end(JSON.stringify(outcome));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  process.exitCode = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

/** What it prints. */
const station = async (words: string): Promise<string> => {
  let stdout = "";
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void (stdout += `${text}\n`));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await runCommandLine(["station", ...words.split(" "), "--url", url, "--token", "t"]);
    return stdout;
  } finally {
    log.mockRestore();
  }
};

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
      /^1970-01-01T00:00:00.000Z +3.700 kW/,
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
    outcome = { status: "accepted", ...answer };
    expect(await station(`${name} CP1`)).toMatch(told);
  });

  it("charging-profiles shows what the server was told, without asking the station", async () => {
    const period = { startS: 0, limit: 16, setpoint: null, mode: null };
    const schedules = [{ startMs: 0, durationS: null, unit: "A", periods: [period] }];
    const held = { profileId: 7, evseId: 2, source: "CSO", purpose: "TxProfile", kind: "Absolute" };
    const more = { stackLevel: 0, transactionId: null, fromMs: null, untilMs: null };
    outcome = { profiles: [{ ...held, ...more, schedules }], requestId: 1, toldMs: 1, completeMs: 1 };
    expect(await station("charging-profiles CP1")).toMatch(
      /EVSE 2 +7 +TxProfile Absolute level 0, of CSO\n.*16 A/,
    );
    expect(asked).toEqual(["GET /stations/CP1/charging-profiles"]);
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
