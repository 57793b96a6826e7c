import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../../src/domain/problem.js";
import type { Runner } from "../../../src/optimizer/solvers/structured/fleet/kernels.js";
import { type Split, solveSplit } from "../../../src/optimizer/solvers/structured/fleet/solve.js";
import { type ProblemShape, problemArb } from "../problems.js";

export const solved = (problem: Problem, by: Runner): Split => {
  const split = solveSplit(problem, () => 60_000, by);
  if (split === null) throw new Error("no point fits");
  return split;
};

/** Both kernels go the same way: they differ by the order of sums alone. False: neither comes to an end. */
const agree = (problem: Problem, by: Runner): boolean => {
  const [plain, wasm] = [solved(problem, "plain"), solved(problem, by)];
  if (plain.outcome.status !== "optimal" && wasm.outcome.status !== "optimal") return false;
  expect([plain.outcome.status, wasm.outcome.status]).toEqual(["optimal", "optimal"]);
  const size = Math.max(1, Math.abs(plain.outcome.objective));
  expect(Math.abs(wasm.outcome.objective - plain.outcome.objective)).toBeLessThan(2e-7 * size);
  expect(Math.abs(wasm.outcome.bound - plain.outcome.bound)).toBeLessThan(2e-7 * size);
  return true;
};

interface Case {
  readonly runs: number;
  readonly mostUnended: number;
  readonly shape: ProblemShape;
  /** "threads", unless said otherwise. */
  readonly by?: Runner;
}

/** The law of the kernels, here and in their long test. */
export const kernelsAgree = (cases: readonly Case[]): void =>
  test.each(cases)(
    "both agree on $runs random problems of up to $shape.maxSlots slots and $shape.maxSessions sessions",
    ({ runs, mostUnended, shape, by = "threads" }) => {
      let ended = 0;
      fc.assert(
        fc.property(problemArb(shape), (problem) => {
          if (agree(problem, by)) ended++;
        }),
        { numRuns: runs },
      );
      expect(ended).toBeGreaterThanOrEqual(runs - mostUnended);
    },
  );
