import { describe, expect, it } from "vitest";
import { clockCheck, deviceChecks, diskCheck, planChecks, storeCheck } from "../../src/app/readiness.js";
import type { DeviceState } from "../../src/domain/device.js";
import { createMemoryDevices } from "../../src/ports/devices.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { openStore } from "../../src/store/open-store.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { flatPolicy, harnessOf } from "../control/harness.js";

const look = async (check: { check: () => unknown } | undefined) => check?.check();

describe("what readiness looks at", () => {
  it("the store: ok while commits come through, and not after one failed", async () => {
    const store = await openStore({ path: ":memory:", commitWithinMs: 0 });
    const check = storeCheck(store);
    expect(await look(check)).toEqual({
      ok: true,
      detail: "last commit 0 s ago, 0 writes wait, 0 commits failed",
    });
    let failing = false;
    const broken = storeCheck({
      ...store,
      commits: { ...store.commits, failing: () => failing },
    });
    expect(await look(broken)).toMatchObject({ ok: true });
    failing = true;
    expect(await look(broken)).toMatchObject({ ok: false });
    await store.close();
    await expect(look(check)).rejects.toThrow("closed");
  });

  it("the disk", async () => {
    expect(await look(diskCheck("/tmp/youxu.db", 0))).toMatchObject({ ok: true });
    expect(await look(diskCheck("/tmp/youxu.db", 1e12))).toMatchObject({ ok: false });
  });

  it("each site's plan: none yet, of now with its certificate, and too old", async () => {
    const harness = await harnessOf(communityOf([stationOf("p1")]), flatPolicy(3.3));
    await harness.run(MINUTE_MS);
    const { control, clock } = harness;
    let nowMs = clock.now();
    const [check] = planChecks(control, () => nowMs);
    expect(check?.name).toBe("plan:community");
    const readings = control.readings().sites[0];
    expect(readings?.plannedMs).not.toBeNull();
    expect(await look(check)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/largest violation .*, \d+ s old$/),
    });
    nowMs += HOUR_MS;
    expect(await look(check)).toMatchObject({ ok: false, detail: expect.stringMatching(/36\d\d s old$/) });
    const empty = planChecks(
      { sites: () => control.sites(), readings: () => ({ sites: [], quarantined: 0 }) },
      () => nowMs,
    );
    expect(await look(empty[0])).toEqual({ ok: false, detail: "no plan yet" });
  });

  it("each device: not heard of yet, heard of, and stale", async () => {
    const devices = createMemoryDevices();
    const state: DeviceState = {
      id: "meter",
      siteId: "community",
      kind: "site-import",
      over: "mqtt",
      connected: true,
      power: null,
      soc: null,
      staleSinceMs: null,
      refused: 2,
      lastError: null,
      told: null,
    };
    devices.put(state);
    const [check] = deviceChecks(() => devices.states());
    expect(check).toMatchObject({ name: "device:community/meter", required: false });
    expect(await look(check)).toEqual({
      ok: false,
      detail: "connected, nothing measured yet, 2 messages refused",
    });
    devices.put({ ...state, power: { value: 3, atMs: 0 } });
    expect(await look(check)).toMatchObject({ ok: true });
    devices.put({ ...state, power: { value: 3, atMs: 0 }, staleSinceMs: 60_000 });
    expect(await look(check)).toEqual({
      ok: false,
      detail:
        "connected, 3 kW at 1970-01-01T00:00:00.000Z, stale since 1970-01-01T00:01:00.000Z, 2 messages refused",
    });
    devices.put({ ...state, power: { value: 3, atMs: 0 }, connected: false });
    expect(await look(check)).toMatchObject({ ok: false });
  });

  it("the clock: set back it is told for a quarter of an hour, forward it is not", async () => {
    let [dateMs, elapsedMs] = [1e12, 0];
    const check = clockCheck(
      () => dateMs,
      () => elapsedMs,
    );
    const after = (byMs: number, shiftMs = 0) => {
      elapsedMs += byMs;
      dateMs += byMs + shiftMs;
      return look(check);
    };
    expect(await after(MINUTE_MS)).toMatchObject({ ok: true });
    expect(await after(MINUTE_MS, 5 * HOUR_MS)).toMatchObject({ ok: true });
    expect(await after(MINUTE_MS, -30_000)).toMatchObject({ ok: true });
    expect(await after(MINUTE_MS, -HOUR_MS)).toMatchObject({ ok: false });
    expect(await after(MINUTE_MS)).toMatchObject({ ok: false });
    expect(await after(15 * MINUTE_MS)).toMatchObject({ ok: true });
  });
});
