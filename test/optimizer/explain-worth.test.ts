import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";

const planOf = async (problem: Problem): Promise<Plan> => {
  const outcome = await planProblem(problem, {
    solver: await solverByName("structured"),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 20_000,
  });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
};

// 1 % of 8 kWh is worth 0.04: 0.5 a kWh, at the port nine tenths of it. Only the slot of 0.2 is cheaper, and 16 kWh
// are more than it takes. Least power has nothing to do with it.
test.each([0, 4])(
  "energy that is dearer than its worth is told as that (least power %s kW)",
  async (minChargeKw) => {
    const problem = plainProblem();
    const car = { maxDischargeKw: 0, reserveKwh: 0, targetKwh: 16, shortfallPerPercent: 0.04, minChargeKw };
    const { sessions } = await planOf({
      ...problem,
      sessions: problem.sessions.map((session) => ({ ...session, ...car })),
    });
    expect(sessions[0]?.shortfallKwh).toBeGreaterThan(5);
    expect(sessions[0]?.reasons[3]).toEqual({
      key: "dearer-than-shortfall",
      pricePerKwh: expect.closeTo(0.8, 2),
      worthPerKwh: expect.closeTo(0.45, 6),
    });
    expect(sessions[0]?.shortfallCause).toEqual({ key: "not-planned" });
  },
);

test("it is told of cars alone that are short, and whose energy costs more than it is worth", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      problemArb(SMALL),
      fc.double({ min: 0.001, max: 0.1, noNaN: true }),
      async (drawn, share) => {
        const sessions = drawn.sessions.map((car) => ({
          ...car,
          shortfallPerPercent: share,
          urgency: "normal" as const,
        }));
        const plan = await planOf({ ...drawn, sessions, swapStations: [], payments: [] });
        for (const [index, { reasons, shortfallKwh }] of plan.sessions.entries())
          for (const reason of reasons) {
            if (reason.key !== "dearer-than-shortfall") continue;
            told++;
            expect(shortfallKwh).toBeGreaterThan(0.005);
            expect(sessions[index]?.departsAfterHorizon).toBe(false);
            expect(reason.pricePerKwh).toBeGreaterThan(reason.worthPerKwh - 1e-4);
          }
      },
    ),
    { numRuns: 40 },
  );
  expect(told).toBeGreaterThan(5);
});
