import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../src/domain/units.js";
import type { Scenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";
import { GRACE_S, gracedEvening } from "./losses.js";

/** Every fourth pile keeps its power from a quarter of an hour before an event of an hour until its end. */
const stuckEvening = (): Scenario => {
  const scenario = gracedEvening(2);
  const [event] = scenario.events;
  if (event === undefined) throw new Error("an event");
  const stationIds = scenario.site.stations.map(({ id }) => id).filter((_, index) => index % 4 === 0);
  const fromMs = event.startMs - 15 * MINUTE_MS;
  return {
    ...scenario,
    sampleMs: MINUTE_MS,
    faults: [{ kind: "stuck", stationIds, fromMs, toMs: event.endMs }],
  };
};

describe("piles that are stuck at their power while an event begins as it is posted", () => {
  it("are planned around within the grace, however often they are told anew", async () => {
    const run = await runEvening(stuckEvening(), "direct");
    const { longestSeconds } = run.report.metrics.breach;
    expect(longestSeconds).toBeGreaterThan(0);
    expect(longestSeconds).toBeLessThanOrEqual(GRACE_S);
    // The meter tells every few seconds; the excess asks for a plan when it grows, or every ten seconds.
    const forExcess = run.cycles.filter(({ causes }) => causes.includes("measurement"));
    expect(forExcess.length).toBeLessThanOrEqual(1 + longestSeconds / 10);
  }, 300_000);
});
