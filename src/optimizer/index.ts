export type {
  Multipliers,
  SessionMultipliers,
  SolveOptions,
  Solver,
  SolverResult,
  SolverStatus,
} from "./contract.js";
export { explain, type PlanToExplain } from "./explain.js";
export { type PlanOptions, planProblem } from "./plan.js";
export { isSolverName, SOLVER_NAMES, type SolverName, solverByName } from "./registry.js";
export { roundPowers } from "./rounding/index.js";
export { faultsOf } from "./validate.js";
export { dualBound, type Verification, verify, type Violation } from "./verify.js";
