import { UNKNOWN_PROFILE } from "../../src/domain/security.js";
import { describe, expect, it } from "vitest";
import { createCostBook } from "../../src/control/cost-book.js";
import { costMessages } from "../../src/control/cost-messages.js";
import { checkedLink } from "../../src/control/checked-link.js";
import { createStationFiles } from "../../src/control/station-files.js";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { FleetEvent, OcppVersion } from "../../src/domain/fleet.js";
import type { Session } from "../../src/domain/session.js";
import { tariffSchema } from "../../src/domain/tariff.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { transferHooks } from "../../src/ports/transfer-hooks.js";
import { communityOf, stationOf } from "../fixtures/sites.js";

const HOUR = 3_600_000;
const START = Date.parse("2026-01-14T00:00:00Z");
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tariff = tariffSchema.parse({
  id: "t",
  currency: "CNY",
  timeZone: "UTC",
  source: { document: "a test", date: "2026-01-01" },
  seasons: [
    {
      name: "all",
      months: Array.from({ length: 12 }, (_, month) => month + 1),
      days: [
        {
          dayTypes: ["workday", "weekend", "holiday"],
          periods: [
            { from: "00:00", to: "02:00", kind: "valley", pricePerKwh: 0.5 },
            { from: "02:00", to: "24:00", kind: "peak", pricePerKwh: 1 },
          ],
        },
      ],
    },
  ],
});
const session: Session = {
  id: "s",
  stationId: "p1",
  evseId: 1,
  transactionId: "7",
  idToken: "A",
  startedMs: START,
  endedMs: null,
  endReason: null,
  authorized: true,
  importedKwh: 0,
  exportedKwh: 0,
  meterStartWh: 1_000,
  socPercent: null,
  needs: null,
  preference: null,
  chargeNow: false,
};

const opened = (version: OcppVersion, answer: CommandOutcome = { status: "accepted" }, shows = true) => {
  const clock = new VirtualClock(START);
  const sent: StationCommand[] = [];
  const site = communityOf([stationOf("p1")]);
  const costs = createCostBook({
    clock,
    sites: [shows ? { ...site, costEveryMs: HOUR } : site],
    tariffOf: () => tariff,
    link: { send: async (_, command) => (sent.push(command), answer) },
  });
  const at = { stationId: "p1", evseId: 1 };
  const hear = (event: FleetEvent): void => costs.heard(event);
  const sample = (hours: number, importedWh: number): void =>
    hear({
      ...at,
      kind: "sampled",
      atMs: START + hours * HOUR,
      sample: { atMs: START + hours * HOUR, powerKw: 7, importedWh, exportedWh: null, socPercent: null },
    });
  const later = async (hours: number): Promise<void> => {
    while (clock.step(START + hours * HOUR)) for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  hear({ kind: "connected", stationId: "p1", atMs: START, version });
  hear({ ...at, kind: "session-opened", atMs: START, session });
  return { costs, sent, sample, later, hear, at };
};

describe("what a session has cost", () => {
  it("is told at the price of each hour, every so often, and at its end", async () => {
    const { costs, sent, sample, later, hear, at } = opened("1.6");
    sample(1, 5_000);
    expect(costs.costSoFar("p1", "7")).toBe(2);
    await later(1);
    expect(sent).toEqual([
      {
        kind: "running-cost",
        cost: {
          transactionId: "7",
          totalCost: 2,
          atMs: START + HOUR,
          meterWh: 5_000,
          isCharging: true,
          pricePerKwh: 0.5,
          next: { atMs: START + 2 * HOUR, pricePerKwh: 1 },
        },
      },
    ]);
    sample(3, 9_000);
    // Four kWh over two hours, half of them at each price.
    expect(costs.costSoFar("p1", "7")).toBe(5);
    const ended = { ...session, importedKwh: 9, endedMs: START + 4 * HOUR };
    hear({ ...at, kind: "session-closed", atMs: START + 4 * HOUR, session: ended });
    expect(costs.costSoFar("p1", "7")).toBe(6);
    expect(sent.at(-1)).toEqual({ kind: "final-cost", transactionId: "7", totalCost: 6, text: "6.00 CNY" });
    await later(10);
    expect(sent).toHaveLength(2);
  });

  it.each(["2.0.1", "2.1"] as const)(
    "is told to a %s station by its last answer, not by a message",
    (version) => {
      const { costs, sent, hear, at } = opened(version);
      const ended = { ...session, importedKwh: 2, endedMs: START + HOUR };
      hear({ ...at, kind: "session-closed", atMs: START + HOUR, session: ended });
      expect([sent, costs.costSoFar("p1", "7")]).toEqual([[], 1]);
    },
  );

  it("is that of the bill: a register that cannot be costs nothing, and what is judged anew is taken back", () => {
    const { costs, hear, at } = opened("2.1");
    const sampled = (hours: number, importedWh: number, billedKwh: number): void => {
      const atMs = START + hours * HOUR;
      const sample = { atMs, powerKw: 7, importedWh, exportedWh: null, socPercent: null };
      hear({ ...at, kind: "sampled", atMs, sample, billedKwh });
    };
    const seen: (number | null)[] = [];
    for (const [hours, importedWh, billedKwh] of [
      [1, 5_000, 4],
      [1.25, 9_000_000, 4],
      [1.5, 7_000, 6],
      [1.75, 6_000, 3],
    ] as const) {
      sampled(hours, importedWh, billedKwh);
      seen.push(costs.costSoFar("p1", "7"));
    }
    expect(seen).toEqual([2, 2, 3, 1.5]);
  });

  it("is not told where the site does not show it, nor of others", () => {
    const { costs } = opened("2.1", { status: "accepted" }, false);
    expect(costs.costSoFar("p1", "7")).toBeNull();
    expect(opened("2.1").costs.costSoFar("p1", "8")).toBeNull();
  });

  it("is told no more to a station that does not understand it, until it connects anew", async () => {
    const { sent, later, hear } = opened("1.6", { status: "rejected", detail: "UnknownVendorId" });
    await later(3);
    expect(sent).toHaveLength(1);
    hear({ kind: "connected", stationId: "p1", atMs: START, version: "1.6" });
    await later(4);
    expect(sent).toHaveLength(2);
  });

  it("that ran before counts evenly until now", () => {
    const { costs, hear, at } = opened("2.1");
    const older = { ...session, transactionId: "8", evseId: 2, importedKwh: 6, startedMs: START };
    hear({ ...at, evseId: 2, kind: "session-recovered", atMs: START + 3 * HOUR, session: older });
    expect(costs.costSoFar("p1", "8")).toBe(4);
  });

  it("is told no more once the plug was pulled, which a station tells by data transfer", async () => {
    const { costs, sent, later } = opened("1.6");
    const ask = transferHooks([costMessages(costs)]);
    const unplugged = (data: string | null) =>
      ask({
        stationId: "p1",
        atMs: START,
        vendorId: "org.openchargealliance.costmsg",
        messageId: "ConnectorUnplugged",
        data,
      });
    expect(await unplugged('{"transactionId":9}')).toEqual({ status: "Rejected" });
    for (const data of [null, "x", "[]", "{}", '{"transactionId":"7"}', "null"])
      expect(await unplugged(data)).toEqual({ status: "Rejected" });
    expect(await unplugged('{"transactionId":7,"timestamp":"2026-01-14T00:00:00Z"}')).toEqual({
      status: "Accepted",
    });
    await later(3);
    expect(sent).toEqual([]);
  });
});

describe("the way of operators to the stations", () => {
  const files = createStationFiles({ documents: createMemoryDocuments(), clock: new VirtualClock(0), log });
  const sent: StationCommand[] = [];
  const driver = {
    tariffId: "t",
    currency: "CNY",
    text: null,
    energy: [],
    pricePerIdleMinute: null,
    fixedFee: null,
  };
  const link = checkedLink({
    files,
    securityOf: async (stationId) => (stationId === "stranger" ? null : UNKNOWN_PROFILE),
    driverTariff: (stationId) => (stationId === "p1" ? driver : null),
    link: { send: async (_, command) => (sent.push(command), { status: "accepted" }) },
  });

  it("fills in the tariff of the site where none is given", async () => {
    await link.send("p1", { kind: "set-default-tariff", evseId: null, tariff: null });
    await link.send("p2", { kind: "change-transaction-tariff", transactionId: "t", tariff: null });
    const own = { ...driver, tariffId: "own" };
    await link.send("p1", { kind: "set-default-tariff", evseId: null, tariff: own });
    expect(sent.splice(0)).toEqual([
      { kind: "set-default-tariff", evseId: null, tariff: driver },
      { kind: "change-transaction-tariff", transactionId: "t", tariff: null },
      { kind: "set-default-tariff", evseId: null, tariff: own },
    ]);
  });

  it("sends no network profile that would make the station less secure, or might", async () => {
    const profile = {
      url: "ws://x/ocpp",
      ocppVersion: "2.1",
      securityProfile: 1,
      messageTimeoutS: 30,
      interface: "Wired0",
      apn: null,
      identity: null,
      password: null,
    } as const;
    const command = { kind: "set-network-profile", slot: 1, profile, force: false } as const;
    expect(await link.send("p1", command)).toMatchObject({
      status: "error",
      detail: expect.stringMatching(/not known/),
    });
    expect(await link.send("stranger", { ...command, force: true })).toMatchObject({ status: "error" });
    expect(sent).toEqual([]);
    expect(await link.send("p1", { ...command, force: true })).toEqual({ status: "accepted" });
    expect(sent).toHaveLength(1);
  });
});
