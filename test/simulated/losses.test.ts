import { beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../src/app/simulate.js";
import { runEvening } from "./evening.js";
import { lossyEvening } from "./losses.js";

describe("an evening of lost messages over real websockets, at a strict limit", () => {
  let run: Simulation;
  beforeAll(async () => {
    run = await runEvening(lossyEvening(1, "strict"), "wire");
  }, 600_000);

  it("keeps the site under its limit at every moment, and uses it to the full", () => {
    const { breach, peakKw } = run.report.metrics;
    expect(breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    const limitKw = run.cycles[0]?.problem.nodes[0]?.importLimitKw?.[0] ?? 0;
    expect(peakKw / limitKw).toBeGreaterThan(0.999);
  });

  it("lost commands all the way, and nothing else", () => {
    expect(run.cycles.reduce((total, { rejected }) => total + rejected, 0)).toBeGreaterThan(20);
    expect(run.world.failures()).toEqual([]);
  });
});
