/**
 * Messages that break their schema, of transactions and with meter values.
 *
 * 1. One of a transaction that tells less than by what it is known what it means changes no session, is kept
 *    as it came, refused with the name of what it lacks, and the same again is let go of.
 * 2. One that tells that much is read as far as it can be.
 * 3. Meter values outside a transaction that tell nothing are refused as any other message.
 */
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { Payload } from "../../src/ocpp/wire.js";
import { createMemoryLedger, type FlaggingLedger } from "../../src/ports/ledger-memory.js";
import { openStage, type Stage } from "./harness.js";
import { later, type Talk, talkTo } from "./talk.js";

const start: Payload = { connectorId: 1, idTag: "TAG", meterStart: 1_000, timestamp: later(0) };
const event: Payload = {
  eventType: "Started",
  seqNo: 0,
  timestamp: later(0),
  triggerReason: "CablePluggedIn",
  transactionInfo: { transactionId: "tx" },
  evse: { id: 1 },
};
const without = (payload: Payload, ...keys: readonly string[]): Payload =>
  Object.fromEntries(Object.entries(payload).filter(([key]) => !keys.includes(key)));

const value = { timestamp: later(1), sampledValue: [{ value: "1500" }] };
const BEGIN: Record<OcppVersion, readonly [string, Payload]> = {
  "1.6": ["StartTransaction", { ...start, idTag: "FIRST", timestamp: later(-60) }],
  "2.0.1": ["TransactionEvent", { ...event, transactionInfo: { transactionId: "first" } }],
  "2.1": ["TransactionEvent", { ...event, transactionInfo: { transactionId: "first" } }],
};

let ledger: FlaggingLedger;
let talk: Talk;
beforeEach(() => {
  ledger = createMemoryLedger();
  talk = talkTo(ledger);
});

/** The answer that lets a station go on. */
const letGo = (action: string): Payload =>
  action === "StartTransaction" ? { transactionId: 0, idTagInfo: { status: "Invalid" } } : {};
const other = { ...event, transactionInfo: { transactionId: "other" } };

describe("a transaction message that tells too little", () => {
  it.each<[OcppVersion, string, Payload, string]>([
    ["1.6", "StartTransaction", {}, "Occurrence.*StartTransaction.connectorId is missing"],
    ["1.6", "StartTransaction", { connectorId: 1 }, "Occurrence.*StartTransaction.idTag is missing"],
    ["1.6", "StartTransaction", { ...start, connectorId: "x" }, "Property.*connectorId cannot be read"],
    ["1.6", "StartTransaction", { ...start, connectorId: -1 }, "Property.*connectorId cannot be read"],
    ["1.6", "StartTransaction", { ...start, idTag: null }, "Occurrence.*idTag is missing"],
    [
      "1.6",
      "StartTransaction",
      { ...start, timestamp: "yesterday", meterStart: "full" },
      "Property.*timestamp cannot be read",
    ],
    [
      "1.6",
      "StopTransaction",
      { meterStop: 9_000, timestamp: later(5) },
      "Occurrence.*transactionId is missing",
    ],
    [
      "1.6",
      "MeterValues",
      { connectorId: 1, transactionId: "mine", meterValue: [value] },
      "Property.*transactionId",
    ],
    ["1.6", "MeterValues", { connectorId: 1, transactionId: 1, meterValue: "much" }, "Property.*meterValue"],
    ...(["2.0.1", "2.1"] as const).flatMap((version): [OcppVersion, string, Payload, string][] => [
      [version, "TransactionEvent", { ...other, eventType: "Foo" }, "Property.*eventType cannot be read"],
      [version, "TransactionEvent", without(other, "eventType"), "Occurrence.*eventType is missing"],
      [
        version,
        "TransactionEvent",
        { ...other, transactionInfo: {} },
        "Occurrence.*transactionInfo.transactionId",
      ],
      [version, "TransactionEvent", { ...other, transactionInfo: { transactionId: "" } }, "transactionInfo"],
      [version, "TransactionEvent", without(other, "seqNo", "timestamp"), "Occurrence.*seqNo is missing"],
    ]),
  ])("(%s, %s %j) is kept, refused once, and changes nothing", async (version, action, sent, why) => {
    await talk.ask(version, ...BEGIN[version]);
    const before = await ledger.openSessions();
    expect(before).toHaveLength(1);
    await expect(talk.ask(version, action, { ...sent, mark: "✓" }, 5)).rejects.toThrow(new RegExp(why));
    expect(await talk.ask(version, action, { ...sent, mark: "✓" }, 6)).toEqual(letGo(action));
    expect(await ledger.openSessions()).toEqual(before);
    expect(await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toEqual(before);
    expect(await ledger.quarantined()).toEqual([
      {
        stationId: "CP1",
        atMs: Date.parse(later(5)),
        event: {
          kind: "unclear",
          stationId: "CP1",
          atMs: Date.parse(later(5)),
          action,
          payload: JSON.stringify({ ...sent, mark: "✓" }),
        },
        why: expect.stringContaining(action),
      },
    ]);
  });

  it("whatever its fields are, begins nothing and ends nothing unless it tells what it must (1.6)", async () => {
    const field = (good: unknown) =>
      fc.oneof(
        fc.constant(good),
        fc.constant(undefined),
        fc.constantFrom<unknown>(null, "x", {}, [], true, -3),
      );
    const sent = fc.record({
      connectorId: field(1),
      idTag: field("TAG"),
      meterStart: field(1_000),
      timestamp: field(later(0)),
    });
    await fc.assert(
      fc.asyncProperty(sent, async (fields) => {
        const own = createMemoryLedger();
        const station = talkTo(own);
        await station.ask("1.6", ...BEGIN["1.6"]);
        const payload: Payload = JSON.parse(JSON.stringify(fields));
        const isWhere = payload["connectorId"] === 1;
        const isWhose = ["string", "boolean", "number"].includes(typeof payload["idTag"]);
        const isWhen = payload["timestamp"] === later(0) || typeof payload["meterStart"] === "number";
        const answer = await station.ask("1.6", "StartTransaction", payload).catch(() => null);
        const isBegun = (await own.openSessions()).every(({ idToken }) => idToken !== "FIRST");
        expect(isBegun).toBe(isWhere && isWhose && isWhen);
        expect(answer !== null).toBe(isBegun);
        expect(await own.quarantined()).toHaveLength(isBegun ? 0 : 1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a message that breaks its schema but tells enough", () => {
  it("of a 1.6 transaction is read as far as it can be", async () => {
    const { transactionId } = await talk.ask("1.6", "StartTransaction", without(start, "timestamp"));
    const meterValue = [{ sampledValue: [{ measurand: "SoC" }, { value: 2_500 }] }];
    await talk.ask("1.6", "MeterValues", { transactionId, meterValue }, 1);
    await talk.ask("1.6", "StopTransaction", { transactionId }, 2);
    expect(await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
      { importedKwh: 1.5, endedMs: Date.parse(later(2)) },
    ]);
    expect(await ledger.quarantined()).toEqual([]);
  });

  it.each(["2.0.1", "2.1"] as const)("of a %s transaction is too", async (version) => {
    await talk.ask(version, "TransactionEvent", without(event, "triggerReason", "seqNo"));
    const end = { eventType: "Ended", seqNo: "3", transactionInfo: { transactionId: "tx" } };
    await talk.ask(version, "TransactionEvent", end, 4);
    expect(await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
      { endedMs: Date.parse(later(4)) },
    ]);
  });
});

it.each<[OcppVersion, Payload, string]>([
  ["1.6", { connectorId: "x", meterValue: [value] }, "Property.*MeterValues.connectorId cannot be read"],
  ["1.6", { connectorId: "x" }, "MeterValues.connectorId"],
  ["1.6", { connectorId: 1, transactionId: -1 }, "Occurrence.*MeterValues.meterValue is missing"],
  ["2.0.1", { meterValue: [value] }, "Occurrence.*MeterValues.evseId is missing"],
  ["2.1", { evseId: 1, meterValue: [{ sampledValue: [{}] }] }, "Property.*MeterValues.meterValue"],
])(
  "meter values of %s outside a transaction that tell nothing (%j) are refused",
  async (version, sent, why) => {
    for (let turn = 0; turn < 2; turn++)
      await expect(talk.ask(version, "MeterValues", sent)).rejects.toThrow(new RegExp(why));
    expect(await ledger.quarantined()).toEqual([]);
  },
);

describe("on the wire", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  it.each([
    ["1.6", "StartTransaction", { connectorId: 1 }, "OccurenceConstraintViolation"],
    ["2.1", "TransactionEvent", { ...event, eventType: "Foo" }, "PropertyConstraintViolation"],
  ] as const)(
    "%s %s gets a CALLERROR of its protocol, then is let go of",
    async (version, action, sent, code) => {
      const client = await stage.connect("CP1", version, { strictMode: false });
      await expect(client.call(action, sent)).rejects.toMatchObject({ rpcErrorCode: code });
      expect(await client.call(action, sent)).toEqual(letGo(action));
      expect(stage.gateway.records).toEqual([]);
      expect(stage.gateway.aside).toHaveLength(2);
    },
  );
});
