import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem, ReductionPayment } from "../../src/domain/problem.js";
import { planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem, problemArb } from "./problems.js";
import { solve, TOLERANCE } from "./solving.js";

const payment = (
  segments: ReductionPayment["segments"],
  baselineKw: (number | null)[],
): ReductionPayment => ({
  id: "evening",
  nodeId: "site",
  baselineKw,
  segments,
  excessPricePerKwh: null,
  floorKw: null,
});

const CHEAP_NOW = [0.2, 0.5, 0.5, 0.5];

/** 2 kW of base load, and a car that wants one slot at full power or so, cheapest in the first. */
const withPayment = (segments: ReductionPayment["segments"]): Problem => {
  const problem = plainProblem();
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, failsafe: null })),
    meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh: CHEAP_NOW })),
    sessions: problem.sessions.map((car) => ({ ...car, maxDischargeKw: 0, targetKwh: 9.5 })),
    payments: [payment(segments, [9, null, null, null])],
  };
};

/** What `verify` says of a plan with a payment and without. */
const paidFor = (problem: Problem, chargeKw: number): number => {
  const powers = { chargeKw: [[chargeKw, 0, 0, 0]], dischargeKw: [[0, 0, 0, 0]] };
  const cost = (payments: Problem["payments"]): number =>
    verify({ ...problem, payments }, powers, { semiContinuous: false }).moneyCost;
  return cost([]) - cost(problem.payments);
};

describe("a payment for reduction", () => {
  const segments = [
    { kw: 2, pricePerKwh: 1 },
    { kw: 3, pricePerKwh: 0.4 },
  ];

  it("pays the first kW at the first price, the next at the second, no more beyond, and takes for excess", () => {
    const problem = withPayment(segments);
    // Baseline 9 kW, base load 2 kW: the car leaves 7 kW less what it draws. A slot is a quarter of an hour.
    expect(paidFor(problem, 7)).toBeCloseTo(0, 9);
    expect(paidFor(problem, 6)).toBeCloseTo(1 / 4, 9);
    expect(paidFor(problem, 3)).toBeCloseTo((2 + 2 * 0.4) / 4, 9);
    expect(paidFor(problem, 1)).toBeCloseTo((2 + 3 * 0.4) / 4, 9);
    expect(paidFor(problem, 0)).toBeCloseTo((2 + 3 * 0.4) / 4, 9);
    expect(paidFor(problem, 8)).toBeCloseTo(-1 / 4, 9);
  });

  it.each(["structured", "highs", "simplex"] as const)(
    "is taken as far as it is worth it by %s",
    async (name) => {
      // Another slot costs 0.3 more: the kW paid with 1 are given up, those paid with 0.2 are not.
      const dear = withPayment([
        { kw: 2, pricePerKwh: 1 },
        { kw: 5, pricePerKwh: 0.2 },
      ]);
      const free = { ...dear, payments: [] };
      expect((await solve(name, free)).chargeKw[0]?.[0]).toBeCloseTo(6.667, 2);
      expect((await solve(name, dear)).chargeKw[0]?.[0]).toBeCloseTo(5, 4);
    },
  );

  it("is what a car is told that waits for it", async () => {
    const problem = withPayment([{ kw: 9, pricePerKwh: 1 }]);
    const outcome = await planProblem(problem, {
      solver: await solverByName("highs"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 20_000,
    });
    if (outcome.status === "invalid") throw new Error("invalid");
    expect(outcome.plan.sessions[0]?.chargeKw[0]).toBe(0);
    expect(outcome.plan.sessions[0]?.reasons[0]).toEqual({
      key: "demand-response-event",
      eventId: "evening",
      shadowPricePerKwh: expect.closeTo(1, 4),
    });
  });

  it("never makes a plan dearer where load below the baseline is all there can be", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const high = problem.payments.map((one) => ({
          ...one,
          baselineKw: one.baselineKw.map((kw) => (kw === null ? null : 1_000)),
        }));
        const cost = async (payments: Problem["payments"]): Promise<number> =>
          (await solve("structured", { ...problem, payments })).objective ?? Number.NaN;
        // The penalty of a broken limit follows the payments; what base load breaks costs more with them.
        const sound = problem.nodes.every(
          ({ importLimitKw, phaseLimitKw }) => !importLimitKw && !phaseLimitKw,
        );
        if (!sound) return;
        const without = await cost([]);
        expect(await cost(high)).toBeLessThanOrEqual(without + TOLERANCE * Math.max(1, Math.abs(without)));
      }),
      { numRuns: 200 },
    );
  });
});
