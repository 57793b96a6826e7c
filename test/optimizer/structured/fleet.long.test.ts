import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../../src/domain/problem.js";
import { dualBound } from "../../../src/optimizer/index.js";
import { formulate } from "../../../src/optimizer/formulation/index.js";
import { loadHighsEngine } from "../../../src/optimizer/solvers/highs/index.js";
import { resultOf } from "../../../src/optimizer/solvers/structured/fleet/result.js";
import { solveSplit } from "../../../src/optimizer/solvers/structured/fleet/solve.js";
import { goesBothWays } from "../../../src/optimizer/solvers/structured/solver.js";
import { problemArb, SMALL } from "../problems.js";
import { check, scaleOf, TOLERANCE } from "../solving.js";

const highs = await loadHighsEngine();
const remainingMs = (): number => 60_000;
const OPTIONS = { timeLimitMs: 60_000 };

/** What is all or nothing is decided around the method: duals of its relaxation prove less than `verify` finds. */
const eachKwhPaid = (problem: Problem): Problem => ({
  ...problem,
  payments: problem.payments.map((payment) => ({ ...payment, floorKw: null })),
});

test.each([
  { runs: 6_000, mostStalled: 8, shape: SMALL },
  { runs: 6_000, mostStalled: 8, shape: { ...SMALL, oddPrices: true } },
  { runs: 150, mostStalled: 3, shape: { ...SMALL, maxSessions: 30, maxSlots: 60 } },
  { runs: 2_000, mostStalled: 3, shape: { ...SMALL, flattening: true } },
  { runs: 1_000, mostStalled: 1, shape: { ...SMALL, oddPrices: true, flattening: true } },
  { runs: 60, mostStalled: 1, shape: { ...SMALL, maxSessions: 30, maxSlots: 60, flattening: true } },
])(
  "cars in kernels = highs on $runs problems of up to $shape.maxSlots slots, and the duals prove it",
  ({ runs, mostStalled, shape }) => {
    let stalled = 0;
    let weak = 0;
    fc.assert(
      fc.property(problemArb(shape).map(eachKwhPaid), (problem) => {
        const split = solveSplit(problem, remainingMs);
        const other = highs.solve(formulate(problem).model, OPTIONS);
        expect(split).not.toBeNull();
        if (split === null) return;
        if (split.outcome.status === "stalled") {
          stalled++;
          return;
        }
        expect(Math.abs(split.outcome.objective - other.objective)).toBeLessThan(
          TOLERANCE * scaleOf(other.objective),
        );
        const { result, values } = resultOf(split);
        // What goes both ways at once is not the plan: directions are decided afterwards.
        if (goesBothWays(split.formulation, result, values)) return;
        const seen = check(problem, result);
        expect(seen.violations.filter(({ amount }) => amount > TOLERANCE)).toEqual([]);
        expect(result.multipliers).not.toBeNull();
        if (result.multipliers === null) return;
        const bound = dualBound(problem, result.multipliers);
        expect(bound).toBeLessThan(seen.objective + TOLERANCE * scaleOf(seen.objective));
        if (bound < seen.objective - TOLERANCE * scaleOf(seen.objective)) weak++;
      }),
      { numRuns: runs },
    );
    // What the method does not solve itself goes to the reference, and must stay rare.
    expect(stalled).toBeLessThanOrEqual(mostStalled);
    // Duals of what had settled before the method began may prove less where power has a price: one in thousands.
    expect(weak).toBeLessThanOrEqual(Math.ceil(runs / 500));
  },
);
