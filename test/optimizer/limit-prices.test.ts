import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { plainProblem } from "./problems.js";
import { planOf } from "./solving.js";

/** One car, no wear, and a site with room for so much in the cheapest slot and for more in all others. */
const crowded = (roomKw: number, weights: Partial<Problem["weights"]>): Problem => {
  const problem = plainProblem();
  return {
    ...problem,
    weights: { ...problem.weights, ...weights },
    nodes: problem.nodes.map((node) => ({
      ...node,
      failsafe: null,
      importLimitKw: [20, 20, 2 + roomKw, 20],
    })),
    sessions: problem.sessions.map((session) => ({
      ...session,
      minChargeKw: 0,
      maxDischargeKw: 0,
      minDischargeKw: 0,
    })),
  };
};

const weight = fc.constantFrom(0.2, 0.5, 1, 3, 40);

test("the price of a limit is in money, whatever money is weighed with", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 4 }), weight, async (roomKw, cost) => {
      const plan = await planOf(crowded(roomKw, { cost, wear: cost }));
      expect(plan.limitPricesIn).toBe("money");
      // A kWh at 0.2 instead of the 0.5 of the next slot, a quarter of an hour earlier by 0.001 an hour.
      expect(plan.nodes[0]?.limitPricePerKwh[2]).toBeCloseTo(0.3 - 0.001 / 4, 4);
      const held = plan.sessions[0]?.reasons.flatMap((reason) =>
        "shadowPricePerKwh" in reason && reason.shadowPricePerKwh !== null ? [reason.shadowPricePerKwh] : [],
      );
      for (const price of held ?? []) expect(price).toBeLessThanOrEqual(0.3001);
    }),
    { numRuns: 15 },
  );
});

test("where money weighs nothing, the plan says that prices are units of the objective", async () => {
  const plan = await planOf(crowded(2, { cost: 0, comfort: 1 }));
  expect(plan.limitPricesIn).toBe("objective");
  for (const reason of plan.sessions[0]?.reasons ?? [])
    if ("shadowPricePerKwh" in reason) expect(reason.shadowPricePerKwh).toBeNull();
});
