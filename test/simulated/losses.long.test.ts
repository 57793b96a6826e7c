import { describe, expect, it } from "vitest";
import { runEvening } from "./evening.js";
import { GRACE_S, gracedEvening, lossyEvening } from "./losses.js";

/** More seeds than `npm test` has time for. */
describe.each([2, 3, 4])("an evening of lost messages over real websockets, seed %i", (seed) => {
  it("keeps a strict limit at every moment", async () => {
    const run = await runEvening(lossyEvening(seed, "strict"), "wire");
    expect(run.report.metrics.breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
  });

  it("is above a graced limit and a sudden event no longer than the grace", async () => {
    const run = await runEvening(gracedEvening(seed + 1), "wire");
    expect(run.report.metrics.breach.longestSeconds).toBeLessThanOrEqual(GRACE_S);
  });
});
