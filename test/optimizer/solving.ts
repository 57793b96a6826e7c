import { expect } from "vitest";
import type { Plan } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import {
  planProblem,
  SOLVER_NAMES,
  type Solver,
  type SolverName,
  type SolverResult,
  solverByName,
  type Verification,
  verify,
} from "../../src/optimizer/index.js";

export const RULES = SOLVER_NAMES.filter((name) => !/structured|highs|simplex/.test(name));
export const TOLERANCE = 1e-6;
const TIME_LIMIT_MS = 20_000;

const ready = new Map<SolverName, Promise<Solver>>();
export const solve = async (name: SolverName, problem: Problem): Promise<SolverResult> => {
  const solver = ready.get(name) ?? solverByName(name);
  ready.set(name, solver);
  return (await solver).solve(problem, { timeLimitMs: TIME_LIMIT_MS });
};

export const scaleOf = (value: number): number => Math.max(1, Math.abs(value));
/** Of the relaxation: minimum powers do not count. */
export const check = (problem: Problem, result: SolverResult): Verification =>
  verify(problem, result, { semiContinuous: false });

/** Objective of a solver that must find the best. */
export const objective = async (name: SolverName, problem: Problem): Promise<number> => {
  const result = await solve(name, problem);
  expect(result.status).toBe("optimal");
  const seen = check(problem, result);
  expect(seen.maxViolation).toBeLessThan(TOLERANCE);
  return seen.objective;
};

/** The plan that is made of a problem, by default by our own method. */
export const planOf = async (problem: Problem, name: SolverName = "structured"): Promise<Plan> => {
  const outcome = await planProblem(problem, {
    solver: await solverByName(name),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: TIME_LIMIT_MS,
  });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
};

/** The problem that a plan is a plan of: with the batteries refused that its swap stations do not lend. */
export const plannedProblem = (problem: Problem, { swapStations = [] }: Plan): Problem => ({
  ...problem,
  swapStations: problem.swapStations.map((station, index) => ({
    ...station,
    refused: [...(swapStations[index]?.refused ?? [])],
  })),
});

/** Whatever has powers in a plan, in the order of `verify`. */
export const poweredIn = ({
  sessions,
  storages = [],
  swapStations = [],
}: Plan): { chargeKw: (readonly number[])[]; dischargeKw: (readonly number[])[] } => {
  const all = [...sessions, ...storages, ...swapStations.flatMap(({ batteries }) => batteries)];
  return {
    chargeKw: all.map(({ chargeKw }) => chargeKw),
    dischargeKw: all.map(({ dischargeKw }) => dischargeKw),
  };
};
