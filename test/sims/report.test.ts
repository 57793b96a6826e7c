import { expect, test } from "vitest";
import { reportTable, type TimedRun } from "../../sims/report.js";

interface Numbers {
  readonly shortfallKwh: number;
  readonly totalCost: number;
  readonly importedKwh: number;
  readonly dischargedKwh: number;
  readonly visitsStillThere: number;
}

const run = (policy: string, numbers: Numbers): TimedRun => ({
  solveTimes: { p50Ms: 1, p95Ms: 2, maxMs: 3 },
  report: {
    scenario: "a night",
    policy,
    seed: 1,
    mode: "direct",
    sessions: null,
    solves: 1,
    metrics: {
      currency: "CNY",
      energyCost: numbers.totalCost,
      wearCost: 0,
      peakKw: 10,
      visits: 0,
      needKwh: 0,
      servedKwh: 0,
      servedShare: null,
      impossibleKwh: 0,
      avoidableShortfallKwh: 0,
      dischargedWithoutConsentKwh: 0,
      belowReserveKwh: 0,
      valleyShare: null,
      breach: { maxOverKw: 0, seconds: 0, longestSeconds: 0 },
      ...numbers,
    },
  },
});

const lastLine = (numbers: Partial<Numbers>): string => {
  const base = { totalCost: 100, importedKwh: 60, dischargedKwh: 0, visitsStillThere: 3, shortfallKwh: 0 };
  return (
    reportTable([run("uncontrolled", base), run("optimizer", { ...base, ...numbers })])
      .split("\n")
      .at(-1) ?? ""
  );
};

test("what a run has put off is no saving, and is told", () => {
  expect(lastLine({ totalCost: 40, importedKwh: 30, dischargedKwh: 5 })).toBe(
    "optimizer against uncontrolled: saves 60.00 CNY (60.0 %) with 35.0 kWh less in the cars as yet (3 still there), peak 0.0 kW lower",
  );
});

test("what cars lacked that have left is not among what is put off", () => {
  const saves = "optimizer against uncontrolled: saves 60.00 CNY (60.0 %)";
  expect(lastLine({ totalCost: 40, importedKwh: 30, shortfallKwh: 10 })).toContain(
    `${saves} with 20.0 kWh less`,
  );
  expect(lastLine({ totalCost: 40, importedKwh: 30, shortfallKwh: 30 })).toContain(`${saves}, peak`);
});

test("nothing is said of it where as much is in the cars, or where all have left", () => {
  const saves = "optimizer against uncontrolled: saves 60.00 CNY (60.0 %), peak 0.0 kW lower";
  expect(lastLine({ totalCost: 40 })).toBe(saves);
  expect(lastLine({ totalCost: 40, importedKwh: 30, visitsStillThere: 0 })).toBe(saves);
});
