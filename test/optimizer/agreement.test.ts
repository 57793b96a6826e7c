import * as fc from "fast-check";
import { expect, test } from "vitest";
import { problemArb, SMALL } from "./problems.js";
import { objective, scaleOf, TOLERANCE } from "./solving.js";

/** Tens of thousands more: `structured/*.long.test.ts`. */
test.each([
  { a: "highs", b: "simplex", runs: 60, shape: SMALL },
  { a: "structured", b: "highs", runs: 150, shape: SMALL },
  { a: "structured", b: "highs", runs: 25, shape: { ...SMALL, maxSessions: 16, maxSlots: 40 } },
  { a: "structured", b: "highs", runs: 60, shape: { ...SMALL, maxSlots: 6, oddPrices: true } },
  { a: "highs", b: "simplex", runs: 40, shape: { ...SMALL, flattening: true } },
  { a: "structured", b: "highs", runs: 100, shape: { ...SMALL, flattening: true } },
  {
    a: "structured",
    b: "highs",
    runs: 20,
    shape: { ...SMALL, maxSessions: 16, maxSlots: 40, flattening: true },
  },
  {
    a: "structured",
    b: "highs",
    runs: 40,
    shape: { ...SMALL, maxSlots: 6, oddPrices: true, flattening: true },
  },
] as const)("$a = $b on $runs random problems of $shape", async ({ a, b, runs, shape }) => {
  await fc.assert(
    fc.asyncProperty(problemArb(shape), async (problem) => {
      const [one, other] = [await objective(a, problem), await objective(b, problem)];
      expect(Math.abs(one - other)).toBeLessThan(TOLERANCE * scaleOf(one));
    }),
    { numRuns: runs },
  );
});
