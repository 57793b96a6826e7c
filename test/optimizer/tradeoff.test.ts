import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { NEUTRAL, presetWeights, priceScaleOf } from "../../src/domain/weights.js";
import {
  planProblem,
  solverByName,
  type Traded,
  type TradeoffPoint,
  tradeoff,
} from "../../src/optimizer/index.js";
import { problemOfFile } from "../../src/app/plan-file.js";
import { communityProblem } from "./community.js";
import { horizonOf, plainProblem, problemArb, SMALL } from "./problems.js";

const PAIRS: readonly (readonly [Traded, Traded])[] = [
  ["cost", "peak"],
  ["cost", "carbon"],
  ["comfort", "cost"],
  ["peak", "carbon"],
];

const amounts = (point: TradeoffPoint, term: Traded): number =>
  ({ cost: point.cost, peak: point.peakKw, carbon: point.knownCarbonKg, comfort: point.waitKwhHours })[term];

const curve = async (problem: Problem, terms: readonly [Traded, Traded], most: number) => {
  const parts = { solver: await solverByName("highs"), fallback: await solverByName("least-laxity") };
  let plans = 0;
  const points = await tradeoff(problem, {
    terms,
    most,
    plan: async (asked) => {
      plans++;
      const outcome = await planProblem(asked, { ...parts, timeLimitMs: 10_000 });
      if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
      return outcome;
    },
  });
  return { points, plans };
};

/** Cars that leave within the horizon and powers of any size: what plans give up beside the two is the same. */
const comparable = (drawn: Problem): Problem => ({
  ...drawn,
  horizon: horizonOf(drawn.horizon.startsMs.length, 15),
  previous: null,
  targets: [],
  sessions: drawn.sessions.map((session) => ({
    ...session,
    departsAfterHorizon: false,
    urgency: "normal",
    salvagePerKwh: 0,
    shortfallPerPercent: 200,
    minChargeKw: 0,
    minDischargeKw: 0,
  })),
  storages: drawn.storages.map((storage) => ({ ...storage, terminalValuePerKwh: 0 })),
  // Plans with whole stock-outs lie beside the convex curve.
  swapStations: [],
});

describe("a trade-off curve", () => {
  test.each(PAIRS)("between %s and %s rises in one and falls in the other, within its ends", async (a, b) => {
    const drawn = problemArb({ ...SMALL, overload: false, minimumPower: false }).map(comparable);
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 2, max: 6 }), async (problem, most) => {
        const { points, plans } = await curve(problem, [a, b], most);
        expect(points.length).toBeGreaterThan(0);
        expect(points.length).toBeLessThanOrEqual(Math.max(2, most));
        expect(plans).toBeLessThan(4 * most + 2);
        for (const [index, point] of points.entries()) {
          const before = points[index - 1];
          if (before === undefined) continue;
          expect(amounts(point, a)).toBeGreaterThan(amounts(before, a));
          expect(amounts(point, b)).toBeLessThan(amounts(before, b));
        }
        const scale = priceScaleOf(problem);
        const presets = {
          cost: "cheapest",
          peak: "flattest",
          carbon: "greenest",
          comfort: "fastest",
        } as const;
        for (const [term, end] of [
          [a, points[0]],
          [b, points.at(-1)],
        ] as const) {
          const weights = presetWeights(presets[term], scale);
          const alone = await curve({ ...problem, weights }, [term, term], 1);
          const least = amounts(alone.points[0]!, term);
          expect(amounts(end!, term)).toBeLessThanOrEqual(least + 1e-4 * Math.max(1, Math.abs(least)));
        }
      }),
      { numRuns: 8 },
    );
  });

  test("of a community has as many points as asked for, and bends", async () => {
    const { points } = await curve(communityProblem({ cars: 12, seed: 1 }), ["cost", "peak"], 5);
    expect(points.length).toBeGreaterThanOrEqual(3);
    expect(points.at(-1)!.peakKw).toBeLessThan(points[0]!.peakKw - 1);
  });

  test("begins with the least of the second term among the plans that are best by the first", async () => {
    const { problem } = problemOfFile("scenarios/one-evening.problem.json");
    if (problem === null) throw new Error("the example is sound");
    const { points } = await curve(problem, ["cost", "peak"], 4);
    const little = { ...NEUTRAL, peak: 0.05 };
    const [tied] = (await curve({ ...problem, weights: little }, ["cost", "cost"], 1)).points;
    const [first] = points;
    const nearly = await curve(problem, ["peak", "cost"], 4);
    expect(first!.cost).toBeCloseTo(74.603, 2);
    expect(first!.peakKw).toBeLessThan(15.8);
    expect(nearly.points.at(-1)!.peakKw).toBeLessThan(15.8);
    expect(tied!.cost).toBeCloseTo(first!.cost, 3);
  });

  test.each([
    ["known of all metering points", [[0.5, 0.5, 0.5, 0.5]], true],
    ["not known where one states none", [[0.5, 0.5, 0.5, 0.5], null], false],
  ])("has a CO₂ that is %s", async (_, series, isKnown) => {
    const plain = plainProblem();
    const [site, meter] = [plain.nodes[0]!, plain.meteringPoints[0]!];
    const nodes = series.map((__, index) => ({
      ...site,
      id: `n${index}`,
      parentId: index === 0 ? null : "n0",
    }));
    const meteringPoints = series.map((carbonKgPerKwh, index) => ({
      ...meter,
      id: `m${index}`,
      nodeId: `n${index}`,
      carbonKgPerKwh,
    }));
    const sessions = plain.sessions.map((session) => ({ ...session, nodeId: "n0" }));
    const { points } = await curve({ ...plain, nodes, meteringPoints, sessions }, ["cost", "peak"], 2);
    for (const { carbonKg, knownCarbonKg } of points) {
      expect(knownCarbonKg).toBeGreaterThan(0);
      expect(carbonKg).toBe(isKnown ? knownCarbonKg : null);
    }
  });

  test("is one plan where nothing is traded", async () => {
    const quiet = plainProblem();
    const flat = quiet.meteringPoints.map((meter) => ({ ...meter, carbonKgPerKwh: [0, 0, 0, 0] }));
    const { points } = await curve({ ...quiet, meteringPoints: flat }, ["cost", "carbon"], 7);
    expect(points).toHaveLength(1);
  });
});
