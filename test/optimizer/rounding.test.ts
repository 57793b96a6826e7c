import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { siteDay } from "../../bench/site-day.js";
import type { Problem } from "../../src/domain/problem.js";
import {
  roundPowers,
  type SolverResult,
  solverByName,
  type Verification,
  verify,
} from "../../src/optimizer/index.js";
import { communityProblem } from "./community.js";
import { problemArb, SMALL } from "./problems.js";

const TIME = { timeLimitMs: 20_000 };

/** Under what was decided of all-or-nothing payments, as the optimizer rounds. */
const rounded = (problem: Problem, relaxed: SolverResult): Verification => {
  const powers = roundPowers(relaxed.decided?.problem ?? problem, relaxed, relaxed.multipliers);
  return verify(problem, powers, { semiContinuous: true });
};

/** Energy that brings cars nearer to their targets by departure, kWh. */
const delivered = ({ sessions }: Problem, { energyKwh }: Verification): number =>
  sessions.reduce((total, session, index) => {
    const left = energyKwh[index]?.[session.endSlot] ?? 0;
    return total + Math.max(0, Math.min(left, session.targetKwh) - session.initialKwh);
  }, 0);

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;

describe("a rounded plan", () => {
  test.each([
    { oddPrices: false, flattening: false },
    { oddPrices: true, flattening: false },
    { oddPrices: false, flattening: true },
  ])(
    "keeps every limit, bound and minimum power (odd prices: $oddPrices, flattened: $flattening)",
    async ({ oddPrices, flattening }) => {
      const highs = await solverByName("highs");
      await fc.assert(
        fc.asyncProperty(
          problemArb({ ...SMALL, maxSlots: oddPrices ? 6 : 10, oddPrices, flattening }),
          async (problem) => {
            const seen = rounded(problem, await highs.solve(problem, TIME));
            expect(seen.violations.filter(({ amount }) => amount > 1e-6)).toEqual([]);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test("is the same without multipliers, as far as limits go", async () => {
    const simplex = await solverByName("simplex");
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const seen = rounded(problem, await simplex.solve(problem, TIME));
        expect(seen.maxViolation).toBeLessThan(1e-6);
      }),
      { numRuns: 30 },
    );
  });

  test("of a plan that is semi-continuous already is that plan", async () => {
    const milp = await solverByName("highs-milp");
    await fc.assert(
      fc.asyncProperty(problemArb({ ...SMALL, maxSlots: 6 }), async (problem) => {
        const best = await milp.solve(problem, TIME);
        const again = roundPowers(problem, best, best.multipliers);
        for (const [index, row] of best.chargeKw.entries())
          for (const [slot, powerKw] of row.entries())
            expect(again.chargeKw[index]?.[slot]).toBeCloseTo(powerKw, 5);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    { cars: 12, seed: 1 },
    { cars: 25, seed: 2 },
    { cars: 40, seed: 3 },
  ])("of a community of $cars cars keeps 99.5 % of the energy at little cost", async (community) => {
    const problem = communityProblem(community);
    const highs = await solverByName("highs");
    const relaxed = await highs.solve(problem, TIME);
    const best = verify(problem, relaxed, { semiContinuous: false });
    const seen = rounded(problem, relaxed);
    expect(seen.maxViolation).toBeLessThan(1e-6);
    expect(delivered(problem, seen)).toBeGreaterThan(0.995 * delivered(problem, best));
    expect(seen.moneyCost).toBeLessThan(best.moneyCost + 0.02 * Math.abs(best.moneyCost));
  });
});

/** A site's day whose curve is flattened, under limits that leave it room to be. */
const flattenedDay = (cars: number, weight: number): Problem => {
  const problem = siteDay(cars);
  const nodes = problem.nodes.map((node) => ({
    ...node,
    importLimitKw: node.importLimitKw?.map((kw) => 2 * (kw ?? Infinity)) ?? null,
    flatteningPerKw2h: weight / cars,
  }));
  return { ...problem, nodes };
};

test.each([
  { cars: 12, weight: 0.3, most: 0.004 },
  { cars: 40, weight: 0.3, most: 0.001 },
  { cars: 40, weight: 0.06, most: 0.002 },
])(
  "a flattened curve of $cars cars stays flat when powers are rounded (weight $weight)",
  async ({ cars, weight, most }) => {
    const problem = flattenedDay(cars, weight);
    const relaxed = await (await solverByName("structured")).solve(problem, TIME);
    const best = verify(problem, relaxed, { semiContinuous: false });
    const seen = rounded(problem, relaxed);
    expect(seen.maxViolation).toBeLessThan(1e-6);
    expect(seen.objective).toBeLessThan(best.objective * (1 + most));
  },
);

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;

test.each([
  { flattening: false, numRuns: 40 },
  { flattening: true, numRuns: 40 },
])("rounding against the MILP on small sites, as a statistic (flattened: $flattening)", async (drawn) => {
  const [highs, milp] = [await solverByName("highs"), await solverByName("highs-milp")];
  const { flattening, numRuns } = drawn;
  // The MILP knows minimum powers; whole stock-outs are no part of it.
  const problems = fc
    .sample(problemArb({ ...SMALL, maxSlots: 7, flattening }), { numRuns, seed: 14 })
    .map((problem) => ({ ...problem, swapStations: [] }));
  const extra: number[] = [];
  let kept = 0;
  let possible = 0;
  for (const problem of problems) {
    const best = await milp.solve(problem, TIME);
    expect(best.status).toBe("optimal");
    const reference = verify(problem, best, { semiContinuous: true });
    const seen = rounded(problem, await highs.solve(problem, TIME));
    expect(reference.maxViolation).toBeLessThan(1e-6);
    expect(seen.objective).toBeGreaterThan(
      reference.objective - 1e-5 * Math.max(1, Math.abs(reference.objective)),
    );
    extra.push((seen.objective - reference.objective) / Math.max(1, Math.abs(reference.objective)));
    kept += delivered(problem, seen);
    possible += delivered(problem, reference);
  }
  console.info(
    `extra objective of rounding over the MILP: p50 ${share(quantile(extra, 0.5))}, p95 ${share(quantile(extra, 0.95))}, ` +
      `max ${share(quantile(extra, 1))}; energy kept ${share(kept / possible)}`,
  );
  expect(quantile(extra, 0.5)).toBeLessThan(0.005);
  expect(quantile(extra, 0.95)).toBeLessThan(0.15);
  expect(kept / possible).toBeGreaterThan(0.97);
});
