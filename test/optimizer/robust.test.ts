import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, planSoundPart, type SolverName, solverByName } from "../../src/optimizer/index.js";
import { problemArb, SMALL } from "./problems.js";

const SOLVERS: readonly SolverName[] = ["structured", "highs", "simplex"];
const RUNS = Number(process.env.ROBUST_RUNS ?? 25);

type Path = readonly (string | number)[];

/** Places of all numbers of a problem, and of what may be one. */
const placesOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    placesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
};

/** A copy of a problem with another value at a place; as it may be built in code. */
const spoil = (problem: Problem, places: readonly (readonly [Path, number | null])[]): Problem => {
  const copy = structuredClone(problem);
  for (const [path, value] of places) {
    let holder: object = copy;
    for (const step of path.slice(0, -1)) {
      const next: unknown = Reflect.get(holder, step);
      if (typeof next === "object" && next !== null) holder = next;
    }
    Reflect.set(holder, path.at(-1) ?? "", value);
  }
  return copy;
};

const VALUES = [
  Number.NaN,
  Infinity,
  -Infinity,
  null,
  1e12,
  -1e12,
  1e-12,
  -1e-12,
  1e6,
  1e-6,
  0,
  -1,
  0.5,
  1,
  2,
];

/** A random problem in which one to four numbers are none, or are far from all others. */
const spoiled = (values: readonly (number | null)[]): fc.Arbitrary<Problem> =>
  problemArb({ ...SMALL, oddPrices: true }).chain((problem) => {
    const byField = new Map<string, Path[]>();
    // Each field is as likely as any other, however many slots it has.
    for (const path of placesOf(problem)) {
      const field = path.filter((step) => typeof step === "string").join(".");
      byField.set(field, [...(byField.get(field) ?? []), path]);
    }
    const place = fc.constantFrom(...byField.values()).chain((paths) => fc.constantFrom(...paths));
    return fc
      .array(fc.tuple(place, fc.constantFrom(...values)), { minLength: 1, maxLength: 4 })
      .map((places) => spoil(problem, places));
  });

const isSound = async (problem: Problem, name: SolverName, plan: typeof planProblem): Promise<boolean> => {
  const outcome = await plan(problem, {
    solver: await solverByName(name),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 5_000,
  });
  if (outcome.status === "invalid") {
    expect(outcome.problems.length).toBeGreaterThan(0);
    for (const { place, message } of outcome.problems) {
      expect(place).toMatch(
        /^(horizon|nodes|meteringPoints|storages|swapStations|sessions|targets|payments|penalties|weights|previous|supplyPu)/,
      );
      expect(message.length).toBeGreaterThan(10);
    }
    return false;
  }
  const { sessions, nodes, certificate, moneyCost } = outcome.plan;
  const { sent } = certificate;
  expect([sent.objective, moneyCost].every(Number.isFinite)).toBe(true);
  expect(sent.maxViolation).toBeLessThanOrEqual(1e-6);
  if (sent.gap !== null) expect(sent.gap).toBeGreaterThan(-1e-6);
  for (const { chargeKw, dischargeKw, energyKwh, shortfallKwh } of sessions)
    expect([...chargeKw, ...dischargeKw, ...energyKwh, shortfallKwh].every(Number.isFinite)).toBe(true);
  for (const { netKw, limitPricePerKwh } of nodes)
    expect([...netKw, ...limitPricePerKwh].every(Number.isFinite)).toBe(true);
  return true;
};

describe("a problem with numbers that are none, or far from all others", () => {
  test.each(SOLVERS)(
    "ends in faults with their places, or in a verified plan by %s or the rule",
    async (name) => {
      let planned = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(spoiled(VALUES), async (problem) => {
          if (await isSound(problem, name, planProblem)) planned++;
          else refused++;
        }),
        { numRuns: RUNS },
      );
      expect(Math.min(planned, refused)).toBeGreaterThan(RUNS / 20);
    },
  );

  test("is planned all the same where what is at fault can be left out", async () => {
    await fc.assert(
      fc.asyncProperty(spoiled([Number.NaN, Infinity, null, 1e12]), async (problem) => {
        await isSound(problem, "structured", planSoundPart);
      }),
      { numRuns: RUNS },
    );
  });
});
