import { describe, expect, it } from "vitest";
import { runEvening } from "./evening.js";
import { GRACE_S, gracedEvening } from "./losses.js";

describe("an evening of lost messages at a graced limit, with an event that begins as it is posted", () => {
  it("is above a limit no longer than the grace from one control cycle after the post", async () => {
    const run = await runEvening(gracedEvening(2), "wire");
    expect(run.report.metrics.breach.longestSeconds).toBeLessThanOrEqual(GRACE_S);
    const [answer] = run.cycles.filter(({ causes }) => causes.includes("event"));
    expect(answer?.rejected).toBeGreaterThan(0);
    expect(run.world.failures()).toEqual([]);
  });

  it.each([3, 4])("is so with other draws, seed %i", async (seed) => {
    const run = await runEvening(gracedEvening(seed), "wire");
    expect(run.report.metrics.breach.longestSeconds).toBeLessThanOrEqual(GRACE_S);
  });
});
