import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../src/domain/units.js";
import type { Scenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";
import { gracedEvening } from "./losses.js";

/** The time to follow, and the longest until the next sample; a pass of the loop and its sending. */
const SEEN_S = 60 + 60;
const CYCLE_S = 5;

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
  it("break the limit once each, until a sample shows it, however often they are told anew", async () => {
    const scenario = stuckEvening();
    const run = await runEvening(scenario, "direct");
    const { seconds } = run.report.metrics.breach;
    const piles = scenario.faults[0]?.stationIds.length ?? 0;
    expect(piles).toBeGreaterThan(2);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(piles * (SEEN_S + CYCLE_S));
    // The meter tells every few seconds; the excess asks for a plan when it grows, or every ten seconds.
    const forExcess = run.cycles.filter(({ causes }) => causes.includes("measurement"));
    expect(forExcess.length).toBeLessThanOrEqual(piles + seconds / 10);
  }, 300_000);
});
