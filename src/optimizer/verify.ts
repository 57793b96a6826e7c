/**
 * What a plan proves, recomputed from problem and powers alone. Shares no code with the formulation,
 * the solvers or the rounding.
 */
export { dualBound } from "./verify/bound.js";
export { type Verification, verify } from "./verify/verification.js";
