import { afterEach, describe, expect, it } from "vitest";
import type { OcppVersion, TransactionEvent } from "../../src/domain/fleet.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { createDirectFleet } from "../../sims/station/direct.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { powerKw } from "../../sims/station/model.js";
import { createWireFleet } from "../../sims/station/wire/fleet.js";
import { listOf, type Payload } from "../../sims/station/wire/words.js";
import type { Visit } from "../../sims/world/visit.js";
import { listener } from "./direct-run.js";
import { type Received, startTinyServer, type TinyServer } from "./tiny-server.js";
import { BIDIRECTIONAL, carOf, EVSE, HOUR, NOON, visitOf } from "../fixtures/visits.js";

const MINUTE = 60_000;

const KINDS: readonly { id: string; version: OcppVersion; evse: EvseConfig }[] = [
  { id: "old-16", version: "1.6", evse: EVSE },
  { id: "mid-201", version: "2.0.1", evse: EVSE },
  { id: "new-21", version: "2.1", evse: EVSE },
  { id: "v2g-21", version: "2.1", evse: BIDIRECTIONAL },
];
const STATIONS = KINDS.map(({ id, version, evse }) => ({ stationId: id, version, evse, atMs: NOON }));

const visitAt = (id: string): Visit =>
  visitOf({ stationId: id, car: carOf({ maxDischargeKw: id === "v2g-21" ? 6 : 0 }) });

let server: TinyServer | null = null;
let fleet: SimFleet | null = null;
afterEach(async () => {
  await fleet?.stop();
  await server?.close();
});

const settled = async (clock: VirtualClock, under: SimFleet, untilMs: number): Promise<void> =>
  runLockStep({ clock, untilMs, idle: () => under.idle(), busy: () => under.busy(), patienceMs: 10_000 });

const startWire = async (stations = STATIONS, prepare: (tiny: TinyServer) => void = () => undefined) => {
  const clock = new VirtualClock(NOON);
  const tiny = await startTinyServer();
  prepare(tiny);
  const wire = createWireFleet({
    clock,
    stations,
    endpoint: `${tiny.endpoint}/`,
    password: () => "a-long-enough-password",
    connectedAtServer: () => tiny.connected(),
  });
  server = tiny;
  fleet = wire.fleet;
  wire.fleet.start();
  await settled(clock, wire.fleet, NOON);
  return { clock, tiny, wire };
};

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
      error: "NotImplemented",
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

  it("reset, go out of service and back, and keep the plug of a transaction", async () => {
    const { clock, tiny, wire } = await startWire();
    const of16 = (id: string): boolean => id === "old-16";
    const ids = STATIONS.map(({ stationId }) => stationId);
    const all = (action: string, in16: object, in2x: object) =>
      Promise.all(ids.map((id) => tiny.call(id, action, { ...(of16(id) ? in16 : in2x) })));
    const told = (action: string): number => tiny.received.filter((one) => one.action === action).length;
    const statuses = (): unknown[] =>
      ids.map((id) => {
        const last = tiny.received.findLast(
          (one) => one.identity === id && one.action === "StatusNotification",
        );
        return last?.payload["connectorStatus"] ?? last?.payload["status"];
      });
    const accepted = ids.map(() => ({ status: "Accepted" }));

    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    await settled(clock, wire.fleet, NOON + MINUTE);
    expect(await all("UnlockConnector", { connectorId: 1 }, { evseId: 1, connectorId: 1 })).toEqual(
      ids.map((id) => ({ status: of16(id) ? "UnlockFailed" : "OngoingAuthorizedTransaction" })),
    );
    expect(told("BootNotification")).toBe(4);
    expect(await all("Reset", { type: "Hard" }, { type: "Immediate" })).toEqual(accepted);
    await settled(clock, wire.fleet, NOON + 3 * MINUTE);
    // They are off for some seconds, boot, and ask for their cars again.
    expect(told("BootNotification")).toBe(8);
    expect(told("Authorize")).toBe(8);
    const ended = tiny.received.filter(
      ({ action, payload }) => action === "StopTransaction" || payload["eventType"] === "Ended",
    );
    expect(ended).toHaveLength(4);

    const out = [{ connectorId: 0, type: "Inoperative" }, { operationalStatus: "Inoperative" }] as const;
    expect(await all("ChangeAvailability", ...out)).toEqual(ids.map(() => ({ status: "Scheduled" })));
    expect(statuses()).not.toContain("Unavailable");
    for (const station of wire.fleet.stations.values()) station.unplug();
    await settled(clock, wire.fleet, NOON + 4 * MINUTE);
    expect(statuses()).toEqual(ids.map(() => "Unavailable"));
    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    await settled(clock, wire.fleet, NOON + 5 * MINUTE);
    expect(wire.fleet.stations.get("mid-201")?.model().transaction).toBeNull();
    const back = [{ connectorId: 0, type: "Operative" }, { operationalStatus: "Operative" }] as const;
    expect(await all("ChangeAvailability", ...back)).toEqual(accepted);
    expect(await all("UnlockConnector", { connectorId: 1 }, { evseId: 1, connectorId: 1 })).toEqual(
      ids.map(() => ({ status: "Unlocked" })),
    );
    await settled(clock, wire.fleet, NOON + 6 * MINUTE);
    expect(statuses()).not.toContain("Unavailable");
    expect(tiny.invalid).toEqual([]);
  });

  it("wait with a reset until no transaction runs, where they are asked to", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(1, 2));
    const station = wire.fleet.stations.get("mid-201");
    const boots = (): number => tiny.received.filter(({ action }) => action === "BootNotification").length;
    station?.plug(visitAt("mid-201"));
    await settled(clock, wire.fleet, NOON + MINUTE);
    expect(await tiny.call("mid-201", "Reset", { type: "OnIdle" })).toEqual({ status: "Scheduled" });
    await settled(clock, wire.fleet, NOON + 10 * MINUTE);
    expect([boots(), station?.model().transaction === null]).toEqual([1, false]);
    station?.unplug();
    await settled(clock, wire.fleet, NOON + 12 * MINUTE);
    expect([boots(), station?.connected()]).toEqual([2, true]);
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
