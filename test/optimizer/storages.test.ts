import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem, ProblemStorage } from "../../src/domain/problem.js";
import { planProblem, planSoundPart, SOLVER_NAMES, solverByName, verify } from "../../src/optimizer/index.js";
import { withStorages } from "../../src/optimizer/storages.js";
import { plainProblem, problemArb } from "./problems.js";
import { check, solve, TOLERANCE } from "./solving.js";

const STORAGE: ProblemStorage = {
  id: "cellar",
  nodeId: "site",
  capacityKwh: 20,
  energyKwh: 10,
  minimumKwh: 4,
  maxChargeKw: 6,
  maxDischargeKw: 6,
  chargeEfficiency: 0.9,
  dischargeEfficiency: 0.9,
  wearPerKwh: 0.05,
  terminalValuePerKwh: 0,
};

const withStorage = (change: Partial<ProblemStorage> = {}): Problem => ({
  ...plainProblem(),
  storages: [{ ...STORAGE, ...change }],
});

const planned = async (problem: Problem) => {
  const solver = await solverByName("structured");
  const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome;
};

describe("a storage keeps to its powers, its energies and one direction", () => {
  test.each(SOLVER_NAMES)("%s", async (name) => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const result = await solve(name, problem);
        const seen = check(problem, result);
        const { startsMs, endMs } = problem.horizon;
        for (const [number, storage] of problem.storages.entries()) {
          const index = problem.sessions.length + number;
          let { energyKwh } = storage;
          for (const [slot, startMs] of startsMs.entries()) {
            const hours = ((startsMs[slot + 1] ?? endMs) - startMs) / 3_600_000;
            const inKw = result.chargeKw[index]?.[slot] ?? NaN;
            const outKw = result.dischargeKw[index]?.[slot] ?? NaN;
            energyKwh += hours * (storage.chargeEfficiency * inKw - outKw / storage.dischargeEfficiency);
            expect(seen.energyKwh[index]?.[slot + 1]).toBeCloseTo(energyKwh, 9);
            expect(energyKwh).toBeGreaterThan(Math.min(storage.minimumKwh, storage.energyKwh) - 1e-6);
            expect(energyKwh).toBeLessThan(storage.capacityKwh + 1e-6);
            expect(inKw).toBeLessThan(storage.maxChargeKw + 1e-6);
            expect(outKw).toBeLessThan(storage.maxDischargeKw + 1e-6);
            expect(Math.min(inKw, outKw)).toBeLessThan(TOLERANCE);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

test("a plan has storages apart from sessions, and is proven", async () => {
  const { status, plan } = await planned(withStorage());
  expect(status).toBe("optimal");
  expect(plan.sessions.map(({ sessionId }) => sessionId)).toEqual(["car"]);
  const [cellar] = plan.storages ?? [];
  expect(cellar?.storageId).toBe("cellar");
  expect(cellar?.energyKwh[0]).toBe(10);
  // What is left at the end is worth nothing: all above the minimum has gone, in the dear slots.
  expect(cellar?.energyKwh.at(-1)).toBeCloseTo(4, 6);
  expect(cellar?.dischargeKw[0]).toBeGreaterThan(0);
});

test("a problem without storages has no word of them in its plan", async () => {
  expect((await planned(plainProblem())).plan).not.toHaveProperty("storages");
});

test("comfort is for drivers: it does not keep a storage from charging late", async () => {
  const flat = withStorage({ energyKwh: 4, maxDischargeKw: 0, terminalValuePerKwh: 0.4 });
  const { plan } = await planned({ ...flat, weights: { ...flat.weights, comfort: 50 } });
  // Slot 2 alone is cheap enough, at 0.2.
  expect(plan.storages?.[0]?.chargeKw.map((kw) => kw > 0.01)).toEqual([false, false, true, false]);
});

test("without a stated worth, what is left is worth what it costs in the cheapest quarter", async () => {
  const { plan } = await planned(withStorage({ energyKwh: 4, maxDischargeKw: 0, terminalValuePerKwh: null }));
  const powersKw = plan.storages?.[0]?.chargeKw ?? [];
  expect(powersKw.filter((_, slot) => slot !== 2).every((kw) => kw < 0.01)).toBe(true);
});

test("verify reads storages on its own, whatever sessions stand for them", () => {
  const problem = withStorage();
  const rest = [0, 0, 0, 0];
  const powers = { chargeKw: [rest, rest], dischargeKw: [rest, [6, 6, 6, 6]] };
  const seen = verify(problem, powers, { semiContinuous: true });
  expect(seen.violations.map(({ place }) => place)).toContain("storages[0].energyKwh[4]");
  expect(verify(withStorages(problem), powers, { semiContinuous: true })).toEqual(seen);
});

test("a storage of which energy or minimum is above its capacity is left out, and named", async () => {
  const solver = await solverByName("structured");
  const options = { solver, fallback: solver, timeLimitMs: 20_000 };
  const outcome = await planSoundPart(withStorage({ minimumKwh: 21 }), options);
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  expect(outcome.notes[0]).toContain("storages[0].minimumKwh (cellar)");
  expect(outcome.plan.storages).toBeUndefined();
});

test("a storage may not have the name of a session", async () => {
  const solver = await solverByName("structured");
  const outcome = await planProblem(withStorage({ id: "car" }), {
    solver,
    fallback: solver,
    timeLimitMs: 1_000,
  });
  expect(outcome).toMatchObject({ status: "invalid", problems: [{ place: "storages[0].id" }] });
});
