import { beforeAll, describe, expect, it } from "vitest";
import { simulate, type Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { loadScenario } from "../../sims/index.js";
import { dataSet } from "../fixtures/data-sets.js";

const sessions = dataSet("acn/caltech_2019-03_sessions.csv");
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const replay = (policy: string): Promise<Simulation> =>
  simulate({
    scenario: loadScenario(builtInScenario("caltech-garage"), {
      sessions: sessions ?? "",
      durationHours: 3 * 24,
    }),
    mode: "direct",
    policy,
    log,
  });

describe.skipIf(sessions === null)(
  "real sessions of a garage under 50 kW (skipped where no data set holds acn/caltech_2019-03_sessions.csv)",
  () => {
    let optimizer: Simulation;
    let uncontrolled: Simulation;
    beforeAll(async () => {
      optimizer = await replay("optimizer");
      uncontrolled = await replay("uncontrolled");
    }, 120_000);

    it("would break the limit if nobody steered", () => {
      expect(uncontrolled.report.metrics.breach.maxOverKw).toBeGreaterThan(10);
    });

    it("keeps the limit and leaves no energy unmet that the sessions allow, to 0.1 %", () => {
      const { breach, avoidableShortfallKwh, needKwh, visits } = optimizer.report.metrics;
      expect(visits).toBeGreaterThan(40);
      expect(breach.maxOverKw).toBe(0);
      expect(avoidableShortfallKwh / needKwh).toBeLessThanOrEqual(0.001);
    });

    it("costs less than nobody steering", () => {
      expect(optimizer.report.metrics.totalCost).toBeLessThan(uncontrolled.report.metrics.totalCost);
    });
  },
);
