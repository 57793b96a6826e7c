import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, type SolverName, solverByName, verify } from "../../src/optimizer/index.js";
import { withoutChoice } from "./drawn-swap-stations.js";
import { plainProblem, problemArb } from "./problems.js";
import { check, scaleOf, solve } from "./solving.js";

const weighing = (problem: Problem, carbon: number, kgPerKwh: readonly number[]): Problem => ({
  ...problem,
  weights: { ...problem.weights, carbon },
  meteringPoints: problem.meteringPoints.map((meter) => ({
    ...meter,
    carbonKgPerKwh: problem.horizon.startsMs.map((_, slot) => kgPerKwh[slot % kgPerKwh.length] ?? 0),
  })),
});

const kgOf = ({ carbonKg }: { carbonKg: readonly number[] }): number =>
  carbonKg.reduce((total, kg) => total + kg, 0);

const SOLVERS: readonly SolverName[] = ["structured", "highs", "simplex"];

describe.each(SOLVERS)("carbon, by %s", (solver) => {
  test("is never more at a higher price, nor the money for it less", async () => {
    const intensities = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(problemArb(), intensities, async (drawn, tenths) => {
        // What outranks cost is priced by it: without urgent cars and broken limits nothing but carbon changes.
        const sessions = drawn.sessions.map((session) => ({
          ...session,
          urgency: "normal" as const,
          departsAfterHorizon: false,
          shortfallPerPercent: 200,
        }));
        // What is left in a storage is worth what charging it costs, carbon included, unless that is stated.
        const storages = drawn.storages.map((storage) => ({ ...storage, terminalValuePerKwh: 0.3 }));
        const nodes = drawn.nodes.map((node) => ({ ...node, importLimitKw: null, limitSource: null }));
        const penalties = { ...drawn.penalties, reservePerKwhHour: 200 };
        const kgPerKwh = tenths.map((kg) => kg / 10);
        const at = async (carbon: number) => {
          const swapStations = drawn.swapStations.map(withoutChoice);
          const asked = { ...drawn, sessions, storages, swapStations, nodes, targets: [], penalties };
          const problem = weighing(asked, carbon, kgPerKwh);
          const seen = check(problem, await solve(solver, problem));
          return { kg: kgOf(seen), rest: seen.objective - carbon * kgOf(seen) };
        };
        const [cheap, dear] = [await at(0.1), await at(1)];
        expect(dear.kg).toBeLessThan(cheap.kg + 1e-5 * scaleOf(cheap.rest));
        expect(dear.rest).toBeGreaterThan(cheap.rest - 1e-5 * scaleOf(cheap.rest));
      }),
      { numRuns: 20 },
    );
  });
});

describe("a plan that weighs carbon", () => {
  const quiet = plainProblem();
  const car = { ...quiet.sessions[0]!, maxDischargeKw: 0, reserveKwh: 0, minChargeKw: 0 };
  const problem = weighing({ ...quiet, sessions: [car] }, 5, [0.9, 0.1, 0.8, 0.8]);

  test("counts the kg of what is bought, not of what is sold, beside the money", () => {
    const powers = { chargeKw: [[0, 4, 0, 0]], dischargeKw: [[3, 0, 0, 0]] };
    const sessions = quiet.sessions.map((session) => ({ ...session, targetKwh: 0, reserveKwh: 0 }));
    const seen = verify({ ...problem, sessions }, powers, { semiContinuous: true });
    // Slot 0 sells 1 kW; then 6, 2 and 2 kW are bought.
    expect(kgOf(seen)).toBeCloseTo((6 * 0.1 + 2 * 0.8 + 2 * 0.8) / 4, 12);
    const free = verify({ ...quiet, sessions }, powers, { semiContinuous: true });
    expect(seen.moneyCost).toBeCloseTo(free.moneyCost, 12);
    expect(seen.objective).toBeCloseTo(free.objective + 5 * kgOf(seen), 9);
  });

  test("charges in the clean slot, tells its kg, and tells a car that it waits for that slot", async () => {
    const parts = { solver: await solverByName("highs"), fallback: await solverByName("least-laxity") };
    const outcome = await planProblem(problem, { ...parts, timeLimitMs: 10_000 });
    if (outcome.status === "invalid") throw new Error("invalid");
    const { sessions, meteringPoints, horizon } = outcome.plan;
    expect(sessions[0]?.chargeKw[1]).toBeGreaterThan(1);
    expect(sessions[0]?.reasons[0]).toMatchObject({
      key: "waiting-for-cheaper-slot",
      untilMs: horizon.startsMs[1],
    });
    const flat = {
      ...problem,
      meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh: [1, 1, 1, 1] })),
    };
    const same = await planProblem(flat, { ...parts, timeLimitMs: 10_000 });
    if (same.status === "invalid") throw new Error("invalid");
    expect(same.plan.sessions[0]?.reasons[0]).toEqual({
      key: "waiting-for-cleaner-slot",
      untilMs: horizon.startsMs[1],
      savingKgPerKwh: expect.closeTo(0.8, 9),
    });
    const powers = { chargeKw: [sessions[0]!.chargeKw], dischargeKw: [sessions[0]!.dischargeKw] };
    const kg = kgOf(verify(problem, powers, { semiContinuous: true }));
    expect(meteringPoints[0]?.carbonKg).toBeCloseTo(kg, 12);
  });
});
