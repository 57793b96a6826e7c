import { beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { loadScenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";

const quiet = loadScenario(builtInScenario("one-pile"));
const VALLEY_PER_KWH = 0.385;

/** Told before the car comes: the evening is very dear until seven minutes into the valley. */
const scenario = {
  ...quiet,
  events: [
    {
      postMs: quiet.startMs + 5 * MINUTE_MS,
      type: "PRICE",
      value: 5,
      nodeIds: null,
      startMs: quiet.startMs + 5 * MINUTE_MS,
      startsNow: true,
      endMs: quiet.startMs + 5 * HOUR_MS + 7 * MINUTE_MS,
    },
  ],
};

let direct: Simulation;
beforeAll(async () => {
  direct = await runEvening(scenario, "direct");
}, 600_000);

describe("a night with a price event", () => {
  it("is billed at the prices in force, whoever steers: heeding the event pays", async () => {
    const heeding = direct.report.metrics;
    expect(heeding.servedShare).toBeGreaterThan(0.999);
    // Between plug-in and its first profile a pile gives what nobody has forbidden: some Wh at the dear price.
    expect(heeding.energyCost / heeding.importedKwh).toBeCloseTo(VALLEY_PER_KWH, 3);
    const heedless = (await runEvening(scenario, "direct", "uncontrolled")).report.metrics;
    expect(heedless.energyCost).toBeGreaterThan(heedless.importedKwh * 3);
  });

  it("costs the same in direct and wire mode", async () => {
    const wire = await runEvening(scenario, "wire");
    expect(wire.report.metrics.energyCost).toBe(direct.report.metrics.energyCost);
  }, 600_000);
});
