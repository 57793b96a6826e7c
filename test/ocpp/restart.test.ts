/** What a restart of the server, or a change of mind, must not undo at a station. */
import { afterEach, describe, expect, it } from "vitest";
import { createStationRegistry } from "../../src/accounts/station-registry.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { type Call, type Handler, answering, openStage, type Stage, toldVariable, until } from "./harness.js";
import { later, NOW, talkTo } from "./talk.js";

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});
/** A server, or the next one over the same documents. */
const serve = async (options: Parameters<typeof openStage>[0]): Promise<Stage> => {
  const stage = await openStage(options);
  stages.push(stage);
  return stage;
};

const HOUR_MS = 3_600_000;
const schedule: Schedule = {
  purpose: "session",
  stationId: "CP1",
  evseId: 1,
  transactionId: "7",
  unit: "A",
  phases: 3,
  startMs: NOW,
  endMs: NOW + HOUR_MS,
  periods: [{ startMs: NOW, mode: "charge-limit", value: 16, powerKw: 11.04 }],
};
const boot = { reason: "PowerUp", chargingStation: { vendorName: "Acme", model: "One" } };
const answers: Record<string, Handler> = {
  GetVariables: () => ({
    getVariableResult: [
      toldVariable("SmartChargingCtrlr", "MaxExternalConstraintsId", "5000"),
      toldVariable("SmartChargingCtrlr", "ProfileStackLevel", "8"),
    ],
  }),
};
const id = 5_001 + 3;

/** What the profile calls of a station named, in their order: level at id, or the cleared id. */
const profiles = (calls: readonly Call[]): string[] =>
  calls.flatMap(({ method, params }) => {
    const profile = params["chargingProfile"] as { id: number; stackLevel: number } | undefined;
    if (method === "SetChargingProfile") return [`${profile?.id} at ${profile?.stackLevel}`];
    return method === "ClearChargingProfile" ? [`clear ${String(params["chargingProfileId"])}`] : [];
  });

const plan = (stage: Stage) => stage.central.link.send("CP1", { kind: "set-schedule", schedule });
const clear = (stage: Stage) =>
  stage.central.link.send("CP1", { kind: "clear-schedule", evseId: 1, purpose: "session" });

describe("profiles of ours", () => {
  it("keep their ids and level over a restart, before the station tells its abilities anew", async () => {
    const documents = createMemoryDocuments();
    const first = await serve({ documents });
    const client = await first.connect("CP1", "2.1");
    answering(client, answers);
    await client.call("BootNotification", boot);
    await until(() => first.gateway.kinds().includes("capabilities"));
    await plan(first);
    await first.close();
    const second = await serve({ documents });
    const calls = answering(await second.connect("CP1", "2.1"), answers);
    expect(second.gateway.reports).toMatchObject([
      { kind: "connected" },
      { kind: "capabilities", capabilities: { maxStackLevel: 8 } },
    ]);
    await plan(second);
    await clear(second);
    expect(profiles(calls)).toEqual([`${id} at 8`, `clear ${id}`]);
  });

  it("are sent after a restart by what only a station of 2.1 told that it can", async () => {
    const documents = createMemoryDocuments();
    const told = [
      toldVariable("SmartChargingCtrlr", "ProfileStackLevel", "8"),
      toldVariable("SmartChargingCtrlr", "SupportsDynamicProfiles", "true"),
      toldVariable("SmartChargingCtrlr", "SupportedAdditionalPurposes", "PriorityCharging"),
      toldVariable("SmartChargingCtrlr", "ChargingProfileUpdateRateLimit", "20"),
    ];
    const first = await serve({ documents });
    const client = await first.connect("CP1", "2.1");
    answering(client, { GetVariables: () => ({ getVariableResult: told }) });
    await client.call("BootNotification", boot);
    await until(() => first.gateway.kinds().includes("capabilities"));
    await first.close();
    const second = await serve({ documents });
    await second.connect("CP1", "2.1");
    const capabilitiesIn = ({ gateway }: Stage) =>
      gateway.reports.flatMap((event) => (event.kind === "capabilities" ? [event.capabilities] : [])).at(-1);
    expect(capabilitiesIn(second)).toMatchObject({ dynamicProfiles: true, priorityCharging: true });
    expect(capabilitiesIn(second)).toEqual(capabilitiesIn(first));
  });

  it("sent before the abilities were known are cleared before those of other ids are sent", async () => {
    const stage = await serve({ documents: createMemoryDocuments() });
    const client = await stage.connect("CP1", "2.1");
    const calls = answering(client, answers);
    await plan(stage);
    await client.call("BootNotification", boot);
    await until(() => stage.gateway.kinds().includes("capabilities"));
    expect(await plan(stage)).toMatchObject({ status: "accepted" });
    await plan(stage);
    expect(profiles(calls)).toEqual(["1004 at 0", "clear 1004", `${id} at 8`, `${id} at 8`]);
  });

  it("are not confirmed while one of another id may be in force", async () => {
    const stage = await serve({});
    const client = await stage.connect("CP1", "2.1");
    const calls = answering(client, { ...answers, ClearChargingProfile: () => ({ status: "Nonsense" }) });
    await plan(stage);
    await client.call("BootNotification", boot);
    await until(() => stage.gateway.kinds().includes("capabilities"));
    expect((await plan(stage)).status).not.toBe("accepted");
    expect(profiles(calls)).toEqual(["1004 at 0", "clear 1004"]);
  });
});

describe("the clock of a station", () => {
  const AHEAD_MS = 3 * 60_000;
  const start = (calls: readonly Call[]): unknown =>
    calls
      .flatMap(({ method, params }) => (method === "SetChargingProfile" ? [JSON.stringify(params)] : []))
      .map((text) => /"startSchedule":"([^"]+)"/.exec(text)?.[1])
      .at(-1);
  const iso = (ms: number): string => new Date(ms).toISOString();

  it("is known over a restart of ours, and forgotten with a boot of its own", async () => {
    const documents = createMemoryDocuments();
    const clock = new VirtualClock(NOW);
    const first = await serve({ documents, clock });
    const client = await first.connect("CP1", "2.1");
    answering(client, answers);
    await client.call("BootNotification", boot);
    await until(() => first.gateway.kinds().includes("capabilities"));
    for (let minute = 0; minute < 3; minute += 1) {
      const timestamp = iso(clock.now() + AHEAD_MS);
      await client.call("StatusNotification", {
        timestamp,
        connectorStatus: "Occupied",
        evseId: 1,
        connectorId: 1,
      });
      clock.step(clock.now() + 60_000);
    }
    await first.close();
    const second = await serve({ documents, clock });
    const again = await second.connect("CP1", "2.1");
    const calls = answering(again, answers);
    await plan(second);
    expect(start(calls)).toBe(iso(NOW + AHEAD_MS));
    expect(second.gateway.reports.at(-1)).toMatchObject({ capabilities: { clockAheadMs: AHEAD_MS } });
    await again.call("BootNotification", boot);
    await until(() => second.central.idle());
    await plan(second);
    expect(start(calls)).toBe(iso(NOW));
  });
});

describe("a meter whose station's clock is found to be ahead", () => {
  const MINUTE = 60_000;
  it.each([
    ["three minutes", 3 * MINUTE],
    ["no time that is believed", 30 * 365 * 24 * 60 * MINUTE],
  ])("is read by that clock before as after: by %s", async (_, aheadMs) => {
    const clock = new VirtualClock(NOW);
    const stage = await serve({ clock });
    const client = await stage.connect("CP1", "2.1");
    answering(client, answers);
    await client.call("BootNotification", boot);
    await until(() => stage.gateway.kinds().includes("capabilities"));
    const shown = (): string => new Date(clock.now() + aheadMs).toISOString();
    const state = () =>
      client.call("StatusNotification", {
        timestamp: shown(),
        connectorStatus: "Occupied",
        evseId: 1,
        connectorId: 1,
      });
    const meter = (wh: number) =>
      client.call("MeterValues", {
        evseId: 1,
        meterValue: [
          {
            timestamp: shown(),
            sampledValue: [{ value: wh, measurand: "Energy.Active.Import.Register" }],
          },
        ],
      });
    await state();
    clock.step(clock.now() + MINUTE);
    // The first reading stands three minutes ahead; by the time of the next its station's clock is known.
    await meter(0);
    clock.step(clock.now() + 3 * MINUTE + 2_000);
    await state();
    await meter(390);
    const samples = stage.gateway.reports.flatMap((event) =>
      event.kind === "sampled" ? [event.sample] : [],
    );
    expect(samples.map(({ importedWh }) => importedWh)).toEqual([0, 390]);
    // 390 Wh in 182 s, not in the 2 s that lie between what the two were stamped.
    expect(samples.at(-1)?.powerKw).toBeCloseTo(7.7, 1);
  });
});

describe("an EVSE of 2.x after a restart", () => {
  const available = (connectorId: number, connectorStatus = "Available") => ({
    timestamp: new Date().toISOString(),
    connectorStatus,
    evseId: 1,
    connectorId,
  });
  it.each([
    ["with one connector", [1], [1]],
    ["with two connectors", [1, 2], [0, 1]],
  ])("%s is free when all that were ever named say so", async (_, connectors, free) => {
    const documents = createMemoryDocuments();
    const first = await serve({ documents });
    const client = await first.connect("CP1", "2.0.1");
    for (const connector of connectors)
      await client.call("StatusNotification", available(connector, "Occupied"));
    await first.close();
    const second = await serve({ documents });
    const again = await second.connect("CP1", "2.0.1");
    for (const [index, connector] of connectors.entries()) {
      await again.call("StatusNotification", available(connector));
      expect(second.gateway.vacancies).toHaveLength(free[index] ?? Number.NaN);
    }
  });

  it("is where its transaction runs, though its messages name it no more", async () => {
    const ledger = createMemoryLedger();
    const talk = talkTo(ledger);
    const event = (transactionId: string, seqNo: number, wh: number, evse?: number) => ({
      eventType: seqNo === 0 ? "Started" : "Updated",
      seqNo,
      timestamp: later(seqNo),
      triggerReason: "MeterValuePeriodic",
      transactionInfo: { transactionId },
      ...(evse === undefined ? {} : { evse: { id: evse } }),
      meterValue: [{ timestamp: later(seqNo), sampledValue: [{ value: wh }] }],
    });
    await talk.ask("2.0.1", "TransactionEvent", event("A", 0, 4_000_000, 1));
    await talk.ask("2.0.1", "TransactionEvent", event("B", 0, 1_000_000, 2));
    await talk.restart();
    await talk.ask("2.0.1", "TransactionEvent", event("B", 15, 1_001_000), 15);
    await talk.ask("2.0.1", "TransactionEvent", event("A", 16, 4_001_000), 16);
    await talk.ask("2.0.1", "TransactionEvent", event("A", 31, 4_002_000), 31);
    const power = (evseId: number) => talk.keeper.station("CP1")?.evses.get(evseId)?.sample?.powerKw;
    expect([power(1), power(2)]).toEqual([4, 0]);
  });
});

it.each([
  ["1.6", { connectorId: 1 }],
  ["2.1", { evse: { id: 1, connectorId: 1 } }],
] as const)("a station with a session is asked once for its state (%s)", async (version, asked) => {
  const stage = await serve({ settings: { bootGraceMs: 0 } });
  stage.gateway.open = [{ evseId: 1, transactionId: "7" }];
  const client = await stage.connect("CP1", version);
  const calls = answering(client, answers);
  const triggers = () => calls.filter(({ params }) => params["requestedMessage"] === "StatusNotification");
  await until(() => triggers().length > 0);
  expect(triggers()).toEqual([
    { method: "TriggerMessage", params: { requestedMessage: "StatusNotification", ...asked } },
  ]);
  await client.close();
  const again = answering(await stage.connect("CP1", version), answers);
  await plan(stage);
  expect(again.map(({ method }) => method)).toEqual(["SetChargingProfile"]);
});

it.each([
  ["here", true],
  ["by another process", false],
])("a station whose password was taken away %s is cut off", async (_, here) => {
  const documents = createMemoryDocuments();
  const registry = createStationRegistry({ documents, pepper: "x".repeat(32), configured: [] });
  const [{ password }, other] = [await registry.add("CP1"), await registry.add("CP2")];
  const stage = await serve({ registry, settings: { pingIntervalMs: 20 } });
  await stage.connect("CP1", "1.6", { password });
  await stage.connect("CP2", "1.6", { password: other.password });
  await registry.remove("CP1");
  if (here) stage.central.dismiss("CP1");
  await until(() => stage.gateway.kinds().includes("disconnected"));
  expect(stage.central.connections()).toMatchObject([{ stationId: "CP2" }]);
});
