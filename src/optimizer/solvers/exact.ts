import type { Problem } from "../../domain/problem.js";
import type { SolveOptions, SolverResult } from "../contract.js";
import {
  addMinimumPowers,
  type Formulation,
  formulate,
  readMultipliers,
  readPowers,
} from "../formulation/index.js";
import type { LinearEngine } from "./engine.js";
import { type Found, findExact, statusOf } from "./search.js";

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

const resultOf = (formulation: Formulation, found: Found): SolverResult => {
  const { solution, duals, relaxationDuals, bound, iterations } = found;
  const status = statusOf(found);
  if (solution === null || solution.values === null)
    return { ...withoutPlan(status, solution?.detail ?? null), iterations };
  return {
    status,
    ...readPowers(formulation, solution.values),
    objective: solution.objective,
    bound: Number.isFinite(bound) ? bound : null,
    multipliers: duals === null ? null : readMultipliers(formulation, duals),
    ...(relaxationDuals === null || relaxationDuals === duals
      ? {}
      : { boundMultipliers: readMultipliers(formulation, relaxationDuals) }),
    iterations,
    detail: solution.detail,
  };
};

export interface ExactOptions extends SolveOptions {
  /** Power is 0 or at least the port's minimum, by binaries: the reference for rounding. */
  readonly minimumPowers?: boolean;
}

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
    return resultOf(formulation, findExact({ engine, formulation, remainingMs }));
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
};
