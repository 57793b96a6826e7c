/**
 * Transaction messages that make no sense, or make it too late. A CALLERROR would have the station send
 * them for ever and at last drop them: each is answered in the protocol's own form, kept, and never in the
 * way of the next one. Over the store itself, since that is what would refuse a number. What tells too little
 * to make sense at all is in unclear.test.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { Payload } from "../../src/ocpp/wire.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { answering, openStage, until } from "./harness.js";
import { later, NOW, type Talk, talkTo } from "./talk.js";

let store: Store;
let talk: Talk;
beforeEach(async () => {
  store = await openStore({ path: ":memory:", commitWithinMs: 0 });
  talk = talkTo(store.ledger);
});
afterEach(() => store.close());

const ask = (version: OcppVersion, action: string, sent: Payload, minute = 0): Promise<Payload> =>
  talk.ask(version, action, sent, minute);

const start = (change: Payload = {}): Payload => ({
  connectorId: 1,
  idTag: "TAG",
  meterStart: 1_000,
  timestamp: later(0),
  ...change,
});
const energy = async (): Promise<number[]> =>
  (await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).map(({ importedKwh }) => importedKwh);

describe("an OCPP 1.6 start that makes no sense", () => {
  it.each([
    ["a register of 1e308 Wh", { meterStart: 1e308 }],
    ["a register of text", { meterStart: "full" }],
    ["a time in the year 9999", { timestamp: "9999-12-31T23:59:59Z" }],
    ["a time that is none", { timestamp: "yesterday" }],
  ])("with %s begins a transaction that is billed by what is metered in it", async (_, change) => {
    const { transactionId } = await ask("1.6", "StartTransaction", start(change));
    expect(transactionId).toBeGreaterThan(0);
    expect(await ask("1.6", "StartTransaction", start(change))).toMatchObject({ transactionId });
    const values = (wh: string, minute: number): Payload => ({
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: later(minute), sampledValue: [{ value: wh }] }],
    });
    await ask("1.6", "MeterValues", values("1000", 1), 1);
    await ask("1.6", "StopTransaction", { transactionId, meterStop: 4_000, timestamp: later(9) }, 9);
    expect(await energy()).toEqual([3]);
  });

  it("on a connector that no station has is kept aside and refused, and the station can go on", async () => {
    for (let turn = 0; turn < 2; turn++)
      expect(await ask("1.6", "StartTransaction", start({ connectorId: 1e9 }))).toEqual({
        transactionId: 0,
        idTagInfo: { status: "Invalid" },
      });
    expect(await store.ledger.quarantined()).toMatchObject([{ event: { evseId: 1e9, idToken: "TAG" } }]);
    await ask("1.6", "StopTransaction", { transactionId: 0, meterStop: 2_000, timestamp: later(9) });
    expect((await ask("1.6", "StartTransaction", start())).transactionId).toBeGreaterThan(0);
    expect(talk.keeper.station("CP1")?.evses.size).toBe(1);
  });
});

it("an OCPP 1.6 stop whose transaction id is text is kept aside as it came", async () => {
  const stop = { transactionId: "mine", meterStop: 2_000, timestamp: later(9) };
  expect(await ask("1.6", "StopTransaction", stop)).toEqual({});
  expect(await store.ledger.quarantined()).toMatchObject([
    { event: { transactionId: "mine", meterWh: 2_000 } },
  ]);
});

it.each(["2.0.1", "2.1"] as const)("OCPP %s events without sense are answered and kept", async (version) => {
  const event = (change: Payload): Payload => ({
    eventType: "Started",
    seqNo: 0,
    timestamp: later(0),
    triggerReason: "CablePluggedIn",
    transactionInfo: { transactionId: "tx" },
    evse: { id: 1 },
    ...change,
  });
  for (const change of [{ seqNo: 1e308 }, { evse: { id: 1e9 } }])
    expect(await ask(version, "TransactionEvent", event({ eventType: "Updated", ...change }))).toEqual({});
  expect(await store.ledger.quarantined()).toHaveLength(2);
  expect(await store.ledger.openSessions()).toEqual([]);
});

it.each(["2.0.1", "2.1"] as const)(
  "OCPP %s: the card that comes after the cable is the session's",
  async (version) => {
    const event = (seqNo: number, triggerReason: string, card: string | null): Payload => ({
      eventType: seqNo === 0 ? "Started" : "Updated",
      seqNo,
      timestamp: later(seqNo),
      triggerReason,
      transactionInfo: { transactionId: "tx" },
      evse: { id: 1 },
      ...(card === null ? {} : { idToken: { idToken: card, type: "ISO14443" } }),
    });
    const cards = async () => (await store.ledger.openSessions()).map(({ idToken }) => idToken);
    await ask(version, "TransactionEvent", event(0, "CablePluggedIn", null));
    await ask(version, "TransactionEvent", event(1, "StopAuthorized", "PASSER-BY"), 1);
    expect(await cards()).toEqual([null]);
    await ask(version, "TransactionEvent", event(2, "Authorized", "MINE"), 2);
    expect(await cards()).toEqual(["MINE"]);
  },
);

describe("power and energy of one moment", () => {
  it("in two messages of OCPP 1.6 both count", async () => {
    const { transactionId } = await ask("1.6", "StartTransaction", start());
    const tell = (sampledValue: Payload) =>
      ask("1.6", "MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: later(0), sampledValue: [sampledValue] }],
      });
    await tell({ value: "7", measurand: "Power.Active.Import", unit: "kW" });
    await tell({ value: "2500" });
    expect(await energy()).toEqual([1.5]);
    expect(talk.keeper.station("CP1")?.evses.get(1)?.sample?.powerKw).toBe(7);
  });

  it("in two meter values of one message of OCPP 2.1 both count", async () => {
    const event = (seqNo: number, sampled: readonly Payload[]): Payload => ({
      eventType: seqNo === 0 ? "Started" : "Updated",
      seqNo,
      timestamp: later(seqNo),
      triggerReason: "MeterValuePeriodic",
      transactionInfo: { transactionId: "tx" },
      evse: { id: 1 },
      ...(sampled.length === 0
        ? {}
        : { meterValue: sampled.map((value) => ({ timestamp: later(seqNo), sampledValue: [value] })) }),
    });
    const power = { value: 7_000, measurand: "Power.Active.Import" };
    await ask("2.1", "TransactionEvent", event(0, [{ value: 1_000 }]), 0);
    await ask("2.1", "TransactionEvent", event(1, [{ value: 2_500 }, power]), 1);
    expect(await energy()).toEqual([1.5]);
    expect(talk.keeper.station("CP1")?.evses.get(1)?.sample).toMatchObject({ powerKw: 7, importedWh: 2_500 });
  });
});

describe("a station that says that its EVSE is free", () => {
  const running = () => talk.keeper.station("CP1")?.evses.get(1)?.session ?? null;

  it("ends what still ran there (1.6), whose late stop then counts", async () => {
    const { transactionId } = await ask("1.6", "StartTransaction", start());
    await ask("1.6", "BootNotification", { chargePointVendor: "V", chargePointModel: "M" }, 5);
    expect(running()).not.toBeNull();
    const status = { connectorId: 1, errorCode: "NoError", status: "Available", timestamp: later(6) };
    await ask("1.6", "StatusNotification", status, 6);
    expect(running()).toBeNull();
    await ask("1.6", "StopTransaction", { transactionId, meterStop: 5_000, timestamp: later(4) }, 7);
    expect(await energy()).toEqual([4]);
    expect(await store.ledger.quarantined()).toEqual([]);
  });

  it.each([
    ["StatusNotification", { timestamp: later(6), connectorStatus: "Available", evseId: 1, connectorId: 1 }],
    [
      "NotifyEvent",
      {
        generatedAt: later(6),
        seqNo: 0,
        eventData: [
          {
            eventId: 1,
            timestamp: later(6),
            trigger: "Delta",
            actualValue: "Available",
            eventNotificationType: "HardWiredNotification",
            component: { name: "Connector", evse: { id: 1, connectorId: 1 } },
            variable: { name: "AvailabilityState" },
          },
        ],
      },
    ],
  ])("ends what still ran there (2.1, %s)", async (action, payload) => {
    const begin = {
      eventType: "Started",
      seqNo: 0,
      timestamp: later(0),
      triggerReason: "CablePluggedIn",
      transactionInfo: { transactionId: "tx" },
      evse: { id: 1 },
    };
    await ask("2.1", "TransactionEvent", begin);
    expect(running()?.transactionId).toBe("tx");
    await ask("2.1", action, payload, 6);
    expect(running()).toBeNull();
    expect(await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
      { endedMs: NOW + 6 * 60_000, endReason: "evse-available" },
    ]);
  });
});

describe("a station that begins with a refused card all the same", () => {
  it.each([
    [
      "1.6",
      "StartTransaction",
      { connectorId: 1, idTag: "X", meterStart: 0, timestamp: later(0) },
      { method: "RemoteStopTransaction", params: { transactionId: 1_000 } },
    ],
    [
      "2.1",
      "TransactionEvent",
      {
        eventType: "Started",
        seqNo: 0,
        timestamp: later(0),
        triggerReason: "Authorized",
        transactionInfo: { transactionId: "tx" },
        idToken: { idToken: "X", type: "ISO14443" },
        evse: { id: 1 },
      },
      { method: "RequestStopTransaction", params: { transactionId: "tx" } },
    ],
  ] as const)("is told to stop after its answer (%s)", async (version, action, payload, told) => {
    const stage = await openStage();
    stage.gateway.standing = "Invalid";
    const client = await stage.connect("CP1", version);
    const calls = answering(client, {});
    await client.call(action, payload);
    await until(() => calls.some(({ method }) => method === told.method));
    expect(calls.at(-1)).toEqual(told);
    expect(stage.gateway.records).toMatchObject([{ authorized: false }]);
    await stage.close();
  });
});

/** Of which nothing is learnt of power, energy or charge. */
const VOLTAGE = { value: "231", measurand: "Voltage" };
const METERED = { timestamp: "2026-01-14T04:00:00Z" };
it.each([
  ["1.6", { connectorId: 77, meterValue: [{ ...METERED, sampledValue: [VOLTAGE] }] }],
  ["2.0.1", { evseId: 77, meterValue: [{ ...METERED, sampledValue: [{ ...VOLTAGE, value: 231 }] }] }],
  ["2.1", { evseId: 77, meterValue: [{ ...METERED, sampledValue: [{ ...VOLTAGE, value: 231 }] }] }],
] as const)(
  "OCPP %s: meter values of an EVSE that no site file names are said, too",
  async (version, values) => {
    const stage = await openStage({ evseElectrics: (_, evseId) => (evseId === 1 ? ELECTRICS : null) });
    const client = await stage.connect("CP1", version);
    answering(client, {});
    await client.call("MeterValues", values);
    const told = { fields: { stationId: "CP1", evseId: 77, place: "sites[].stations[id=CP1].evses" } };
    expect(stage.lines.filter(({ message }) => message.includes("no site file"))).toMatchObject([told]);
    await stage.close();
  },
);

const ELECTRICS = { voltageV: 230, phases: 3 } as const;

it("an EVSE that no site file names is said once, with the place and what to do", async () => {
  const stage = await openStage({
    evseElectrics: (_, evseId) => (evseId === 1 ? { voltageV: 230, phases: 3 } : null),
  });
  const client = await stage.connect("CP1", "1.6");
  answering(client, {});
  for (const connectorId of [0, 1, 2, 2])
    await client.call("StatusNotification", { connectorId, errorCode: "NoError", status: "Charging" });
  const lines = stage.lines.filter(({ message }) => message.includes("no site file"));
  expect(lines).toMatchObject([
    { level: "warn", fields: { stationId: "CP1", evseId: 2, place: "sites[].stations[id=CP1].evses" } },
  ]);
  await stage.close();
});
