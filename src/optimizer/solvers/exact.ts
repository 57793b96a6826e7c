import type { Problem } from "../../domain/problem.js";
import type { SolveOptions, SolverResult } from "../contract.js";
import {
  addDirection,
  addMinimumPowers,
  type Formulation,
  formulate,
  readMultipliers,
  readPowers,
  type TwoWay,
  twoWays,
  usesBoth,
} from "../formulation/index.js";
import { at } from "../tree.js";
import type { LinearEngine, LinearSolution } from "./engine.js";

/** After so many rounds every place that is left gets its binary at once. */
const PATIENT_ROUNDS = 6;

export const withoutPlan = (status: SolverResult["status"], detail: string | null): SolverResult => ({
  status,
  chargeKw: [],
  dischargeKw: [],
  curtailedKw: [],
  objective: null,
  bound: null,
  multipliers: null,
  iterations: 0,
  detail,
});

const resultOf = (
  formulation: Formulation,
  solution: LinearSolution,
  duals: ArrayLike<number> | null,
): SolverResult => {
  if (solution.values === null)
    return { ...withoutPlan(solution.status, solution.detail), iterations: solution.iterations };
  return {
    status: solution.status,
    ...readPowers(formulation, solution.values),
    objective: solution.objective,
    bound: Number.isFinite(solution.bound) ? solution.bound : null,
    multipliers: duals === null ? null : readMultipliers(formulation, duals),
    iterations: solution.iterations,
    detail: solution.detail,
  };
};

interface Search {
  readonly engine: LinearEngine;
  readonly formulation: Formulation;
  readonly remainingMs: () => number;
  /** Binary of each place that has one. */
  readonly directions: Map<TwoWay, number>;
}

export interface ExactOptions extends SolveOptions {
  /** Power is 0 or at least the port's minimum, by binaries: the reference for rounding. */
  readonly minimumPowers?: boolean;
}

/** Duals of the continuous model with every direction fixed as the solution has it. */
const dualsOf = ({ engine, formulation, remainingMs }: Search, solution: LinearSolution) => {
  const { values } = solution;
  const { binary } = formulation.model;
  if (binary.length === 0 || values === null) return solution.duals;
  const fixed = new Map(binary.map((column) => [column, Math.round(at(values, column))]));
  return engine.solve(formulation.model, { timeLimitMs: remainingMs(), fixed }).duals;
};

/**
 * Solves the relaxation, gives a binary to every place that uses both directions at once, and solves
 * again until there is none. Each model relaxes the true one, so its bound holds for the true one.
 */
const search = (hunt: Search): SolverResult => {
  const { engine, formulation, remainingMs, directions } = hunt;
  const places = twoWays(formulation);
  let solution = engine.solve(formulation.model, { timeLimitMs: remainingMs() });
  let iterations = solution.iterations;
  for (let round = 1; solution.values !== null && solution.status === "optimal"; round++) {
    const { values } = solution;
    const wrong = places.filter((place) => !directions.has(place) && usesBoth(place, values));
    if (wrong.length === 0) break;
    if (remainingMs() <= 0)
      return withoutPlan("time-limit", `${wrong.length} places still use both directions`);
    const chosen = round > PATIENT_ROUNDS ? places.filter((place) => !directions.has(place)) : wrong;
    for (const place of chosen) directions.set(place, addDirection(formulation.model, place));
    solution = engine.solve(formulation.model, { timeLimitMs: remainingMs() });
    iterations += solution.iterations;
  }
  return { ...resultOf(formulation, solution, dualsOf(hunt, solution)), iterations };
};

/** Solves a problem to optimality with a package for linear models. Never throws. */
export const solveExactly = (
  problem: Problem,
  engine: LinearEngine,
  { timeLimitMs, minimumPowers = false }: ExactOptions,
): SolverResult => {
  const startedMs = performance.now();
  const remainingMs = (): number => Math.max(0, timeLimitMs - (performance.now() - startedMs));
  try {
    const formulation = formulate(problem);
    if (minimumPowers) addMinimumPowers(formulation);
    return search({ engine, formulation, remainingMs, directions: new Map() });
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
};
