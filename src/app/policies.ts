import type { Policy } from "../control/contract.js";
import type { Solver } from "../optimizer/contract.js";
import { planProblem, SOLVER_NAMES, type SolverName, solverByName } from "../optimizer/index.js";
import { OPTIMIZER } from "./policy-names.js";
import { YouxuError } from "../domain/errors.js";

/** The rule that plans when a solve is late or failed. */
const FALLBACK = "least-laxity";

/** A policy by the name of a command line or configuration; `optimizer` is the exact solver. */
export const policyByName = async (
  name: string,
  timeLimitMs: number,
  exactSolver: SolverName = "highs",
): Promise<Policy> => {
  const solverName = name === OPTIMIZER ? exactSolver : asSolverName(name);
  const solver = await solverByName(solverName);
  return policyOf(name, solver, await solverByName(FALLBACK), timeLimitMs);
};

const policyOf = (name: string, solver: Solver, fallback: Solver, timeLimitMs: number): Policy => ({
  name,
  plan: (problem) => planProblem(problem, { solver, fallback, timeLimitMs }),
});

const asSolverName = (name: string): SolverName => {
  const known = SOLVER_NAMES.find((candidate) => candidate === name);
  if (known === undefined)
    throw new YouxuError(
      "request.invalid",
      `no policy "${name}"; there are ${[OPTIMIZER, ...SOLVER_NAMES].join(", ")}`,
      "policy",
    );
  return known;
};
