import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formulate } from "../../../src/optimizer/formulation/index.js";
import { loadHighsEngine } from "../../../src/optimizer/solvers/highs/index.js";
import { STALLED, structuredEngine } from "../../../src/optimizer/solvers/structured/engine.js";
import { problemArb, SMALL } from "../problems.js";

const highs = await loadHighsEngine();
const structured = structuredEngine(highs);
const OPTIONS = { timeLimitMs: 60_000 };

test.each([
  { runs: 10_000, mostStalled: 10, shape: SMALL },
  { runs: 10_000, mostStalled: 10, shape: { ...SMALL, oddPrices: true } },
  { runs: 150, mostStalled: 3, shape: { ...SMALL, maxSessions: 30, maxSlots: 60 } },
  { runs: 150, mostStalled: 3, shape: { ...SMALL, maxSessions: 20, maxSlots: 96, oddPrices: true } },
  { runs: 3_000, mostStalled: 3, shape: { ...SMALL, flattening: true } },
  { runs: 1_000, mostStalled: 1, shape: { ...SMALL, oddPrices: true, flattening: true } },
  { runs: 60, mostStalled: 1, shape: { ...SMALL, maxSessions: 30, maxSlots: 60, flattening: true } },
])(
  "structured = highs on $runs relaxations of up to $shape.maxSlots slots",
  ({ runs, mostStalled, shape }) => {
    let stalled = 0;
    fc.assert(
      fc.property(problemArb(shape), (problem) => {
        const { model } = formulate(problem);
        const [own, other] = [structured.solve(model, OPTIONS), highs.solve(model, OPTIONS)];
        const size = Math.max(1, Math.abs(other.objective));
        expect(own.status).toBe("optimal");
        if (own.detail === STALLED) stalled++;
        expect(Math.abs(own.objective - other.objective)).toBeLessThan(2e-7 * size);
        expect(own.bound).toBeLessThan(other.objective + 2e-7 * size);
      }),
      { numRuns: runs },
    );
    // What the method does not solve itself goes to the reference, and must stay rare.
    expect(stalled).toBeLessThanOrEqual(mostStalled);
  },
);
