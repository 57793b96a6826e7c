import { describe, expect, it } from "vitest";
import type { FleetEvent } from "../../src/domain/fleet.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";
import { codec as v201 } from "../../src/ocpp/v201/codec.js";
import type { Payload } from "../../src/ocpp/wire.js";
import { createStationMemory, type InboundContext } from "../../src/ocpp/common/codec.js";
import { contextOf, NOW } from "./talk.js";

const VERSIONS = { "2.0.1": v201, "2.1": v21 } as const;

interface Heard {
  readonly reports: readonly FleetEvent[];
  readonly news: readonly StationNews[];
  readonly answer: Payload;
}

/** What a message means, without a socket. */
const hear = (
  version: keyof typeof VERSIONS,
  action: string,
  payload: Payload,
  over: Partial<InboundContext> = {},
): Heard => {
  const meaning = VERSIONS[version].inbound.get(action)?.(payload, contextOf(over));
  if (meaning === undefined) throw new Error(`${action} is not known`);
  return {
    reports: meaning.reports ?? [],
    news: meaning.news ?? [],
    answer: meaning.answer({ recorded: [], authorization: null }),
  };
};

const limits = (heard: Heard) => heard.reports.map((event) => ("limit" in event ? event.limit : event.kind));

describe.each(["2.0.1", "2.1"] as const)("a limit from outside, OCPP %s", (version) => {
  const told = (over: Payload): Heard => hear(version, "NotifyChargingLimit", { ...EMS, ...over });
  const EMS: Payload = { chargingLimit: { chargingLimitSource: "EMS" } };
  const schedule = (chargingRateUnit: string, ...periods: Payload[]): Payload => ({
    chargingSchedule: [{ id: 1, chargingRateUnit, duration: 3_600, chargingSchedulePeriod: periods }],
  });

  it("is in watts or amperes of the phases told, for the station or an EVSE", () => {
    const step = (kw: number, after = 0) => ({ startMs: NOW + after, chargeKw: kw, dischargeKw: null });
    const head = { source: "EMS", sinceMs: NOW, endMs: NOW + 3_600_000 };
    expect(
      limits(told(schedule("W", { startPeriod: 0, limit: 7_000 }, { startPeriod: 60, limit: 0 }))),
    ).toEqual([{ evseId: 0, ...head, steps: [step(7), step(0, 60_000)] }]);
    expect(
      limits(told({ evseId: 2, ...schedule("A", { startPeriod: 0, limit: 10, numberPhases: 1 }) })),
    ).toEqual([{ evseId: 2, ...head, steps: [step(2.3)] }]);
  });

  it.each<[string, Payload]>([
    ["without a schedule", {}],
    ["with an empty one", { chargingSchedule: [] }],
    ["of an EVSE that cannot be", { evseId: -4 }],
  ])("is kept %s: how much it leaves is not known", (_name, over) => {
    expect(limits(told(over))).toEqual([
      { evseId: 0, source: "EMS", steps: null, endMs: null, sinceMs: NOW },
    ]);
  });

  it("is gone where its source says so, at one EVSE or all", () => {
    const cleared = (payload: Payload) => hear(version, "ClearedChargingLimit", payload).reports;
    const event = { kind: "outside-limit-cleared", stationId: "CP1", atMs: NOW };
    expect(cleared({ chargingLimitSource: "SO" })).toEqual([
      { ...event, limited: { evseId: null, source: "SO" } },
    ]);
    expect(cleared({ chargingLimitSource: "SO", evseId: 2 })).toEqual([
      { ...event, limited: { evseId: 2, source: "SO" } },
    ]);
  });
});

describe("a limit of OCPP 2.1", () => {
  it.each<[string, Payload, number | null, number | null]>([
    ["bounds discharge too", { limit: 4_000, dischargeLimit: -3_000 }, 4, 3],
    ["a setpoint is both bounds", { operationMode: "ExternalSetpoint", setpoint: -5_000 }, 0, 5],
    ["Idle leaves nothing", { operationMode: "Idle" }, 0, 0],
    ["a limit with a wrong sign leaves nothing", { limit: -4_000 }, 0, null],
  ])("%s", (_name, period, chargeKw, dischargeKw) => {
    const chargingSchedule = [
      { id: 1, chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, ...period }] },
    ];
    const heard = hear("2.1", "NotifyChargingLimit", {
      chargingLimit: { chargingLimitSource: "SO" },
      chargingSchedule,
    });
    expect(limits(heard)).toMatchObject([{ steps: [{ chargeKw, dischargeKw }], endMs: null }]);
  });
});

describe("what a car tells of its needs", () => {
  const needs = (chargingNeeds: Payload, over: Payload = {}) => {
    const heard = hear("2.1", "NotifyEVChargingNeeds", { evseId: 1, chargingNeeds, ...over });
    expect(heard.answer).toEqual({ status: "Accepted" });
    return heard.reports.map((event) => (event.kind === "needs" ? event.needs : event.kind));
  };
  const BPT = { requestedEnergyTransfer: "AC_BPT", departureTime: "2026-11-03T06:00:00Z" };
  const limitsOfCar = { maxChargePower: 11_000, maxDischargePower: 8_000 };

  it("only by ISO 15118-20 is a window within which it may be charged and discharged", () => {
    const v2x = { evTargetEnergyRequest: 20_000, evMaxEnergyRequest: 30_000, evMinV2XEnergyRequest: -15_000 };
    expect(needs({ ...BPT, v2xChargingParameters: { ...limitsOfCar, ...v2x } })).toEqual([
      {
        departureMs: Date.parse("2026-11-03T06:00:00Z"),
        energyNeedKwh: 20,
        capacityKwh: 45,
        energyKwh: 15,
        maxChargeKw: 11,
        maxDischargeKw: 8,
        reserveKwh: 0,
        isWindow: true,
        transfers: ["AC_BPT"],
      },
    ]);
  });

  it.each<[string, Payload, object]>([
    [
      "a charge below its range is charged up first",
      { evMaxEnergyRequest: 30_000, evMinV2XEnergyRequest: 4_000 },
      { capacityKwh: 30, energyKwh: 0, reserveKwh: 4 },
    ],
    [
      "with a lowest charge for itself and another for the grid",
      { evMaxEnergyRequest: 30_000, evMinEnergyRequest: -20_000, evMinV2XEnergyRequest: -10_000 },
      { capacityKwh: 50, energyKwh: 20, reserveKwh: 10 },
    ],
    [
      "without a lowest charge it is not discharged below the present one",
      { evTargetEnergyRequest: 12_000 },
      { capacityKwh: 12, energyKwh: 0, reserveKwh: null },
    ],
    ["without energies there is no window", {}, { capacityKwh: null, energyKwh: null, reserveKwh: null }],
    [
      "energies that cannot be give no window",
      { evMaxEnergyRequest: -5_000 },
      { capacityKwh: null, energyKwh: null },
    ],
  ])("%s", (_name, v2x, expected) => {
    expect(needs({ ...BPT, v2xChargingParameters: { ...limitsOfCar, ...v2x } })).toMatchObject([expected]);
  });

  it("with size and charge of the battery goes by these", () => {
    const dc = { evMaxCurrent: 32, evMaxVoltage: 400, evEnergyCapacity: 60_000, stateOfCharge: 50 };
    const [told] = needs(
      {
        ...BPT,
        availableEnergyTransfer: ["AC_BPT", "AC_three_phase"],
        dcChargingParameters: dc,
        v2xChargingParameters: { ...limitsOfCar, targetSoC: 80, evMinEnergyRequest: -12_000 },
      },
      { maxScheduleTuples: 12 },
    );
    expect(told).toMatchObject({ capacityKwh: 60, energyKwh: 30, energyNeedKwh: 18, reserveKwh: 18 });
    expect(told).toMatchObject({ maxPeriods: 12, transfers: ["AC_BPT", "AC_three_phase"] });
    expect(told).not.toHaveProperty("isWindow");
  });

  it.each<[string, Payload]>([
    ["nothing in them", {}],
    ["an EVSE that cannot be", { evseId: 99_999 }],
  ])("is answered Accepted with %s: the station would end the transaction else", (_name, over) => {
    expect(hear("2.1", "NotifyEVChargingNeeds", { evseId: 1, ...over }).answer).toEqual({
      status: "Accepted",
    });
  });
});

describe("a car's own schedule", () => {
  it("is told to the fleet with its periods, from its time base", () => {
    const heard = hear("2.1", "NotifyEVChargingSchedule", {
      timeBase: "2026-11-02T18:10:00Z",
      evseId: 1,
      chargingSchedule: {
        id: 3,
        chargingRateUnit: "A",
        duration: 1_800,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }],
      },
    });
    const startMs = NOW + 600_000;
    expect(heard.answer).toEqual({ status: "Accepted" });
    expect(heard.reports).toEqual([
      {
        kind: "car-schedule",
        stationId: "CP1",
        evseId: 1,
        atMs: NOW,
        schedule: { steps: [{ startMs, chargeKw: 5.52, dischargeKw: null }], endMs: startMs + 1_800_000 },
      },
    ]);
  });

  it("without periods changes nothing", () => {
    const chargingSchedule = { id: 3, chargingRateUnit: "W", chargingSchedulePeriod: [] };
    expect(hear("2.1", "NotifyEVChargingSchedule", { evseId: 1, chargingSchedule }).reports).toEqual([]);
  });
});

describe("priority charging that the driver pressed", () => {
  const press = (payload: Payload) =>
    hear("2.1", "NotifyPriorityCharging", payload, { evseOf: (id) => (id === "tx" ? 2 : null) });

  it.each([true, false])("is told to the fleet: %s", (activated) => {
    expect(press({ transactionId: "tx", activated }).reports).toEqual([
      { kind: "priority", stationId: "CP1", evseId: 2, atMs: NOW, transactionId: "tx", active: activated },
    ]);
  });

  it("of a transaction that nobody knows is answered, and nothing follows", () => {
    expect(press({ transactionId: "other", activated: true })).toEqual({ reports: [], news: [], answer: {} });
  });
});

describe("the grid's controls, as a station tells them", () => {
  it("are kept part by part, each kind where OCPP puts it", () => {
    const { news } = hear("2.1", "ReportDERControl", {
      requestId: 4,
      tbc: true,
      curve: [{ id: "c", curve: { priority: 1 }, curveType: "VoltVar", isDefault: true, isSuperseded: true }],
      gradient: [{ id: "g", gradient: { priority: 0, gradient: 5, softGradient: 3 } }],
      limitMaxDischarge: [
        { id: "l", isDefault: false, isSuperseded: false, limitMaxDischarge: { priority: 2 } },
      ],
    });
    expect(news).toMatchObject([
      {
        kind: "der-reported",
        more: true,
        controls: [
          { controlId: "c", controlType: "VoltVar", isDefault: true, isSuperseded: true },
          { controlId: "g", controlType: "Gradients", isDefault: null, parameters: { softGradient: 3 } },
          { controlId: "l", controlType: "LimitMaxDischarge", parameters: { priority: 2 } },
        ],
      },
    ]);
  });

  it("begin and end for the plan and for the file", () => {
    const payload = { controlId: "l", started: true, timestamp: "x", supersededIds: ["k", 7] };
    const heard = hear("2.1", "NotifyDERStartStop", payload);
    const event = { stationId: "CP1", atMs: NOW, controlId: "l", started: true, supersededIds: ["k"] };
    expect(heard.reports).toEqual([{ kind: "der-control", ...event }]);
    expect(heard.news).toEqual([{ kind: "der-switched", ...event }]);
  });

  it.each<[Payload, string, string]>([
    [{ controlType: "HVMustTrip", gridEventFault: "OverVoltage" }, "HVMustTrip", "OverVoltage"],
    [{ controlType: "HVMustTrip", alarmEnded: true, extraInfo: "back" }, "HVMustTrip", "ended · back"],
    [{ controlType: "Unheard" }, "unknown", ""],
  ])("raise an alarm: %j", (payload, type, detail) => {
    const { news } = hear("2.1", "NotifyDERAlarm", { timestamp: "2026-11-02T17:59:00Z", ...payload });
    expect(news).toMatchObject([{ kind: "event", event: { topic: "grid", type, detail } }]);
  });
});

describe("batteries of a swap station", () => {
  const swap = (over: Payload) =>
    hear("2.1", "BatterySwap", { eventType: "BatteryIn", requestId: 5, batteryData: [battery], ...over })
      .news;
  const battery = { evseId: 3, serialNumber: "B-17", soC: 88, soH: 97 };

  it("are put in, taken out, or left", () => {
    const kept = { evseId: 3, serialNumber: "B-17", socPercent: 88, sohPercent: 97 };
    expect(swap({})).toMatchObject([{ kind: "battery-swap", event: "in", requestId: 5, batteries: [kept] }]);
    expect(swap({ eventType: "BatteryOut" })).toMatchObject([{ event: "out" }]);
    expect(swap({ eventType: "BatteryOutTimeout" })).toMatchObject([{ event: "out-timeout" }]);
  });

  it.each<[string, Payload, object[]]>([
    ["no event that is known", { eventType: "Shaken" }, []],
    ["no batteries", { batteryData: undefined }, [{ batteries: [] }]],
    ["no serial number", { batteryData: [{ ...battery, serialNumber: "" }] }, [{ batteries: [] }]],
    [
      "a charge that cannot be",
      { batteryData: [{ ...battery, soC: 240, soH: -1 }] },
      [{ batteries: [{ socPercent: null, sohPercent: null }] }],
    ],
  ])("with %s", (_name, over, expected) => expect(swap(over)).toMatchObject(expected));
});

describe("a stream of values", () => {
  const memory = createStationMemory();
  const say = (action: string, payload: Payload) => hear("2.1", action, payload, { memory });
  const open = (id: number, variableMonitoringId: number) =>
    say("OpenPeriodicEventStream", { constantStreamData: { id, variableMonitoringId, params: {} } }).answer;
  const values = (id: number, ...data: Payload[]) =>
    say("NotifyPeriodicEventStream", { id, pending: 0, basetime: "2026-11-02T17:59:00Z", data }).reports.map(
      (event) => (event.kind === "sampled" ? [event.evseId, event.sample] : event.kind),
    );
  const monitor = (variable: string, evseId: number, id: number): Payload => ({
    component: { name: "EVSE", evse: { id: evseId } },
    variable: { name: variable },
    variableMonitoring: [{ id }],
  });

  it("is a meter's once its monitor is known, and nothing before, after, or of another variable", () => {
    expect(open(1, 11)).toEqual({ status: "Accepted" });
    expect(values(1, { t: 0, v: "5000" })).toEqual([]);
    say("NotifyMonitoringReport", { monitor: [monitor("Power", 2, 11), monitor("Temperature", 2, 12)] });
    expect(values(1, { t: 1, v: "5000" }, { t: 2.5, v: "-3000" }, { t: 3, v: "hot" })).toMatchObject([
      [2, { atMs: NOW - 59_000, powerKw: 5 }],
      [2, { atMs: NOW - 57_500, powerKw: -3 }],
    ]);
    open(2, 12);
    expect(values(2, { t: 0, v: "40" })).toEqual([]);
    expect(values(77, { t: 0, v: "1" })).toEqual([]);
    say("ClosePeriodicEventStream", { id: 1 });
    expect(values(1, { t: 1, v: "5000" })).toEqual([]);
  });

  it("tells registers and charge too, as an event named its monitor", () => {
    say("NotifyEvent", {
      eventData: [
        {
          component: { name: "FiscalMetering", evse: { id: 1 } },
          variable: { name: "Energy.Active.Import.Register" },
          variableMonitoringId: 21,
        },
      ],
    });
    open(5, 21);
    expect(values(5, { t: 0, v: "12345" })).toMatchObject([[1, { importedWh: 12_345 }]]);
  });

  it("is refused beyond what a station may have open, and without its ids", () => {
    for (let id = 100; id < 200; id += 1) open(id, id);
    expect(open(300, 300)).toEqual({ status: "Rejected" });
    expect(memory.streams.size).toBe(64);
    expect(open(120, 120)).toEqual({ status: "Accepted" });
    expect(say("OpenPeriodicEventStream", {}).answer).toEqual({ status: "Rejected" });
  });
});
