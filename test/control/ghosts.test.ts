import { beforeEach, describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const site = communityOf([stationOf("p1")]);
let harness: Harness;
let ledger: ReturnType<typeof createMemoryLedger>;
let sessionId: string;

beforeEach(async () => {
  ledger = createMemoryLedger();
  harness = await harnessOf(site, flatPolicy(3.3), { ledger });
  connect(harness, "p1");
  sessionId = await plugIn(harness, "p1");
  await harness.run(MINUTE_MS);
  await meter(harness, "p1", { powerKw: 3, importedWh: 3_000, seqNo: 1 });
});

const row = () => harness.control.stations()[0];
const free = (sinceMs = harness.clock.now()) =>
  harness.control.freed({ stationId: "p1", evseId: 1, atMs: harness.clock.now(), sinceMs });
const stop = () =>
  harness.control.record({
    kind: "transaction-ended",
    stationId: "p1",
    evseId: 1,
    atMs: harness.clock.now(),
    transactionId: "tx-p1",
    seqNo: 2,
    stationTimeMs: harness.clock.now(),
    meterWh: 4_000,
    exportedWh: null,
    reason: "EVDisconnected",
  });

describe("a session whose stop never came", () => {
  it("ends when its station says that the EVSE is free, for the plan and in the books", async () => {
    await free();
    await harness.run(MINUTE_MS);
    expect(row()).toMatchObject({ session: null, powerKw: 0, reason: { key: "not-plugged-in" } });
    expect(harness.cycles.at(-1)?.problem.sessions).toEqual([]);
    expect(await harness.control.session(sessionId)).toMatchObject({
      endReason: "evse-available",
      deliveredKwh: 2,
    });
    expect(await ledger.openSessions()).toEqual([]);
  });

  it("is billed by its stop when that comes after all", async () => {
    await free();
    await harness.run(MINUTE_MS);
    await stop();
    expect(await harness.control.session(sessionId)).toMatchObject({
      endReason: "EVDisconnected",
      deliveredKwh: 3,
    });
    expect(row()?.session).toBeNull();
  });

  it("goes on where the station speaks of it later than of the free EVSE", async () => {
    await free(EVENING_MS);
    await harness.run(2 * MINUTE_MS);
    await meter(harness, "p1", { powerKw: 3, importedWh: 3_500, seqNo: 2 });
    await free(EVENING_MS);
    expect(row()?.session).toMatchObject({ id: sessionId, endedMs: null, deliveredKwh: 2.5 });
  });
});

describe("an operator who ends a session by hand", () => {
  it("has the station stop it, and waits for the station's own stop", async () => {
    expect(await harness.control.endSession(sessionId, false)).toMatchObject({
      outcome: { status: "accepted" },
      session: { endedMs: null },
    });
    await stop();
    expect(await harness.control.session(sessionId)).toMatchObject({ deliveredKwh: 3 });
  });

  it.each([
    ["the station knows nothing of it", "rejected", false],
    ["the station is not connected", "offline", false],
    ["the station said that it stops, and did not", "accepted", true],
  ] as const)("ends it in the books where %s", async (_, status, force) => {
    harness.answer = () => (status === "accepted" ? { status } : { status, detail: "" });
    const { session, outcome } = await harness.control.endSession(sessionId, force);
    expect(outcome.status).toBe(status);
    expect(session).toMatchObject({ endReason: "ended-by-operator", deliveredKwh: 2 });
    expect(row()?.session).toBeNull();
    await expect(harness.control.endSession(sessionId, force)).rejects.toMatchObject({
      code: "session.ended",
    });
  });
});

describe("a session whose card was refused", () => {
  it("is planned with nothing, whatever its driver wants, and says why", async () => {
    harness = await harnessOf(site, await policyByName("optimizer", 10_000));
    connect(harness, "p1");
    const now = () => ({ atMs: harness.clock.now(), stationTimeMs: harness.clock.now() });
    const at = { stationId: "p1", evseId: 1, transactionId: "tx-p1" };
    await harness.control.record({
      kind: "transaction-started",
      ...at,
      ...now(),
      seqNo: 0,
      idToken: "stranger",
      meterWh: 0,
      authorized: false,
    });
    await harness.control.chargeNow(row()?.session?.id ?? "", true);
    await harness.run(MINUTE_MS);
    expect(harness.cycles.at(-1)?.outcome.status).toBe("optimal");
    const { schedule } = harness.sent.findLast((one) => one.schedule.purpose === "session") ?? {};
    expect(schedule?.periods.map(({ value }) => value)).toEqual([0]);
    expect(row()).toMatchObject({ reason: { key: "not-authorized" }, session: { authorized: false } });

    const sample = { ...now(), powerKw: 0, importedWh: 0, exportedWh: null, socPercent: null };
    await harness.control.record({
      kind: "transaction-updated",
      ...at,
      ...now(),
      stationTimeMs: harness.clock.now() + 1,
      seqNo: 1,
      sample,
      authorized: true,
    });
    await harness.run(15 * MINUTE_MS);
    expect(row()).toMatchObject({ reason: { key: "driver-chose-fast" }, session: { energyNeedKwh: 20 } });
  });
});

describe("an EVSE that no site file names", () => {
  it("has a row of its own while a car is there", async () => {
    const at = { stationId: "p1", evseId: 2, atMs: harness.clock.now() };
    const sample = {
      atMs: at.atMs,
      powerKw: 7,
      importedWh: null,
      exportedWh: null,
      socPercent: null,
    };
    expect(harness.control.stations()).toHaveLength(1);
    harness.control.report({ kind: "status", status: "Occupied", ...at });
    harness.control.report({ kind: "sampled", sample, ...at });
    expect(harness.control.stations().slice(1)).toMatchObject([
      { evseId: 2, powerKw: 7, plannedKw: null, reason: { key: "evse-not-configured" } },
    ]);
  });
});
