import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPTIMAL_GAP } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, solverByName, type SolverName } from "../../src/optimizer/index.js";
import { problemArb, SMALL } from "./problems.js";
import { RULES, scaleOf, TOLERANCE } from "./solving.js";

/** Objective and bound of what would be sent; null where nothing may be. */
const sentBy = async (name: SolverName, problem: Problem) => {
  const solver = await solverByName(name);
  const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 10_000 });
  if (outcome.status === "invalid" || outcome.status === "fallback") return null;
  const { sent } = outcome.plan.certificate;
  return sent.maxViolation > TOLERANCE ? null : { ...sent, status: outcome.status };
};

describe("the rounded plan that is sent", () => {
  it.each([
    { flattening: false, runs: 40 },
    { flattening: true, runs: 10 },
  ])(
    "costs no more than that of any rule, and none is below its bound (flattened: $flattening)",
    async ({ flattening, runs }) => {
      await fc.assert(
        fc.asyncProperty(problemArb({ ...SMALL, flattening }), async (problem) => {
          const ours = await sentBy("highs", problem);
          expect(ours).not.toBeNull();
          for (const rule of RULES) {
            const theirs = await sentBy(rule, problem);
            if (ours === null || theirs === null) continue;
            const slack = OPTIMAL_GAP * scaleOf(theirs.objective);
            expect(ours.objective, rule).toBeLessThanOrEqual(theirs.objective + slack);
            if (ours.bound !== null) expect(ours.bound, rule).toBeLessThanOrEqual(theirs.objective + slack);
          }
        }),
        { numRuns: runs },
      );
    },
  );
});
