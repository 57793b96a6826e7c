import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planProblem, type PlanProgress, solverByName } from "../../src/optimizer/index.js";
import { siteDay } from "../../bench/site-day.js";
import { problemArb } from "./problems.js";

const told = async (
  problem: ReturnType<typeof siteDay>,
): Promise<{ plan: unknown; progress: PlanProgress[] }> => {
  const progress: PlanProgress[] = [];
  const outcome = await planProblem(problem, {
    solver: await solverByName("structured"),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 60_000,
    onProgress: (one) => void progress.push(one),
  });
  return { plan: outcome.status === "invalid" ? null : outcome.plan, progress };
};

describe("what planning tells on its way", () => {
  test("begins with the solve and ends with the reasons; no share falls within a stage", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const { progress } = await told(problem);
        expect(progress[0]).toEqual({ stage: "solve" });
        expect(progress.at(-1)).toEqual({ stage: "explain" });
        for (const [index, one] of progress.entries()) {
          const before = progress[index - 1];
          if (one.stage !== "round") continue;
          expect(one.share).toBeGreaterThan(0);
          expect(one.share).toBeLessThanOrEqual(1);
          if (before?.stage === "round") expect(one.share).toBeGreaterThanOrEqual(before.share);
        }
      }),
      { numRuns: 10 },
    );
  });

  test("names every iteration of the structured method, with a gap that ends below the tolerance", async () => {
    const { progress } = await told(siteDay(100));
    const iterations = progress.flatMap((one) => (one.stage === "solve" ? [one.iteration ?? -1] : []));
    expect(iterations.slice(0, 3)).toEqual([-1, 0, 1]);
    const gaps = progress.flatMap((one) => (one.stage === "solve" ? [one.gap ?? Infinity] : []));
    expect(gaps.at(-1)).toBeLessThan(1e-7);
    const shares = progress.flatMap((one) => (one.stage === "round" ? [one.share] : []));
    expect(shares.length).toBeGreaterThan(50);
    expect(shares.at(-1)).toBeGreaterThan(0.7);
  });

  test("changes nothing of the plan", async () => {
    const problem = siteDay(20);
    const outcome = await planProblem(problem, {
      solver: await solverByName("structured"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 60_000,
    });
    expect((await told(problem)).plan).toEqual(outcome.status === "invalid" ? null : outcome.plan);
  });
});
