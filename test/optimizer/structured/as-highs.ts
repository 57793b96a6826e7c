import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formulate } from "../../../src/optimizer/formulation/index.js";
import { loadHighsEngine } from "../../../src/optimizer/solvers/highs/index.js";
import { STALLED, structuredEngine } from "../../../src/optimizer/solvers/structured/engine.js";
import { type ProblemShape, problemArb } from "../problems.js";

interface Case {
  readonly runs: number;
  readonly mostStalled: number;
  readonly shape: ProblemShape;
}

const highs = await loadHighsEngine();
const structured = structuredEngine(highs);
const OPTIONS = { timeLimitMs: 60_000 };

/**
 * The law of the long tests of the method, a file for each kind of problem so that no worker is left with all
 * of them.
 */
export const costsWhatHighsFinds = (cases: readonly Case[]): void =>
  test.each(cases)(
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
