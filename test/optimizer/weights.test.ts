import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { NEUTRAL, PRESETS, type Preset, presetWeights, priceScaleOf } from "../../src/domain/weights.js";
import { planProblem, type SolverName, solverByName } from "../../src/optimizer/index.js";
import { horizonOf, plainProblem, problemArb, SMALL } from "./problems.js";
import { withoutChoice } from "./drawn-swap-stations.js";
import { check, objective, scaleOf, solve, TOLERANCE } from "./solving.js";

const SOLVERS: readonly SolverName[] = ["structured", "highs", "simplex"];

/** What plans of one problem are compared by. */
const figuresOf = async (solver: SolverName, problem: Problem) => {
  const result = await solve(solver, problem);
  expect(result.status).toBe("optimal");
  const seen = check(problem, result);
  const startMs = problem.horizon.startsMs[0] ?? 0;
  const waited = problem.horizon.startsMs.map((startsMs, slot) => {
    const endMs = problem.horizon.startsMs[slot + 1] ?? problem.horizon.endMs;
    return ((startsMs - startMs) * (endMs - startsMs)) / 3_600_000 ** 2;
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    money: seen.moneyCost,
    peakKw: sum(seen.peaks.map(({ highestKw }) => highestKw)),
    carbonKg: sum(seen.carbonKg),
    waitedKwhHours: sum(
      result.chargeKw
        .slice(0, problem.sessions.length)
        .map((row) => sum(row.map((kw, slot) => kw * (waited[slot] ?? 0)))),
    ),
  };
};

/**
 * Nothing but needs, reserves and the weights' own terms, in slots of one length: what a plan gives up for them
 * is the same in all.
 */
const comparable = (drawn: Problem): Problem => ({
  ...drawn,
  horizon: horizonOf(drawn.horizon.startsMs.length, 15),
  previous: null,
  targets: [],
  penalties: { ...drawn.penalties, timePerKwhHour: 0, changePerKwh: 0, reservePerKwhHour: 200 },
  sessions: drawn.sessions.map((session) => ({
    ...session,
    departsAfterHorizon: false,
    urgency: "normal",
    salvagePerKwh: 0,
    shortfallPerPercent: 200,
  })),
  storages: drawn.storages.map((storage) => ({ ...storage, terminalValuePerKwh: 0 })),
  swapStations: drawn.swapStations.map(withoutChoice),
});

const withPreset = (problem: Problem, preset: Preset): Problem => ({
  ...problem,
  weights: presetWeights(preset, priceScaleOf(problem)),
});

describe.each(SOLVERS)("weights, by %s", (solver) => {
  test("scale the objective with all of them", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(), fc.constantFrom(0.5, 2, 10), async (problem, factor) => {
        const { cost, peak, carbon, wear, fairness, comfort } = problem.weights;
        const weights = {
          cost: factor * cost,
          peak: factor * peak,
          carbon: factor * carbon,
          wear: factor * wear,
          fairness: factor * fairness,
          comfort: factor * comfort,
        };
        const once = await objective(solver, problem);
        const more = await objective(solver, { ...problem, weights });
        expect(Math.abs(more - factor * once)).toBeLessThan(2 * TOLERANCE * factor * scaleOf(once));
      }),
      { numRuns: 20 },
    );
  });

  test("of a preset do what it is called for", async () => {
    const drawn = problemArb({ ...SMALL, overload: false }).map(comparable);
    await fc.assert(
      fc.asyncProperty(drawn, async (problem) => {
        const of = async (preset: Preset) => figuresOf(solver, withPreset(problem, preset));
        const cheapest = await of("cheapest");
        const slack = 1e-4 * scaleOf(cheapest.money);
        for (const preset of PRESETS)
          expect(cheapest.money, preset).toBeLessThanOrEqual((await of(preset)).money + slack);
        expect((await of("flattest")).peakKw).toBeLessThanOrEqual(cheapest.peakKw + slack);
        expect((await of("greenest")).carbonKg).toBeLessThanOrEqual(cheapest.carbonKg + slack);
        expect((await of("fastest")).waitedKwhHours).toBeLessThanOrEqual(cheapest.waitedKwhHours + slack);
      }),
      { numRuns: 20 },
    );
  });

  test("never leave out more of what was wanted than money alone does", async () => {
    const drawn = problemArb({ ...SMALL, overload: false });
    await fc.assert(
      fc.asyncProperty(drawn, async (problem) => {
        const missing = async (weights: Problem["weights"]): Promise<number> => {
          const given = { ...comparable(problem), weights };
          const { shortfallKwh } = check(given, await solve(solver, given));
          return given.sessions.reduce(
            (total, { targetKwh, initialKwh }, index) =>
              total + (100 * (shortfallKwh[index] ?? 0)) / Math.max(1, targetKwh - initialKwh),
            0,
          );
        };
        const least = await missing(NEUTRAL);
        expect(await missing({ ...problem.weights, fairness: 0 })).toBeLessThan(least + 0.01);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(SOLVERS)("fairness, by %s", (solver) => {
  const quiet = plainProblem();
  /** Cars of different needs at a node that has half of the energy they want. */
  const crowded = (needsKwh: readonly number[], fairness: number): Problem => ({
    ...quiet,
    weights: { ...NEUTRAL, fairness },
    nodes: quiet.nodes.map((node) => ({
      ...node,
      failsafe: null,
      baseKw: [0, 0, 0, 0],
      importLimitKw: [1, 1, 1, 1].map((kw) => (kw * needsKwh.reduce((a, b) => a + b, 0)) / 2 / 0.9),
    })),
    sessions: needsKwh.map((needKwh, index) => ({
      ...quiet.sessions[0]!,
      id: `car-${index}`,
      minChargeKw: 0,
      maxChargeKw: 40,
      maxDischargeKw: 0,
      reserveKwh: 0,
      capacityKwh: 40,
      initialKwh: 5,
      targetKwh: 5 + needKwh,
    })),
  });
  const missingShares = async (problem: Problem): Promise<number[]> => {
    const { shortfallKwh } = check(problem, await solve(solver, problem));
    return shortfallKwh.map((kwh, index) => {
      const { targetKwh = 0, initialKwh = 0 } = problem.sessions[index] ?? {};
      return kwh / (targetKwh - initialKwh);
    });
  };

  test("shares what is missing, within a tenth of each need, large and small alike", async () => {
    const needs = fc.array(fc.integer({ min: 2, max: 30 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(needs, async (needsKwh) => {
        const shares = await missingShares(crowded(needsKwh, 200));
        for (const share of shares) expect(Math.abs(share - 0.5)).toBeLessThan(0.1 + 1e-4);
      }),
      { numRuns: 15 },
    );
    // Without it the price of a percent is the same for all, and large needs, with cheap kWh, go short.
    expect(Math.max(...(await missingShares(crowded([2, 30], 0))))).toBeGreaterThan(0.52);
  });
});

test("weights that weigh nothing are refused", async () => {
  const solver = await solverByName("highs");
  const weights = { cost: 0, peak: 0, carbon: 0, wear: 1, fairness: 1, comfort: 0 };
  const parts = { solver, fallback: solver, timeLimitMs: 1_000 };
  expect(await planProblem({ ...plainProblem(), weights }, parts)).toMatchObject({
    status: "invalid",
    problems: [{ place: "weights" }],
  });
});

test("a car that waits for a peak that is weighed is told its worth", async () => {
  const quiet = plainProblem();
  const problem = {
    ...quiet,
    weights: { ...NEUTRAL, peak: 7 },
    nodes: quiet.nodes.map((node) => ({ ...node, baseKw: [6, 2, 2, 2] })),
    meteringPoints: quiet.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh: [0.2, 0.5, 0.5, 0.5] })),
    sessions: quiet.sessions.map((car) => ({
      ...car,
      minChargeKw: 0,
      maxDischargeKw: 0,
      reserveKwh: 0,
      initialKwh: 2,
      targetKwh: 4.5,
    })),
  };
  const parts = { solver: await solverByName("highs"), fallback: await solverByName("least-laxity") };
  const outcome = await planProblem(problem, { ...parts, timeLimitMs: 10_000 });
  if (outcome.status === "invalid") throw new Error("invalid");
  expect(outcome.plan.meteringPoints[0]?.highestKw).toBeCloseTo(6, 5);
  expect(outcome.plan.sessions[0]?.reasons[0]).toEqual({
    key: "peak-held",
    meteringPointId: "meter",
    peakKw: expect.closeTo(6, 5),
    pricePerKw: 7,
  });
});
