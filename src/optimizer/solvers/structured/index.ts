import type { Solver } from "../../contract.js";
import type { LinearEngine } from "../engine.js";
import { solveStructured } from "./solver.js";

/**
 * Our own solver: a primal-dual interior-point method on the block arrow of the problem, a block per car,
 * tied together only by the rows of the nodes. See docs/optimizer.md. What it leaves open, directions and
 * powers below the minimum on small sites, the reference decides.
 */
export const createStructuredSolver = (reference: LinearEngine, exact: Solver): Solver => ({
  name: "structured",
  solve: async (problem, options) => solveStructured(problem, reference, options),
  refine: async (problem, options) => (await exact.refine?.(problem, options)) ?? null,
});
