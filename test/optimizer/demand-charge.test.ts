import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, type SolverName, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { check, objective, scaleOf, solve, TOLERANCE } from "./solving.js";

type Charge = Problem["meteringPoints"][number]["demandCharge"];

const charged = (problem: Problem, demandCharge: Charge): Problem => ({
  ...problem,
  meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, demandCharge })),
});

const SOLVERS: readonly SolverName[] = ["structured", "highs", "simplex"];

describe.each(SOLVERS)("a demand charge, by %s", (solver) => {
  test("never costs less with a lower billed peak, a higher price or more slots that count", async () => {
    await fc.assert(
      fc.asyncProperty(
        problemArb(),
        fc.nat({ max: 12 }),
        fc.nat({ max: 8 }),
        async (drawn, billed, slots) => {
          const counts = drawn.horizon.startsMs.map((_, slot) => slot < slots);
          const least = { pricePerKw: 0.5, billedPeakKw: billed, countsInSlot: counts };
          const before = await objective(solver, charged(drawn, least));
          for (const more of [
            { ...least, billedPeakKw: Math.max(0, billed - 2) },
            { ...least, pricePerKw: 1 },
            { ...least, countsInSlot: null },
          ])
            expect(await objective(solver, charged(drawn, more))).toBeGreaterThan(
              before - TOLERANCE * scaleOf(before),
            );
        },
      ),
      { numRuns: 15 },
    );
  });

  // What outranks cost is priced above it, so limits that are broken and urgent cars would cost more.
  test("below the billed peak costs nothing and changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb({ ...SMALL, overload: false }), async (any) => {
        const sessions = any.sessions.map((session) => ({ ...session, urgency: "normal" as const }));
        // A limit that base load breaks is priced above what a kWh may add to the peak, billed or not.
        const nodes = any.nodes.map((node) => ({ ...node, phaseLimitKw: null, voltageLimits: null }));
        const drawn = { ...any, sessions, nodes };
        const free = await objective(solver, charged(drawn, null));
        const billed = { pricePerKw: 5, billedPeakKw: 500, countsInSlot: null };
        const paid = charged(drawn, billed);
        expect(Math.abs((await objective(solver, paid)) - free)).toBeLessThan(TOLERANCE * scaleOf(free));
      }),
      { numRuns: 15 },
    );
  });

  test("dear enough lowers the peak, never below what must be bought", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (drawn) => {
        const peakOf = async (pricePerKw: number): Promise<number> => {
          const problem = charged(drawn, { pricePerKw, billedPeakKw: 0, countsInSlot: null });
          const seen = check(problem, await solve(solver, problem));
          return seen.peaks.reduce((total, { peakKw }) => total + peakKw, 0);
        };
        const cheap = await peakOf(0.01);
        expect(await peakOf(1)).toBeLessThan(cheap + 1e-4 * scaleOf(cheap));
      }),
      { numRuns: 15 },
    );
  });
});

describe("money", () => {
  const problem = charged(plainProblem(), {
    pricePerKw: 3,
    billedPeakKw: 4,
    countsInSlot: [true, true, false, true],
  });
  const costOf = (charge: number[]): number =>
    verify(problem, { chargeKw: [charge], dischargeKw: [[0, 0, 0, 0]] }, { semiContinuous: true }).moneyCost;
  const energyOf = (charge: number[]): number =>
    [1, 0.5, 0.2, 0.8].reduce((total, price, slot) => total + (price * (2 + (charge[slot] ?? 0))) / 4, 0);

  test("prices the highest bought power that counts, above what is billed", () => {
    expect(costOf([0, 2, 7, 0])).toBeCloseTo(energyOf([0, 2, 7, 0]), 12);
    expect(costOf([0, 5, 7, 4])).toBeCloseTo(energyOf([0, 5, 7, 4]) + 3 * (7 - 4), 12);
  });

  test("curtailment below an import that counts is no cheaper than using the sun", async () => {
    const sunny = {
      ...problem,
      nodes: problem.nodes.map((node) => ({ ...node, pvKw: [3, 3, 3, 3] })),
      meteringPoints: problem.meteringPoints.map((meter) => ({
        ...meter,
        buyPricePerKwh: [-1, -1, -1, -1],
        sellPricePerKwh: [-2, -2, -2, -2],
      })),
    };
    const result = await solve("highs", sunny);
    const given = check(sunny, result);
    const chosen = check(sunny, { ...result, curtailedKw: [] });
    expect(chosen.objective).toBeCloseTo(given.objective, 5);
  });
});

describe("a plan under a demand charge", () => {
  const quiet = plainProblem();
  const car = { ...quiet.sessions[0]!, maxDischargeKw: 0, reserveKwh: 0, initialKwh: 2, targetKwh: 5 };
  const plan = async (pricePerKw: number) => {
    const problem = charged(
      { ...quiet, sessions: [{ ...car, minChargeKw: 0 }] },
      { pricePerKw, billedPeakKw: 6, countsInSlot: null },
    );
    const parts = { solver: await solverByName("highs"), fallback: await solverByName("least-laxity") };
    const outcome = await planProblem(problem, { ...parts, timeLimitMs: 10_000 });
    if (outcome.status === "invalid") throw new Error("invalid");
    return outcome.plan;
  };

  test("tells its peak, what that adds, and why a car waits", async () => {
    // 3.33 kWh at the port in an hour, up to 4 kW beside 2 kW of base load: a slot at 7 kW, or four at 3.33 kW.
    const held = await plan(5);
    expect(held.meteringPoints).toEqual([
      {
        meteringPointId: "meter",
        highestKw: expect.closeTo(6, 6),
        peakKw: expect.closeTo(6, 6),
        demandCost: expect.closeTo(0, 6),
        carbonKg: null,
      },
    ]);
    const reasons = held.sessions[0]?.reasons ?? [];
    expect(reasons[0]).toMatchObject({ key: "charging" });
    const free = await plan(0);
    expect(free.meteringPoints[0]?.highestKw).toBeGreaterThan(8.9);
    expect(free.meteringPoints[0]?.demandCost).toBe(0);
  });

  test("names the meter, the peak and the price to a car that waits for it", async () => {
    const problem = charged(
      {
        ...quiet,
        nodes: quiet.nodes.map((node) => ({ ...node, baseKw: [6, 2, 2, 2] })),
        meteringPoints: quiet.meteringPoints.map((meter) => ({
          ...meter,
          buyPricePerKwh: [0.2, 0.5, 0.5, 0.5],
        })),
        sessions: [{ ...car, minChargeKw: 0, targetKwh: 4.5 }],
      },
      { pricePerKw: 5, billedPeakKw: 6, countsInSlot: null },
    );
    const parts = { solver: await solverByName("highs"), fallback: await solverByName("least-laxity") };
    const outcome = await planProblem(problem, { ...parts, timeLimitMs: 10_000 });
    if (outcome.status === "invalid") throw new Error("invalid");
    const [first] = outcome.plan.sessions[0]?.reasons ?? [];
    expect(outcome.plan.sessions[0]?.chargeKw[0]).toBeCloseTo(0, 5);
    expect(first).toEqual({
      key: "peak-held",
      meteringPointId: "meter",
      peakKw: expect.closeTo(outcome.plan.meteringPoints[0]?.peakKw ?? 0, 6),
      pricePerKw: 5,
    });
  });
});
