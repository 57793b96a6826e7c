import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { dualBound } from "../../src/optimizer/index.js";
import { formulate, tradesWithItself, twoWays } from "../../src/optimizer/formulation/index.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { check, RULES, scaleOf, solve, TOLERANCE } from "./solving.js";

describe("where both directions pay at once", () => {
  const ODD = { ...SMALL, maxSlots: 6, oddPrices: true };

  test("plans use one direction and bounds stay valid", async () => {
    let branched = 0;
    await fc.assert(
      fc.asyncProperty(problemArb(ODD), async (problem) => {
        const result = await solve("highs", problem);
        expect(result.status).toBe("optimal");
        const seen = check(problem, result);
        const slack = TOLERANCE * scaleOf(seen.objective);
        expect(seen.maxViolation).toBeLessThan(TOLERANCE);
        expect(Math.abs((result.objective ?? NaN) - seen.objective)).toBeLessThan(slack);
        expect(result.bound).toBeLessThanOrEqual(seen.objective + slack);
        expect(result.bound).toBeGreaterThanOrEqual(seen.objective - slack);
        if (result.multipliers === null) throw new Error("no multipliers");
        const bound = dualBound(problem, result.multipliers);
        expect(bound).toBeLessThanOrEqual(seen.objective + slack);
        if (bound < seen.objective - slack) branched++;
      }),
      { numRuns: 40 },
    );
    expect(branched).toBeGreaterThan(0);
  });

  test("no rule is better", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(ODD), async (problem) => {
        const best = check(problem, await solve("highs", problem)).objective;
        for (const rule of RULES) {
          const seen = check(problem, await solve(rule, problem));
          if (seen.maxViolation <= TOLERANCE)
            expect(best).toBeLessThanOrEqual(seen.objective + TOLERANCE * scaleOf(best));
        }
      }),
      { numRuns: 25 },
    );
  });
});

test("a capacity event is never broken to meet a target, whatever the penalties", async () => {
  await fc.assert(
    fc.asyncProperty(problemArb(), fc.constantFrom(0.001, 1, 500), async (drawn, limitSlackPerKwh) => {
      const problem: Problem = {
        ...drawn,
        nodes: drawn.nodes.map((node) => ({
          ...node,
          importLimitKw: node.baseKw.map((kw, slot) =>
            node.id === "site" ? (slot % 2 === 0 ? kw : 0) : null,
          ),
        })),
        sessions: drawn.sessions.map((session) => ({ ...session, shortfallPerPercent: 100 })),
        penalties: { ...drawn.penalties, limitSlackPerKwh },
      };
      const seen = check(problem, await solve("highs", problem));
      expect(seen.violations.filter(({ amount }) => amount > TOLERANCE)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("where a kWh sold earns what a bought one costs there is nothing to decide", () => {
  const problem = plainProblem();
  const point = problem.meteringPoints[0];
  if (point === undefined) throw new Error("no metering point");
  const sellingAt = (difference: number): Problem => ({
    ...problem,
    meteringPoints: [{ ...point, sellPricePerKwh: point.buyPricePerKwh.map((price) => price + difference) }],
  });
  const decided = (asked: Problem): number =>
    twoWays(formulate(asked)).filter(({ kind }) => kind === "meter").length;
  expect(decided(sellingAt(-0.1))).toBe(0);
  expect(decided(sellingAt(0))).toBe(0);
  expect(decided(sellingAt(0.1))).toBe(problem.horizon.startsMs.length);
});

test("where selling earns more there is something to decide only if anything can be sold", () => {
  const problem = plainProblem();
  const withBase = (baseKw: number): Problem => ({
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, baseKw: node.baseKw.map(() => baseKw) })),
    meteringPoints: problem.meteringPoints.map((point) => ({
      ...point,
      sellPricePerKwh: point.buyPricePerKwh.map((price) => price + 0.1),
    })),
  });
  // The car gives back 7 kW at most.
  expect(tradesWithItself(formulate(withBase(6)))).toBe(true);
  expect(tradesWithItself(formulate(withBase(8)))).toBe(false);
});
