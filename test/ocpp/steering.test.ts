import { afterEach, describe, expect, it } from "vitest";
import type { Schedule } from "../../src/domain/schedule.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { answering, type Handler, openStage, type Stage, toldVariable, until } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const T0 = Date.parse("2026-11-02T18:00:00Z");
const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  purpose: "session",
  stationId: "CP1",
  evseId: 1,
  transactionId: "7",
  unit: "A",
  phases: 3,
  startMs: T0,
  endMs: T0 + 900_000,
  periods: [{ startMs: T0, mode: "charge-limit", value: 16, powerKw: 11.04 }],
  ...over,
});
const boot16 = { chargePointVendor: "Acme", chargePointModel: "One" };
const told = (key: string, value: string): object => ({ key, readonly: true, value });

interface Asked {
  readonly purpose: string;
  readonly unit: string;
  readonly stackLevel: number;
}
const profileOf = (params: Record<string, unknown>): Asked => {
  const text = JSON.stringify(params);
  return {
    purpose: /"chargingProfilePurpose":"(\w+)"/.exec(text)?.[1] ?? "",
    unit: /"chargingRateUnit":"(.)"/.exec(text)?.[1] ?? "",
    stackLevel: Number(/"stackLevel":(\d+)/.exec(text)?.[1]),
  };
};

/** A booted 1.6 station that takes only some profiles. */
async function station16(takes: (asked: Asked) => boolean): Promise<Asked[]> {
  stage = await openStage();
  const client = await stage.connect("CP1", "1.6");
  const asked: Asked[] = [];
  const setProfile: Handler = ({ params }) => {
    const one = profileOf(params);
    asked.push(one);
    return { status: takes(one) ? "Accepted" : "Rejected" };
  };
  answering(client, {
    GetConfiguration: () => ({ configurationKey: [told("ChargeProfileMaxStackLevel", "5")] }),
    SetChargingProfile: setProfile,
  });
  await client.call("BootNotification", boot16);
  await until(() => stage.gateway.kinds().includes("capabilities"));
  return asked;
}
const set = (over: Partial<Schedule> = {}) =>
  stage.central.link.send("CP1", { kind: "set-schedule", schedule: schedule(over) });

describe("a refused profile is tried in the other ways that stations want, once", () => {
  it("the advertised stack level, then 0; the fleet is told and the next one is right at once", async () => {
    const asked = await station16(({ stackLevel }) => stackLevel === 0);
    expect(await set()).toEqual({ status: "accepted" });
    expect(await set()).toEqual({ status: "accepted" });
    expect(asked).toMatchObject([
      { unit: "A", stackLevel: 5 },
      { unit: "A", stackLevel: 0 },
      { unit: "A", stackLevel: 0 },
    ]);
    expect(stage.gateway.reports.at(-1)).toMatchObject({
      kind: "capabilities",
      capabilities: { maxStackLevel: 0 },
    });
  });

  it("amperes, then watts", async () => {
    const asked = await station16(({ unit }) => unit === "W");
    expect(await set()).toEqual({ status: "accepted" });
    expect(await set()).toEqual({ status: "accepted" });
    expect(asked.map(({ unit, stackLevel }) => `${unit}${stackLevel}`)).toEqual(["A5", "A0", "W0", "W0"]);
    expect(stage.gateway.reports.at(-1)).toMatchObject({
      kind: "capabilities",
      capabilities: { rateUnit: "W" },
    });
  });

  it("when all are refused the first refusal is the outcome", async () => {
    const asked = await station16(() => false);
    expect(await set()).toEqual({ status: "rejected", detail: "Rejected" });
    expect(asked.map(({ unit, stackLevel }) => `${unit}${stackLevel}`).join(" ")).toBe(
      "A5 A0 W0 A0 W0 A0 W0 A0 W0",
    );
  });

  it("once a profile was accepted a refusal has another cause and is told as it is", async () => {
    let open = true;
    const asked = await station16(() => open);
    expect(await set()).toEqual({ status: "accepted" });
    open = false;
    expect(await set()).toEqual({ status: "rejected", detail: "Rejected" });
    expect(asked).toHaveLength(2);
  });

  it("in the default's place without an answer, it is told that the default may be gone", async () => {
    const asked = await station16(({ purpose }) => {
      if (purpose !== "TxProfile") throw new Error("a fault of the station's own");
      return false;
    });
    expect(await set()).toMatchObject({ status: "error", inDefaultsPlace: true });
    expect(asked.map(({ purpose }) => purpose).filter((purpose) => purpose !== "TxProfile")).toEqual([
      "TxDefaultProfile",
    ]);
    expect(await set({ purpose: "default", transactionId: null })).not.toHaveProperty("inDefaultsPlace");
  });

  it("a default goes to level 0 at once", async () => {
    const asked = await station16(() => true);
    await set({ purpose: "default", transactionId: null });
    expect(asked).toMatchObject([{ unit: "A", stackLevel: 0 }]);
  });
});

describe("outcomes of commands", () => {
  it("are closed: rejected with its reason, unsupported, error, and superseded", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "2.0.1");
    const release: (() => void)[] = [];
    answering(client, {
      RequestStopTransaction: () => ({ status: "Rejected", statusInfo: { reasonCode: "TxNotFound" } }),
      ClearChargingProfile: () => ({ status: "Unknown" }),
      TriggerMessage: () => ({ status: "NotImplemented" }),
      RequestStartTransaction: () =>
        Promise.reject(Object.assign(new Error("no"), { rpcErrorCode: "NotSupported" })),
      GetCompositeSchedule: () =>
        new Promise((resolve) => void release.push(() => resolve({ status: "Rejected" }))),
    });
    const send = stage.central.link.send.bind(stage.central.link);
    expect(await send("CP1", { kind: "remote-stop", transactionId: "x" })).toEqual({
      status: "rejected",
      detail: "Rejected · TxNotFound",
    });
    expect(await send("CP1", { kind: "clear-schedule", evseId: 1, purpose: "session" })).toEqual({
      status: "accepted",
    });
    expect(await send("CP1", { kind: "trigger", message: "MeterValues", evseId: 1 })).toMatchObject({
      status: "unsupported",
    });
    expect((await send("CP1", { kind: "remote-start", evseId: 1, idToken: "T" })).status).not.toBe(
      "accepted",
    );
    const blocking = send("CP1", { kind: "get-composite", evseId: 1, durationS: 60 });
    await until(() => release.length === 1);
    const older = send("CP1", { kind: "set-schedule", schedule: schedule() });
    const newer = send("CP1", { kind: "set-schedule", schedule: schedule() });
    expect(await older).toEqual({ status: "error", detail: "superseded" });
    release[0]?.();
    expect((await blocking).status).toBe("rejected");
    expect(await newer).toEqual({ status: "accepted" });
    expect(await send("CP9", { kind: "trigger", message: "Heartbeat", evseId: null })).toMatchObject({
      status: "offline",
    });
  });
});

const refuse = (): never => {
  throw new Error("no");
};

describe("boot and abilities", () => {
  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "OCPP %s: a station that refuses to tell gets the stated defaults",
    async (version) => {
      stage = await openStage();
      const client = await stage.connect("CP1", version);
      answering(client, { GetConfiguration: refuse, GetVariables: refuse });
      await client.call(
        "BootNotification",
        version === "1.6"
          ? boot16
          : { reason: "PowerUp", chargingStation: { vendorName: "Acme", model: "Two" } },
      );
      await until(() => stage.gateway.kinds().includes("capabilities"));
      expect(stage.gateway.reports.at(-1)).toMatchObject({
        capabilities: { rateUnit: "A", maxPeriods: 24, maxStackLevel: 0, dischargeSetpoint: false },
      });
      expect(stage.gateway.reports).toContainEqual(
        expect.objectContaining({ kind: "booted", vendor: "Acme" }),
      );
    },
  );

  it.each([
    [["Enabled", "true"], ["SupportedOperationModes", "ChargingOnly,CentralSetpoint"], true],
    [["Enabled", "false"], ["SupportedOperationModes", "CentralSetpoint"], false],
    [["Available", "true"], ["SupportedOperationModes", "ChargingOnly"], false],
    [["Available", "true"], ["Other", ""], true],
  ] as const)("V2X %s and %s: setpoint %s", async (on, modes, dischargeSetpoint) => {
    stage = await openStage();
    const client = await stage.connect("CP1", "2.1");
    const result = [on, modes].map(([name, value]) => toldVariable("V2XChargingCtrlr", name, value));
    answering(client, { GetVariables: () => ({ getVariableResult: result }) });
    await client.call("BootNotification", {
      reason: "PowerUp",
      chargingStation: { vendorName: "A", model: "B" },
    });
    await until(() => stage.gateway.kinds().includes("capabilities"));
    expect(stage.gateway.reports.at(-1)).toMatchObject({ capabilities: { dischargeSetpoint } });
  });

  it("a station that sends no BootNotification is asked for it once, and known without", async () => {
    const clock = new VirtualClock(T0);
    stage = await openStage({ clock });
    const client = await stage.connect("CP1", "1.6");
    const calls = answering(client, { TriggerMessage: () => ({ status: "Rejected" }) });
    clock.step(T0 + 60_000);
    await until(() => stage.gateway.kinds().includes("capabilities"));
    expect(calls.map(({ method }) => method)).toEqual(["TriggerMessage", "GetConfiguration"]);
    expect(clock.nextMs()).toBeNull();
  });
});

describe("lock step", () => {
  it("idle is false from the call to its answer and from the message to its answer", async () => {
    const clock = new VirtualClock(T0);
    stage = await openStage({ clock });
    const client = await stage.connect("CP1", "1.6");
    const release: (() => void)[] = [];
    const calls = answering(client, {
      RemoteStopTransaction: () =>
        new Promise((resolve) => {
          release.push(() => resolve({ status: "Accepted" }));
        }),
    });
    await client.call("BootNotification", boot16);
    await until(() => stage.central.idle());
    const outcome = stage.central.link.send("CP1", { kind: "remote-stop", transactionId: "7" });
    expect(stage.central.idle()).toBe(false);
    await until(() => calls.at(-1)?.method === "RemoteStopTransaction");
    expect(stage.central.connections()[0]?.outbound).toBe(1);
    release[0]?.();
    expect(await outcome).toEqual({ status: "accepted" });
    expect(stage.central.idle()).toBe(true);

    const commits: (() => void)[] = [];
    stage.gateway.delay = () =>
      new Promise((resolve) => {
        commits.push(resolve);
      });
    const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp: "2026-11-02T18:00:00Z" };
    const started = client.call("StartTransaction", start);
    await until(() => commits.length === 1);
    expect(stage.central.idle()).toBe(false);
    commits[0]?.();
    await started;
    expect(stage.central.idle()).toBe(true);
    expect(stage.gateway.reports.every((event) => event.atMs === T0)).toBe(true);
  });

  it("seen is told at a heartbeat, and at other messages at most once a minute [G02.FR.04, §4.6]", async () => {
    const clock = new VirtualClock(T0);
    stage = await openStage({ clock });
    const client = await stage.connect("CP1", "1.6");
    answering(client, {});
    await client.call("BootNotification", boot16);
    await until(() => stage.central.idle());
    const transfer = { vendorId: "v" };
    for (const atMs of [T0 + 59_000, T0 + 60_000, T0 + 61_000]) {
      clock.step(atMs);
      await client.call("DataTransfer", transfer);
    }
    await client.call("Heartbeat", {});
    const seen = stage.gateway.reports
      .filter((event) => event.kind === "seen")
      .map((event) => event.atMs - T0);
    expect(seen).toEqual([60_000, 61_000]);
  });

  it("a peer that answers no ping is cut off after two intervals", async () => {
    const clock = new VirtualClock(T0);
    stage = await openStage({ clock, settings: { pingIntervalMs: 30_000, bootGraceMs: 1e9 } });
    const client = await stage.connect("CP1", "1.6");
    for (let turn = 0; turn < 3; turn += 1) clock.step(T0 + 90_000);
    await until(() => stage.gateway.kinds().includes("disconnected"));
    expect(stage.central.connections()).toEqual([]);
    await client.close({ force: true });
  });
});
