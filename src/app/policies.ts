import type { Policy } from "../control/contract.js";
import type { Problem } from "../domain/problem.js";
import type { PlanProgress, Solver } from "../optimizer/contract.js";
import { isSolverName, planSoundPart, type SolverName, solverByName } from "../optimizer/index.js";
import { ONE_WAY, OPTIMIZER, unknownPolicy } from "./policy-names.js";

/** The rule that plans when a solve is late or failed. */
const FALLBACK = "least-laxity";

/** A policy by the name of a command line or configuration; `optimizer` is the exact solver. */
export const policyByName = async (
  name: string,
  timeLimitMs: number,
  exactSolver: SolverName = "structured",
  onProgress?: (progress: PlanProgress) => void,
): Promise<Policy> => {
  const solverName = name === OPTIMIZER || name === ONE_WAY ? exactSolver : asSolverName(name);
  const solver = await solverByName(solverName);
  const fallback = await solverByName(FALLBACK);
  return policyOf(name, { solver, fallback, timeLimitMs, onProgress });
};

const policyOf = (
  name: string,
  options: {
    solver: Solver;
    fallback: Solver;
    timeLimitMs: number;
    onProgress: ((progress: PlanProgress) => void) | undefined;
  },
): Policy => ({
  name,
  plan: (problem, starting) =>
    planSoundPart(name === ONE_WAY ? oneWay(problem) : problem, { ...options, ...starting }),
});

const oneWay = (problem: Problem): Problem => ({
  ...problem,
  sessions: problem.sessions.map((session) => ({ ...session, maxDischargeKw: 0, minDischargeKw: 0 })),
});

const asSolverName = (name: string): SolverName => {
  if (isSolverName(name)) return name;
  throw unknownPolicy(name, "policy");
};
