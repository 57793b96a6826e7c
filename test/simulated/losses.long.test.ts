import { expect, it } from "vitest";
import { runEvening } from "./evening.js";
import { lossyEvening } from "./losses.js";

/** More seeds than `npm test` has time for. */
it.each([2, 3])(
  "an evening of lost messages over real websockets keeps a strict limit at every moment, seed %i",
  async (seed) => {
    const run = await runEvening(lossyEvening(seed, "strict"), "wire");
    expect(run.report.metrics.breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
  },
);
