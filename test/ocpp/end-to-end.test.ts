import { afterEach, describe, expect, it } from "vitest";
import type { Schedule } from "../../src/domain/schedule.js";
import { answering, openStage, type Stage, toldVariable, until } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const T0 = Date.parse("2026-11-02T12:00:00Z");
const quarter = 900_000;
const schedule = (over: Partial<Schedule>): Schedule => ({
  purpose: "session",
  stationId: "CP1",
  evseId: 1,
  transactionId: "1000",
  unit: "A",
  phases: 3,
  startMs: T0,
  endMs: T0 + 2 * quarter,
  periods: [
    { startMs: T0, mode: "charge-limit", value: 16, powerKw: 11.04 },
    { startMs: T0 + quarter, mode: "charge-limit", value: 0, powerKw: 0 },
  ],
  ...over,
});

const register = (value: number, powerW: number): object => ({
  meterValue: [
    {
      timestamp: new Date().toISOString(),
      sampledValue: [
        { value, measurand: "Energy.Active.Import.Register", unitOfMeasure: { unit: "Wh" } },
        {
          value: 0.25,
          measurand: "Energy.Active.Export.Register",
          unitOfMeasure: { unit: "Wh", multiplier: 3 },
        },
        { value: powerW / 1000, measurand: "Power.Active.Export", unitOfMeasure: { unit: "kW" } },
      ],
    },
  ],
});

describe("one station of each version from boot to profile and back", () => {
  it("OCPP 1.6", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "1.6");
    const calls = answering(client, {
      GetConfiguration: () => ({
        configurationKey: [
          { key: "ChargingScheduleMaxPeriods", readonly: true, value: "6" },
          { key: "ChargeProfileMaxStackLevel", readonly: true, value: "3" },
        ],
      }),
      GetCompositeSchedule: () => ({
        status: "Accepted",
        connectorId: 1,
        scheduleStart: new Date(T0).toISOString(),
        chargingSchedule: {
          chargingRateUnit: "A",
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
        },
      }),
    });
    const boot = await client.call("BootNotification", {
      chargePointVendor: "Acme",
      chargePointModel: "One",
    });
    expect(boot).toMatchObject({ status: "Accepted" });
    await until(() => stage.gateway.kinds().includes("capabilities"));
    await client.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" });
    const started = await client.call("StartTransaction", {
      connectorId: 1,
      idTag: "TAG",
      meterStart: 500,
      timestamp: new Date(T0).toISOString(),
    });
    expect(started).toEqual({ transactionId: 1000, idTagInfo: { status: "Accepted" } });
    await client.call("MeterValues", {
      connectorId: 1,
      transactionId: 1000,
      meterValue: [
        {
          timestamp: new Date().toISOString(),
          sampledValue: [
            { value: "0.9", measurand: "Energy.Active.Import.Register", unit: "kWh" },
            { value: "7360", measurand: "Power.Active.Import", unit: "W" },
            { value: "42", measurand: "SoC", unit: "Percent" },
          ],
        },
      ],
    });
    expect(await stage.central.link.send("CP1", { kind: "set-schedule", schedule: schedule({}) })).toEqual({
      status: "accepted",
    });
    const composite = await stage.central.link.send("CP1", {
      kind: "get-composite",
      evseId: 1,
      durationS: 900,
    });
    expect(composite).toEqual({ status: "accepted", composite: [{ startMs: T0, powerKw: 11.04 }] });
    await client.call("StopTransaction", {
      transactionId: 1000,
      meterStop: 2_500,
      timestamp: new Date(T0 + quarter).toISOString(),
    });
    expect(stage.central.idle()).toBe(true);

    expect(stage.gateway.kinds()).toEqual(["connected", "booted", "capabilities", "status"]);
    expect(stage.gateway.reports[2]).toMatchObject({
      capabilities: { rateUnit: "A", maxPeriods: 6, maxStackLevel: 3, dischargeSetpoint: false },
    });
    expect(stage.gateway.records).toMatchObject([
      { kind: "transaction-started", evseId: 1, transactionId: null, idToken: "TAG", meterWh: 500 },
      {
        kind: "transaction-updated",
        transactionId: "1000",
        sample: { powerKw: 7.36, importedWh: 900, socPercent: 42 },
      },
      { kind: "transaction-ended", transactionId: "1000", meterWh: 2_500 },
    ]);
    expect(calls.map((call) => call.method)).toEqual([
      "GetConfiguration",
      "SetChargingProfile",
      "GetCompositeSchedule",
    ]);
  });

  it.each(["2.0.1", "2.1"] as const)("OCPP %s", async (version) => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    const calls = answering(client, {
      GetVariables: () => ({
        getVariableResult: [
          toldVariable("SmartChargingCtrlr", "RateUnit", "A,W"),
          toldVariable("SmartChargingCtrlr", "ProfileStackLevel", "4"),
          toldVariable("V2XChargingCtrlr", "Enabled", "true"),
          toldVariable("V2XChargingCtrlr", "SupportedOperationModes", "ChargingOnly,CentralSetpoint"),
        ],
      }),
    });
    await client.call("BootNotification", {
      reason: "PowerUp",
      chargingStation: { vendorName: "Acme", model: "Two" },
    });
    const event = (eventType: string, seqNo: number, more: object): Promise<unknown> =>
      client.call("TransactionEvent", {
        eventType,
        seqNo,
        timestamp: new Date(T0 + seqNo).toISOString(),
        triggerReason: "MeterValuePeriodic",
        transactionInfo: { transactionId: "tx-1" },
        ...more,
      });
    const answer = await event("Started", 0, {
      evse: { id: 2, connectorId: 1 },
      idToken: { idToken: "CARD", type: "ISO14443" },
      ...register(1_000, 0),
    });
    expect(answer).toEqual({ idTokenInfo: { status: "Accepted" } });
    expect(await event("Updated", 1, register(1_000, 5_000))).toEqual({});
    await until(() => stage.gateway.kinds().includes("capabilities"));
    const outcome = await stage.central.link.send("CP1", {
      kind: "set-schedule",
      schedule: schedule({
        evseId: 2,
        transactionId: "tx-1",
        ...(version === "2.1"
          ? { unit: "W", periods: [{ startMs: T0, mode: "setpoint", value: -5_000, powerKw: -5 }] }
          : {}),
      }),
    });
    expect(outcome).toEqual({ status: "accepted" });
    await event("Ended", 2, register(1_500, 0));

    expect(stage.gateway.records).toMatchObject([
      {
        kind: "transaction-started",
        evseId: 2,
        transactionId: "tx-1",
        seqNo: 0,
        idToken: "CARD",
        meterWh: 1_000,
      },
      { kind: "transaction-updated", evseId: 2, sample: { powerKw: -5, importedWh: 1_000, exportedWh: 250 } },
      { kind: "transaction-ended", evseId: 2, meterWh: 1_500, exportedWh: 250 },
    ]);
    expect(stage.gateway.reports.at(-1)).toMatchObject({
      kind: "capabilities",
      capabilities: { rateUnit: "A", maxStackLevel: 4, dischargeSetpoint: version === "2.1" },
    });
    expect(calls.at(-1)?.method).toBe("SetChargingProfile");
    expect(stage.lines.filter((line) => line.level !== "info")).toEqual([]);
  });
});
