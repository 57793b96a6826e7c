import { expect, it } from "vitest";
import { runEvening } from "./evening.js";
import { GRACE_S, gracedEvening } from "./losses.js";

/** More seeds than `npm test` has time for. */
it.each([3, 4])(
  "an evening of lost messages is above a graced limit and a sudden event no longer than the grace, seed %i",
  async (seed) => {
    const run = await runEvening(gracedEvening(seed), "wire");
    expect(run.report.metrics.breach.longestSeconds).toBeLessThanOrEqual(GRACE_S);
  },
);
