import type { Solver } from "../../contract.js";
import { solveExactly } from "../exact.js";
import { withSquares } from "../tangents.js";
import { simplexEngine } from "./engine.js";

/**
 * `javascript-lp-solver`: plain JavaScript, for a site of a few cars without WebAssembly and as a second
 * independent reference. It gives no duals, so there are no multipliers, and its bound is its word.
 *
 * Size: its tableau is dense. Eight cars over a day take about half a second, forty more than a minute;
 * beyond about ten cars over a day (6 million cells) the solve is refused. Its pivot tolerance is absolute (1e-8), so prices and
 * powers should lie within about six orders of magnitude.
 */
export const createSimplexSolver = (): Solver => ({
  name: "simplex",
  async solve(problem, options) {
    return solveExactly(problem, withSquares(simplexEngine), options);
  },
});
