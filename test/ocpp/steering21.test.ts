import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it } from "vitest";
import type { Schedule } from "../../src/domain/schedule.js";
import { answering, type Call, openStage, type Stage, toldVariable, until } from "./harness.js";

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const T0 = Date.parse("2026-11-02T18:00:00Z");
const schedule = (over: Partial<Schedule>): Schedule => ({
  purpose: "session",
  stationId: "CP1",
  evseId: 1,
  transactionId: "tx",
  unit: "W",
  phases: null,
  startMs: T0,
  endMs: T0 + 150_000,
  periods: [{ startMs: T0, mode: "setpoint", value: -4_000, powerKw: -4 }],
  ...over,
});

const SMART = [
  toldVariable("SmartChargingCtrlr", "ProfileStackLevel", "5"),
  toldVariable("SmartChargingCtrlr", "SupportsDynamicProfiles", "true"),
  toldVariable("SmartChargingCtrlr", "SupportedAdditionalPurposes", "PriorityCharging,LocalGeneration"),
  toldVariable("SmartChargingCtrlr", "ChargingProfileUpdateRateLimit", "20"),
  toldVariable("V2XChargingCtrlr", "Enabled", "true"),
];
const plain = [toldVariable("SmartChargingCtrlr", "ProfileStackLevel", "5")];

/** A booted 2.1 station and what it is asked after its boot. */
const station21 = async (
  variables: readonly object[] = SMART,
): Promise<{ client: RPCClient; calls: Call[] }> => {
  stage = await openStage();
  const client = await stage.connect("CP1", "2.1");
  const calls = answering(client, { GetVariables: () => ({ getVariableResult: variables }) });
  await client.call("BootNotification", {
    reason: "PowerUp",
    chargingStation: { vendorName: "Acme", model: "Two" },
  });
  await until(() => stage?.gateway.kinds().includes("capabilities") === true);
  calls.length = 0;
  return { client, calls };
};
const send = (...args: Parameters<Stage["central"]["link"]["send"]>) => stage!.central.link.send(...args);
const set = (over: Partial<Schedule>) => send("CP1", { kind: "set-schedule", schedule: schedule(over) });
const profilesIn = (calls: readonly Call[]): unknown[] =>
  calls.filter(({ method }) => method === "SetChargingProfile").map(({ params }) => params);

describe("steering a station of OCPP 2.1", () => {
  it("is told what the station can", async () => {
    await station21();
    const told = stage!.gateway.reports.find(({ kind }) => kind === "capabilities");
    expect(told).toMatchObject({
      capabilities: {
        dynamicProfiles: true,
        priorityCharging: true,
        stationMaximum: true,
        updateRateLimitS: 20,
        dischargeSetpoint: true,
      },
    });
  });

  it("corrects by a Dynamic profile above the plan's, with a dead-man's switch, then by its value alone", async () => {
    const { calls } = await station21();
    await set({});
    await set({ purpose: "correction" });
    const update = schedule({
      purpose: "correction",
      periods: [{ startMs: T0, mode: "setpoint", value: -2_000, powerKw: -2 }],
    });
    expect(await send("CP1", { kind: "update-schedule", schedule: update })).toEqual({ status: "accepted" });
    const [plan, correction] = profilesIn(calls);
    expect(plan).toMatchObject({ chargingProfile: { stackLevel: 4, chargingProfileKind: "Absolute" } });
    expect(correction).toMatchObject({
      evseId: 1,
      chargingProfile: {
        stackLevel: 5,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Dynamic",
        transactionId: "tx",
        maxOfflineDuration: 900,
        chargingSchedule: [
          {
            duration: 120,
            chargingRateUnit: "W",
            chargingSchedulePeriod: [{ startPeriod: 0, operationMode: "CentralSetpoint", setpoint: -4_000 }],
          },
        ],
      },
    });
    const { id } = (correction as { chargingProfile: { id: number } }).chargingProfile;
    expect(calls.at(-1)).toEqual({
      method: "UpdateDynamicSchedule",
      params: { chargingProfileId: id, scheduleUpdate: { setpoint: -2_000 } },
    });
  });

  it("gives a pulling station the present value, and nothing where there is none", async () => {
    const { client, calls } = await station21();
    await set({ purpose: "correction" });
    const [told] = profilesIn(calls) as { chargingProfile: { id: number } }[];
    const pull = (chargingProfileId: number) =>
      client.call("PullDynamicScheduleUpdate", { chargingProfileId });
    expect(await pull(told!.chargingProfile.id)).toEqual({ status: "Rejected" });
    stage!.gateway.correction = schedule({ purpose: "correction" });
    expect(await pull(told!.chargingProfile.id)).toEqual({
      status: "Accepted",
      scheduleUpdate: { setpoint: -4_000 },
    });
    expect(await pull(told!.chargingProfile.id + 1)).toEqual({ status: "Rejected" });
    expect(await pull(-3)).toEqual({ status: "Rejected" });
  });

  it("holds a profile for priority charging, daily or along the plan, without a duration", async () => {
    const { calls } = await station21();
    const limit = { startMs: T0, mode: "charge-limit", value: 7_000, powerKw: 7 } as const;
    await set({ purpose: "priority", transactionId: null, periods: [limit] });
    await set({ purpose: "priority", periods: [limit] });
    const [daily, along] = profilesIn(calls);
    expect(daily).toMatchObject({
      evseId: 1,
      chargingProfile: {
        stackLevel: 0,
        chargingProfilePurpose: "PriorityCharging",
        chargingProfileKind: "Recurring",
        recurrencyKind: "Daily",
      },
    });
    expect(along).toMatchObject({
      chargingProfile: {
        chargingProfileKind: "Absolute",
        chargingSchedule: [
          {
            chargingSchedulePeriod: [
              { startPeriod: 0, operationMode: "ChargingOnly", limit: 7_000 },
              { startPeriod: 150, operationMode: "ChargingOnly", limit: 0 },
            ],
          },
        ],
      },
    });
    expect(JSON.stringify([daily, along])).not.toContain("duration");
    expect(JSON.stringify(along)).not.toContain("transactionId");
  });

  it("bounds the whole station, asks for priority, and names what a driver allows", async () => {
    const { calls } = await station21();
    const limit = { startMs: T0, mode: "charge-limit", value: 22_000, powerKw: 22 } as const;
    await set({ purpose: "maximum", evseId: 0, transactionId: null, periods: [limit] });
    expect(profilesIn(calls)).toMatchObject([
      { evseId: 0, chargingProfile: { chargingProfilePurpose: "ChargingStationMaxProfile", stackLevel: 0 } },
    ]);
    await send("CP1", { kind: "use-priority", transactionId: "tx", on: true });
    await send("CP1", { kind: "allow-transfers", transactionId: "tx", transfers: ["DC", "DC_BPT"] });
    expect(calls.slice(1)).toEqual([
      { method: "UsePriorityCharging", params: { transactionId: "tx", activate: true } },
      {
        method: "NotifyAllowedEnergyTransfer",
        params: { transactionId: "tx", allowedEnergyTransfer: ["DC", "DC_BPT"] },
      },
    ]);
  });

  it.each<[string, Partial<Schedule>, RegExp]>([
    ["a correction", { purpose: "correction" }, /no Dynamic profile.*no setpoint/],
    ["priority", { purpose: "priority", transactionId: null, periods: [] }, /must start with the schedule/],
    ["a setpoint", {}, /no setpoint/],
  ])("says nothing that a station without the flags would refuse: %s", async (_name, over, why) => {
    const { calls } = await station21(plain);
    expect(await set(over)).toMatchObject({ status: "error", detail: expect.stringMatching(why) });
    expect(profilesIn(calls)).toEqual([]);
  });

  it.each(["1.6", "2.0.1"] as const)("leaves stations of OCPP %s as they are", async (version) => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    const calls = answering(client, {});
    const limit = { startMs: T0, mode: "charge-limit", value: 7_000, powerKw: 7 } as const;
    for (const purpose of ["correction", "priority", "maximum"] as const)
      expect(await set({ purpose, transactionId: "7", periods: [limit] })).toMatchObject({ status: "error" });
    const unsaid = await Promise.all([
      send("CP1", { kind: "update-schedule", schedule: schedule({ purpose: "correction" }) }),
      send("CP1", { kind: "use-priority", transactionId: "7", on: true }),
      send("CP1", { kind: "allow-transfers", transactionId: "7", transfers: ["DC"] }),
    ]);
    expect(unsaid.map(({ status }) => status)).toEqual(["unsupported", "unsupported", "unsupported"]);
    expect(calls).toEqual([]);
  });
});
