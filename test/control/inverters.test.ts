import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { openPvStage, type PvStage } from "./pv-stage.js";

const LIMIT_KW = 10;

const standing = async (stage: PvStage) => (await stage.control.live("community"))?.inverters?.[0];

describe("a commanded PV inverter below an export limit", () => {
  it.each(["optimizer", "least-laxity", "cheapest-slots"])(
    "planned by %s generates what the houses draw and the limit lets out, and all of the sun where that is less",
    async (name) => {
      const stage = await openPvStage({ policy: await policyByName(name, 10_000) });
      stage.roof.sunKw = 38;
      await stage.pass(2 * MINUTE_MS);
      expect(stage.exportKw).toBeCloseTo(LIMIT_KW, 0);
      expect(stage.exportKw).toBeLessThanOrEqual(LIMIT_KW + 0.05);
      stage.roof.sunKw = 12;
      await stage.pass(MINUTE_MS);
      expect(stage.roof.powerKw).toBe(12);
    },
  );

  it("is held back within seconds where the houses draw less, and let go again where they draw more", async () => {
    const stage = await openPvStage();
    stage.roof.sunKw = 38;
    await stage.pass(2 * MINUTE_MS);
    stage.housesKw = 5;
    await stage.pass(15 * SECOND_MS);
    expect(stage.exportKw).toBeLessThanOrEqual(LIMIT_KW + 0.05);
    stage.exportsKw = [];
    await stage.pass(3 * MINUTE_MS);
    expect(Math.max(...stage.exportsKw)).toBeLessThanOrEqual(LIMIT_KW + 0.05);
    stage.housesKw = 26;
    await stage.pass(MINUTE_MS);
    expect(stage.roof.powerKw).toBeCloseTo(36, 0);
  });

  it("says which quarters, how much and why", async () => {
    const stage = await openPvStage({ site: { baseProfileKw: Array.from({ length: 96 }, () => 2) } });
    stage.roof.sunKw = 38;
    stage.housesKw = 2;
    await stage.pass(2 * MINUTE_MS);
    stage.fireEvent();
    await stage.pass(MINUTE_MS);
    expect(await standing(stage)).toMatchObject({
      deviceId: "roof",
      steered: true,
      following: true,
      limitKw: expect.closeTo(12, 0),
      reason: { key: "export-limit", limitKw: LIMIT_KW },
    });
    const [first] = stage.control.plan("community")?.curtailments ?? [];
    // It counts on 70 % of 30 kW; houses take 2.2 and the limit lets out 10.
    expect(first?.curtailedKw).toBeCloseTo(21 - 12.2, 1);
    expect(first).toMatchObject({ reason: { key: "export-limit", limitKw: LIMIT_KW } });
  });

  it("goes by what the site draws at the least while its meter is silent", async () => {
    const stage = await openPvStage();
    stage.roof.sunKw = 38;
    stage.housesKw = 26;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.limitKw).toBeCloseTo(36, 0);
    stage.tells.meter = false;
    // What houses may draw at the least: a tenth less than the typical day.
    stage.housesKw = 18;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.limitKw).toBeLessThanOrEqual(28);
    expect(stage.exportKw).toBeLessThanOrEqual(LIMIT_KW + 0.05);
    stage.tells.meter = true;
    stage.housesKw = 26;
    await stage.pass(MINUTE_MS);
    expect(stage.limitKw).toBeCloseTo(36, 0);
  });

  it("that is lost goes to its failsafe by itself, and the plan counts on no more", async () => {
    const stage = await openPvStage();
    stage.roof.sunKw = 25;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.roof.powerKw).toBe(25);
    stage.reaches = false;
    stage.tells.roof = false;
    await stage.pass(3 * MINUTE_MS);
    expect(stage.roof.powerKw).toBe(0);
    expect(stage.cycles.at(-1)?.problem.nodes[0]?.pvKw[8]).toBe(0);
    expect(await standing(stage)).toMatchObject({ steered: false, powerKw: null });
    stage.reaches = true;
    stage.tells.roof = true;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.roof.powerKw).toBe(25);
    expect(stage.cycles.at(-1)?.problem.nodes[0]?.pvKw[8]).toBeGreaterThan(10);
  });

  it("that generates more than it was told is said not to follow, until it does", async () => {
    const stage = await openPvStage();
    stage.roof.sunKw = 38;
    stage.housesKw = 5;
    stage.roof.heedless = true;
    await stage.pass(3 * MINUTE_MS);
    expect(await standing(stage)).toMatchObject({ following: false, steered: false });
    expect(stage.log.filter(({ message }) => /more than its limit/.test(message))).toHaveLength(1);
    stage.roof.heedless = false;
    await stage.pass(2 * MINUTE_MS);
    expect(await standing(stage)).toMatchObject({ following: true, steered: true });
    expect(stage.exportKw).toBeLessThanOrEqual(LIMIT_KW + 0.05);
  });

  it("is told its failsafe when the server stops, and nothing after that", async () => {
    const stage = await openPvStage({ inverter: { failsafeKw: 4 } });
    await stage.pass(MINUTE_MS);
    await stage.control.stop();
    expect(stage.limitKw).toBe(4);
    const told = stage.devices.told.length;
    await stage.run(5 * MINUTE_MS);
    expect(stage.devices.told).toHaveLength(told);
  });

  it("is told nothing by what is still measured after the server stopped", async () => {
    const stage = await openPvStage({ inverter: { failsafeKw: 4 } });
    stage.roof.sunKw = 38;
    await stage.pass(MINUTE_MS);
    await stage.control.stop();
    const told = stage.devices.told.length;
    stage.devices.answer = () => ({ status: "unknown", detail: "stopped" });
    stage.housesKw = 2;
    await stage.pass(MINUTE_MS);
    expect(stage.devices.told.slice(told)).toEqual([]);
    expect(stage.log.filter(({ message }) => message.includes("did not take its limit"))).toEqual([]);
  });

  it("is told again well within its watchdog, also while nothing changes", async () => {
    const stage = await openPvStage();
    stage.roof.sunKw = 10;
    await stage.pass(MINUTE_MS);
    const before = stage.devices.told.length;
    await stage.pass(5 * MINUTE_MS);
    expect(stage.devices.told.length - before).toBeGreaterThanOrEqual(14);
  });

  it("without a watchdog is told no more than holds whatever the houses do", async () => {
    const stage = await openPvStage({ inverter: { watchdogMs: null } });
    stage.roof.sunKw = 38;
    stage.housesKw = 26;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.limitKw).toBeCloseTo(28, 0);
  });
});
