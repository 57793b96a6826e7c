import { describe, expect, it } from "vitest";
import { hardEvening, plansOf, runEvening } from "./evening.js";

/** More seeds than `npm test` has time for. */
const SEEDS = [2, 3];

describe.each(SEEDS)("the hard evening, seed %i", (seed) => {
  it("keeps limits and promises over the wire, and plans as in direct mode", async () => {
    const wire = await runEvening(hardEvening(seed), "wire");
    const { metrics } = wire.report;
    expect(metrics.breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    expect(metrics.avoidableShortfallKwh / metrics.needKwh).toBeLessThanOrEqual(0.005);
    expect([metrics.dischargedWithoutConsentKwh, metrics.belowReserveKwh]).toEqual([0, 0]);
    const direct = await runEvening(hardEvening(seed), "direct");
    expect(plansOf(wire.cycles)).toEqual(plansOf(direct.cycles));
    expect(wire.report.metrics.totalCost).toBe(direct.report.metrics.totalCost);
  });
});
