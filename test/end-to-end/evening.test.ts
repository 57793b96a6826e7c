import { beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../src/app/simulate.js";
import { digestOf, hardEvening, plansOf, runEvening } from "./evening.js";

let wire: Simulation;
let direct: Simulation;

beforeAll(async () => {
  wire = await runEvening(hardEvening(1), "wire");
  direct = await runEvening(hardEvening(1), "direct");
}, 240_000);

describe("forty stations over real websockets, an evening and a night", () => {
  it("meets every target that the problem allows", () => {
    const { needKwh, avoidableShortfallKwh } = wire.report.metrics;
    expect(needKwh).toBeGreaterThan(500);
    expect(avoidableShortfallKwh / needKwh).toBeLessThanOrEqual(0.005);
  });

  it("keeps measured site power under the limit at every moment, event and outage included", () => {
    expect(wire.report.metrics.breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    expect(wire.report.metrics.peakKw).toBeGreaterThan(200);
  });

  it("discharges only cars whose drivers allowed it, and none below its reserve", () => {
    const { dischargedKwh, dischargedWithoutConsentKwh, belowReserveKwh } = wire.report.metrics;
    expect(dischargedKwh).toBeGreaterThan(10);
    expect([dischargedWithoutConsentKwh, belowReserveKwh]).toEqual([0, 0]);
  });

  it("plans discharge only where a kWh is worth more than its wear", () => {
    const planned = wire.cycles.flatMap(({ outcome, problem }) => {
      if (outcome.status === "invalid") return [];
      const { plan } = outcome;
      const [point] = problem.meteringPoints;
      const wearPerKwh = problem.sessions[0]?.wearPerKwh ?? 0;
      return plan.horizon.startsMs.flatMap((startMs, slot) => {
        const kw = plan.sessions.reduce((total, { dischargeKw }) => total + (dischargeKw[slot] ?? 0), 0);
        const limitPrice = Math.max(...plan.nodes.map(({ limitPricePerKwh }) => limitPricePerKwh[slot] ?? 0));
        if (kw < 0.01) return [];
        const worth =
          Math.max(point?.buyPricePerKwh[slot] ?? 0, point?.sellPricePerKwh[slot] ?? 0) + limitPrice;
        return [{ startMs, worth, wearPerKwh }];
      });
    });
    expect(planned.length).toBeGreaterThan(0);
    expect(planned.filter(({ worth, wearPerKwh }) => worth <= wearPerKwh)).toEqual([]);
  });

  it("gives the same plans as direct mode", () => {
    expect(plansOf(wire.cycles)).toEqual(plansOf(direct.cycles));
    expect(wire.report.metrics.totalCost).toBe(direct.report.metrics.totalCost);
  });

  it("gives the same bytes a second time", async () => {
    const again = await runEvening(hardEvening(1), "direct");
    expect(digestOf(plansOf(again.cycles))).toBe(digestOf(plansOf(direct.cycles)));
  }, 240_000);

  it("found no failure of meter, apps or events on the way", () => {
    expect([wire.world.failures(), direct.world.failures()]).toEqual([[], []]);
  });
});
