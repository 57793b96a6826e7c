export type { Multipliers, PlanProgress, Solver, SolverResult } from "./contract.js";
export { planProblem, planSoundPart } from "./plan.js";
export { isSolverName, SOLVER_NAMES, type SolverName, solverByName } from "./registry.js";
export { roundPowers } from "./rounding/index.js";
export { TRADED_TERMS, type Traded, tradeoff, type TradeoffPoint } from "./tradeoff.js";
export { faultsOf } from "./validate/index.js";
export { dualBound, type Verification, verify } from "./verify.js";
