import { beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../src/domain/units.js";
import type { EvseStatus } from "../../src/domain/fleet.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const site = { ...communityOf([stationOf("p1")]), measurementStaleMs: 5 * MINUTE_MS };
let harness: Harness;

beforeEach(async () => {
  harness = await harnessOf(site, flatPolicy(3.3));
  connect(harness, "p1");
});

const row = () => harness.control.stations()[0];
const status = (is: EvseStatus): void =>
  harness.control.report({
    kind: "status",
    stationId: "p1",
    evseId: 1,
    atMs: harness.clock.now(),
    status: is,
  });
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
    reason: "Local",
  });

describe("why of a row without a session", () => {
  it("never says of an occupied EVSE that no car is plugged in", async () => {
    expect(row()?.reason).toEqual({ key: "not-plugged-in" });
    status("Occupied");
    expect(row()?.reason).toEqual({ key: "no-session" });
    await plugIn(harness, "p1");
    await stop();
    status("Occupied");
    expect(row()).toMatchObject({ session: null, reason: { key: "session-over" } });
    status("Available");
    expect(row()?.reason).toEqual({ key: "not-plugged-in" });
    status("Occupied");
    expect(row()?.reason).toEqual({ key: "no-session" });
  });

  it("knows the next car from the last one where the stop comes after the cable is out", async () => {
    await plugIn(harness, "p1");
    status("Available");
    await stop();
    status("Occupied");
    expect(row()?.reason).toEqual({ key: "no-session" });
  });
});

describe("the power of a row", () => {
  it("tells what pile and car can charge at most, while a session runs", async () => {
    await plugIn(harness, "p1");
    const session = row()?.session;
    // 32 A of one phase at 220 V.
    expect(session?.mostChargeKw).toBeCloseTo(7.04, 9);
    await stop();
    expect((await harness.control.session(session?.id ?? "")).mostChargeKw).toBeNull();
  });

  it("is stale once it is older than the site's measurements may be, while a session runs", async () => {
    await plugIn(harness, "p1");
    await meter(harness, "p1", { powerKw: 7, importedWh: 1_000, seqNo: 1 });
    const powerAtMs = harness.clock.now();
    await harness.run(5 * MINUTE_MS);
    expect(row()).toMatchObject({ powerKw: 7, powerAtMs, powerStale: false });
    await harness.run(MINUTE_MS);
    expect(row()).toMatchObject({ powerKw: 7, powerAtMs, powerStale: true });
    await stop();
    expect(row()).toMatchObject({ powerKw: 0, powerStale: false });
  });
});
