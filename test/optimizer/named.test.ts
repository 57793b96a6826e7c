import { describe, expect, test } from "vitest";
import { dualBound, faultsOf, type Solver, type SolverResult, verify } from "../../src/optimizer/index.js";
import { decidingEvents } from "../../src/optimizer/events/decide.js";
import { noSolution } from "../../src/optimizer/solvers/engine.js";
import { createHighsSolver } from "../../src/optimizer/solvers/highs/index.js";
import { createSimplexSolver } from "../../src/optimizer/solvers/simplex/index.js";
import { createStructuredSolver } from "../../src/optimizer/solvers/structured/index.js";
import { NAMED_EVENTS } from "./named-events.js";
import { NAMED } from "./named-problems.js";
import { check, scaleOf } from "./solving.js";

/** What a solver reaches: objective and residuals relative to max(1, |objective|), powers in decimals of a kW. */
interface Precision {
  readonly objective: number;
  readonly residual: number;
  readonly decimals: number;
}

const PRECISE: Precision = { objective: 1e-8, residual: 1e-7, decimals: 6 };

interface Entrant {
  readonly name: string;
  readonly solver: Solver;
  /** Why there is nothing to prove optimality with; null: it has multipliers. */
  readonly withoutProof: string | null;
  /** Problems on which it is less precise, with the reason. */
  readonly less: Readonly<Record<string, Partial<Precision> & { readonly because: string }>>;
}

/** What our own method would leave to a reference fails here, so that HiGHS never stands in for it. */
const nobody = { name: "nobody", solve: () => noSolution("failed", "left to the reference") };

const highs = await createHighsSolver();

const ENDS =
  "ends at 1e-9 of an objective that counts every kWh up to the target at the price of a shortfall, 99 to 999 here";
const TANGENTS = "tangents end at 1e-8 of the objective, and powers at the root of that: 1e-3 kW measured";

const ENTRANTS: readonly Entrant[] = [
  {
    name: "structured",
    solver: decidingEvents(createStructuredSolver(nobody, highs)),
    withoutProof: null,
    less: {
      "two prices": { objective: 5e-8, because: `${ENDS}; measured 2.3e-8` },
      "PV surplus": { objective: 5e-8, because: `${ENDS}; measured 3.0e-8` },
      "smooth change": { decimals: 5, because: `${ENDS}; measured 2e-6 kW` },
      reserve: {
        objective: 4e-7,
        residual: 7e-7,
        because: `${ENDS}; measured 1.9e-7, and 3.5e-7 kW of both directions at once`,
      },
    },
  },
  {
    name: "highs",
    solver: decidingEvents(highs),
    withoutProof: null,
    less: {
      flattening: { decimals: 2, because: TANGENTS },
      "smooth change": { decimals: 2, because: TANGENTS },
    },
  },
  {
    name: "simplex",
    solver: decidingEvents(createSimplexSolver()),
    withoutProof: "javascript-lp-solver returns no duals",
    less: {
      flattening: { decimals: 2, because: TANGENTS },
      "smooth change": { decimals: 2, because: TANGENTS },
    },
  },
];

const netKw = ({ chargeKw, dischargeKw }: SolverResult, decimals: number): number[][] =>
  chargeKw.map((row, car) =>
    // Adding 0 turns −0 into 0.
    row.map((kw, slot) => Number((kw - (dischargeKw[car]?.[slot] ?? NaN)).toFixed(decimals)) + 0),
  );

const PROBLEMS = [...NAMED, ...NAMED_EVENTS];

test.each(PROBLEMS)("$name: the plan worked out by hand costs what is stated", (named) => {
  const { problem, objective, powersKw } = named;
  expect(faultsOf(problem)).toEqual([]);
  const powers = {
    chargeKw: powersKw.map((row) => row.map((kw) => Math.max(0, kw))),
    dischargeKw: powersKw.map((row) => row.map((kw) => Math.max(0, -kw))),
  };
  const seen = verify(problem, powers, { semiContinuous: true });
  expect(seen.violations).toEqual([]);
  expect(seen.objective).toBeCloseTo(objective, 12);
});

describe.each(ENTRANTS)("$name", ({ solver, withoutProof, less }) => {
  test.each(PROBLEMS)("$name", async ({ name, problem, objective, powersKw }) => {
    const precision = { ...PRECISE, ...less[name] };
    const scale = scaleOf(objective);
    const result = await solver.solve(problem, { timeLimitMs: 20_000 });
    expect(result).toMatchObject({ status: "optimal", detail: null });
    expect(netKw(result, precision.decimals)).toEqual(powersKw);

    const seen = check(problem, result);
    expect(Math.abs((result.objective ?? NaN) - objective) / scale).toBeLessThan(precision.objective);
    expect(Math.abs(seen.objective - objective) / scale).toBeLessThan(precision.objective);
    expect(seen.maxViolation).toBeLessThan(precision.residual);

    // A bound this near from these multipliers means that they are feasible and complementary within it.
    if (withoutProof !== null) {
      expect(result.multipliers, withoutProof).toBeNull();
      return;
    }
    if (result.multipliers === null) throw new Error("no multipliers");
    // Where events are decided, multipliers prove less than all choices together.
    const { decided, bound: word, multipliers } = result;
    const bound = decided === undefined ? dualBound(problem, multipliers) : (word ?? NaN);
    const gap = (seen.objective - bound) / scale;
    expect(Math.abs(gap)).toBeLessThan(precision.residual);
  });
});
