import { afterEach, describe, expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createDirectFleet } from "../../sims/station/direct.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { powerKw } from "../../sims/station/model.js";
import { listOf, type Payload } from "../../sims/station/wire/words.js";
import { listener } from "./direct-run.js";
import type { Received } from "./tiny-server.js";
import { HOUR, NOON } from "../fixtures/visits.js";
import { KINDS, MINUTE, settled, startWire, STATIONS, stopWire, visitAt } from "./wire-stage.js";

afterEach(stopWire);

/** Plug in, sample, cut off for a while, sample, leave: the same for both ways. */
const session = async (clock: VirtualClock, under: SimFleet): Promise<void> => {
  const all = [...under.stations.values()];
  for (const station of all) station.plug(visitAt(station.id));
  for (const minute of [7, 23, 41, 60]) {
    clock.after(minute * MINUTE - (clock.now() - NOON), () => {
      for (const station of all) station.sample("periodic");
    });
  }
  clock.after(30 * MINUTE, () => all.forEach((station) => station.cutOff()));
  clock.after(50 * MINUTE, () => all.forEach((station) => station.restore()));
  clock.after(90 * MINUTE, () => all.forEach((station) => station.unplug()));
  await settled(clock, under, NOON + 2 * HOUR);
};

type Numbers = readonly (string | number | null)[];

const fromDirect = (event: TransactionEvent): Numbers => {
  const time = event.stationTimeMs - NOON;
  if (event.kind === "transaction-started") return ["started", time, event.seqNo, event.meterWh];
  if (event.kind === "transaction-ended")
    return ["ended", time, event.seqNo, event.meterWh, event.exportedWh];
  const { powerKw: power, importedWh, exportedWh, socPercent } = event.sample ?? {};
  return [
    "updated",
    time,
    event.seqNo,
    power ?? null,
    importedWh ?? null,
    exportedWh ?? null,
    socPercent ?? null,
  ];
};

/** The numbers of a wire message, read without our codecs. */
const fromWire = ({ action, payload }: Received): Numbers => {
  const time = Date.parse(String(payload["timestamp"])) - NOON;
  const values = listOf(payload["meterValue"]);
  const sampled = listOf(values[0]?.["sampledValue"]);
  const value = (measurand: string): number | null => {
    const found = sampled.find((each) => each["measurand"] === measurand)?.["value"];
    return found === undefined ? null : Number(found);
  };
  const exported = value("Power.Active.Export") ?? 0;
  const reading = [
    ((value("Power.Active.Import") ?? 0) - exported) / 1000,
    value("Energy.Active.Import.Register"),
    value("Energy.Active.Export.Register"),
    value("SoC"),
  ];
  if (action === "StartTransaction") return ["started", time, null, Number(payload["meterStart"])];
  if (action === "StopTransaction") return ["ended", time, null, Number(payload["meterStop"]), null];
  if (action === "MeterValues")
    return ["updated", Date.parse(String(values[0]?.["timestamp"])) - NOON, null, ...reading];
  const seqNo = Number(payload["seqNo"]);
  if (payload["eventType"] === "Started") return ["started", time, seqNo, reading[1] ?? null];
  if (payload["eventType"] === "Ended") return ["ended", time, seqNo, reading[1] ?? null, reading[2] ?? null];
  return ["updated", time, seqNo, ...reading];
};

const TRANSACTION = ["StartTransaction", "StopTransaction", "MeterValues", "TransactionEvent"];

describe("virtual stations on the wire", () => {
  it("say only what the published schemas allow, with the numbers of direct mode in the same order", async () => {
    const { clock, tiny, wire } = await startWire();
    await session(clock, wire.fleet);
    expect(tiny.invalid).toEqual([]);
    expect(wire.violations()).toEqual([]);

    const directClock = new VirtualClock(NOON);
    const direct = createDirectFleet({ clock: directClock, stations: STATIONS });
    const { heard, gateway } = listener();
    direct.attach(gateway);
    direct.fleet.start();
    await settled(directClock, direct.fleet, NOON);
    await session(directClock, direct.fleet);

    for (const { id } of KINDS) {
      const told = tiny.received.filter(
        ({ identity, action }) => identity === id && TRANSACTION.includes(action),
      );
      const expected = heard.filter(
        (event): event is TransactionEvent => event.stationId === id && event.kind.startsWith("transaction-"),
      );
      expect(expected.length).toBeGreaterThanOrEqual(6);
      expect(told.map(fromWire)).toEqual(expected.map(fromDirect));
    }
  });

  it("follow profiles, tell what they hold, and refuse what they cannot", async () => {
    const { clock, tiny, wire } = await startWire();
    const power = (id: string): number => {
      const model = wire.fleet.stations.get(id)?.model();
      return model === undefined ? Number.NaN : powerKw(model);
    };
    const started = new Date(NOON).toISOString();
    const schedule16 = (limit: number) => ({
      startSchedule: started,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [
        { startPeriod: 0, limit },
        { startPeriod: 1800, limit: 0 },
      ],
    });
    const profile16 = (transactionId: number, limit: number): Payload => ({
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 5,
        transactionId,
        stackLevel: 1,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Absolute",
        chargingSchedule: schedule16(limit),
      },
    });
    const profile2x = (transactionId: string, periods: readonly Payload[]): Payload => ({
      evseId: 1,
      chargingProfile: {
        id: 5,
        stackLevel: 1,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Absolute",
        transactionId,
        chargingSchedule: [
          { id: 1, startSchedule: started, chargingRateUnit: "W", chargingSchedulePeriod: periods },
        ],
      },
    });
    expect(await tiny.call("old-16", "SetChargingProfile", profile16(1, 10))).toEqual({ status: "Rejected" });

    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    await settled(clock, wire.fleet, NOON);
    const idOf = (id: string): string => wire.fleet.stations.get(id)?.model().transaction?.localId ?? "";

    expect(await tiny.call("old-16", "SetChargingProfile", profile16(99, 10))).toEqual({
      status: "Rejected",
    });
    expect(await tiny.call("old-16", "SetChargingProfile", profile16(1, 10))).toEqual({ status: "Accepted" });
    expect(power("old-16")).toBeCloseTo(2.2, 9);
    const limit = [{ startPeriod: 0, limit: 3000 }];
    expect(await tiny.call("mid-201", "SetChargingProfile", profile2x(idOf("mid-201"), limit))).toMatchObject(
      {
        status: "Accepted",
      },
    );
    expect(power("mid-201")).toBeCloseTo(3, 9);
    const sell = [
      { startPeriod: 0, operationMode: "CentralSetpoint", setpoint: -4000 },
      { startPeriod: 900, operationMode: "Idle" },
      { startPeriod: 1800, operationMode: "ChargingOnly", limit: 5000 },
    ];
    expect(await tiny.call("new-21", "SetChargingProfile", profile2x(idOf("new-21"), sell))).toMatchObject({
      status: "Rejected",
    });
    expect(await tiny.call("v2g-21", "SetChargingProfile", profile2x(idOf("v2g-21"), sell))).toEqual({
      status: "Accepted",
    });
    expect(power("v2g-21")).toBeCloseTo(-4, 9);

    const composite = await tiny.call("v2g-21", "GetCompositeSchedule", { evseId: 1, duration: 3600 });
    expect(composite).toMatchObject({
      status: "Accepted",
      schedule: {
        chargingRateUnit: "W",
        chargingSchedulePeriod: [
          { startPeriod: 0, setpoint: -4000 },
          { startPeriod: 900, limit: 0 },
          { startPeriod: 1800, limit: 5000 },
        ],
      },
    });
    expect(
      await tiny.call("old-16", "GetCompositeSchedule", { connectorId: 1, duration: 3600 }),
    ).toMatchObject({
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 10 },
          { startPeriod: 1800, limit: 0 },
        ],
      },
    });

    await settled(clock, wire.fleet, NOON + 20 * MINUTE);
    expect(power("v2g-21")).toBe(0);
    expect(await tiny.call("old-16", "ClearChargingProfile", { id: 5 })).toEqual({ status: "Accepted" });
    expect(await tiny.call("old-16", "ClearChargingProfile", { id: 5 })).toEqual({ status: "Unknown" });
    expect(power("old-16")).toBeCloseTo(7.04, 9);
    expect(await tiny.call("old-16", "RemoteStopTransaction", { transactionId: 1 })).toEqual({
      status: "Accepted",
    });
    expect(await tiny.call("mid-201", "RequestStopTransaction", { transactionId: idOf("mid-201") })).toEqual({
      status: "Accepted",
    });
    expect([power("old-16"), power("mid-201")]).toEqual([0, 0]);
    expect(await tiny.call("old-16", "CancelReservation", { reservationId: 1 })).toEqual({
      status: "Rejected",
    });
    await settled(clock, wire.fleet, NOON + HOUR);
    expect(tiny.invalid).toEqual([]);
  });

  it("tell their abilities and keep what is set", async () => {
    const { tiny } = await startWire();
    const keys = { key: ["ChargingScheduleMaxPeriods", "Nonsense"] };
    expect(await tiny.call("old-16", "GetConfiguration", keys)).toEqual({
      configurationKey: [{ key: "ChargingScheduleMaxPeriods", readonly: true, value: "128" }],
      unknownKey: ["Nonsense"],
    });
    const interval = { key: "HeartbeatInterval", value: "60" };
    expect(await tiny.call("old-16", "ChangeConfiguration", interval)).toEqual({ status: "Accepted" });
    expect(await tiny.call("old-16", "GetConfiguration", { key: ["HeartbeatInterval"] })).toMatchObject({
      configurationKey: [{ value: "60" }],
    });
    const enabled = { component: { name: "V2XChargingCtrlr" }, variable: { name: "Enabled" } };
    const ask = (id: string) => tiny.call(id, "GetVariables", { getVariableData: [enabled] });
    expect(await ask("v2g-21")).toMatchObject({ getVariableResult: [{ attributeValue: "true" }] });
    expect(await ask("new-21")).toMatchObject({
      getVariableResult: [{ attributeStatus: "UnknownComponent" }],
    });
    expect(tiny.invalid).toEqual([]);
  });

  it("send a transaction message again, word for word, when its answer was lost", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(0, 2));
    const hungUp = new Set<string>();
    tiny.whim = ({ identity, action, payload }) => {
      const isStart = action === "StartTransaction" || payload["eventType"] === "Started";
      if (!isStart || hungUp.has(identity)) return "answer";
      hungUp.add(identity);
      return "hang-up";
    };
    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    clock.after(30 * MINUTE, () => wire.fleet.stations.forEach((station) => station.unplug()));
    await settled(clock, wire.fleet, NOON + HOUR);
    expect(hungUp.size).toBe(2);
    for (const id of ["old-16", "mid-201"]) {
      const starts = tiny.received.filter(
        ({ identity, action, payload }) =>
          identity === id && (action === "StartTransaction" || payload["eventType"] === "Started"),
      );
      expect(starts.length).toBe(2);
      expect(starts[1]?.payload).toEqual(starts[0]?.payload);
    }
    const stop = tiny.received.find(({ action }) => action === "StopTransaction");
    expect(stop?.payload["transactionId"]).toBe(1);
  });

  it("keep trying while they are refused, and boot once", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(0, 1), (each) => {
      each.password = "another-password-now";
    });
    expect(tiny.connected().size).toBe(0);
    tiny.password = "a-long-enough-password";
    await settled(clock, wire.fleet, NOON + MINUTE);
    expect([...tiny.connected()]).toEqual(["old-16"]);
    wire.fleet.stations.get("old-16")?.cutOff();
    await settled(clock, wire.fleet, NOON + 2 * MINUTE);
    expect(tiny.connected().size).toBe(0);
    wire.fleet.stations.get("old-16")?.restore();
    await settled(clock, wire.fleet, NOON + 3 * MINUTE);
    expect([...tiny.connected()]).toEqual(["old-16"]);
    expect(tiny.received.filter(({ action }) => action === "BootNotification").length).toBe(1);
    expect(await tiny.call("old-16", "TriggerMessage", { requestedMessage: "BootNotification" })).toEqual({
      status: "Rejected",
    });
  });
});
