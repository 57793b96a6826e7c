import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { atOnePile } from "./one-pile.js";
import { problemArb } from "./problems.js";
import { check, solve, TOLERANCE } from "./solving.js";

const PILE_KW = 7;

/** All cars of a problem at one pile of 7 kW. */
const atSharedPile = (problem: Problem): Problem => {
  const limitKw = problem.horizon.startsMs.map(() => PILE_KW);
  const piled = atOnePile(problem, { importLimitKw: limitKw, exportLimitKw: limitKw });
  return { ...piled, storages: [], swapStations: [] };
};

it.each(["structured", "highs", "least-laxity"] as const)(
  "cars that share a pile share its power by %s",
  async (name) => {
    let full = 0;
    await fc.assert(
      fc.asyncProperty(problemArb().map(atSharedPile), async (problem) => {
        const result = await solve(name, problem);
        expect(check(problem, result).maxViolation).toBeLessThan(TOLERANCE);
        for (const slot of problem.horizon.startsMs.keys()) {
          const sum = (rows: readonly (readonly number[])[]): number =>
            rows.reduce((total, row) => total + (row[slot] ?? NaN), 0);
          const powerKw = sum(result.chargeKw) - sum(result.dischargeKw);
          expect(Math.abs(powerKw)).toBeLessThan(PILE_KW + 1e-5);
          if (powerKw > PILE_KW - 1e-3) full++;
        }
      }),
      { numRuns: 40 },
    );
    expect(full).toBeGreaterThan(0);
  },
);
