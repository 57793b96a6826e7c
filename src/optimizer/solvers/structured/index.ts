import type { Solver } from "../../contract.js";
import type { LinearEngine } from "../engine.js";
import { solveStructured } from "./solver.js";

/**
 * Our own solver: a primal-dual interior-point method on the block arrow of the problem, a block per car,
 * tied together only by the rows of the nodes. See docs/optimizer.md.
 */
export const createStructuredSolver = (reference: LinearEngine): Solver => ({
  name: "structured",
  solve: async (problem, options) => solveStructured(problem, reference, options),
});
