import { slotCount } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import type { SolveOptions, SolverResult } from "../contract.js";
import {
  addMinimumPowers,
  type Formulation,
  formulate,
  readMultipliers,
  readPowers,
} from "../formulation/index.js";
import { withStorages } from "../storages.js";
import { dive } from "./dive.js";
import type { LinearEngine, OpenModel } from "./engine.js";
import { type Found, findExact, type Search, statusOf } from "./search.js";

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
    multipliers: duals === null ? null : readMultipliers(formulation, duals, solution.values),
    ...(relaxationDuals === null || relaxationDuals === duals
      ? {}
      : { boundMultipliers: readMultipliers(formulation, relaxationDuals, null) }),
    iterations,
    detail: solution.detail,
  };
};

export interface ExactOptions extends SolveOptions {
  /** Power is 0 or at least the port's minimum, by binaries: the reference for rounding. */
  readonly minimumPowers?: boolean;
  readonly nodeLimit?: number | undefined;
}

/**
 * Sessions × slots up to which a relaxation is followed by a dive: forty cars over a day, where it adds
 * about half to the time of the solve, and half as much again.
 */
const MOST_DIVED = 6_000;

/** Whether a problem is small enough for a dive. */
export const isDived = ({ sessions, horizon }: Problem): boolean =>
  sessions.length * slotCount(horizon) <= MOST_DIVED;

/** Solves a problem to optimality with a package for linear models. Never throws. */
export const solveExactly = (
  asked: Problem,
  engine: LinearEngine,
  { timeLimitMs, minimumPowers = false, nodeLimit }: ExactOptions,
): SolverResult => {
  const problem = withStorages(asked);
  const startedMs = performance.now();
  const remainingMs = (): number => Math.max(0, timeLimitMs - (performance.now() - startedMs));
  try {
    const formulation = formulate(problem);
    const search = { engine, formulation, remainingMs, nodeLimit };
    if (!minimumPowers && engine.open !== undefined && isDived(problem))
      return withDive(search, engine.open(formulation.model));
    if (minimumPowers) addMinimumPowers(formulation);
    const relaxation = engine.solve(formulation.model, { timeLimitMs: remainingMs(), nodeLimit });
    return resultOf(formulation, findExact(search, relaxation));
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
};

/** The relaxation, exact in its directions, and beside it what a dive from it finds. */
const withDive = (search: Search, open: OpenModel): SolverResult => {
  const { formulation, remainingMs } = search;
  try {
    const relaxation = open.solve({ timeLimitMs: remainingMs() });
    const values =
      relaxation.status === "optimal" ? dive({ open, formulation, remainingMs }, relaxation) : null;
    const dived = values === null ? null : readPowers(formulation, values);
    return { ...resultOf(formulation, findExact(search, relaxation)), dive: () => dived };
  } finally {
    open.close();
  }
};
