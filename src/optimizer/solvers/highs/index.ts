import highsModule from "highs";
import type { Problem } from "../../../domain/problem.js";
import type { Solver, SolverResult } from "../../contract.js";
import { isSquared } from "../../squares.js";
import type { LinearEngine } from "../engine.js";
import { type ExactOptions, solveExactly } from "../exact.js";
import { withSquares } from "../tangents.js";
import { highsEngine, type HighsMethod } from "./engine.js";

const isLoader = (value: unknown): value is typeof highsModule.default => typeof value === "function";

// The package's types describe its CommonJS build, where the loader is the property `default`; its ES
// module, which Node loads here, exports the loader itself.
const loadHighs = isLoader(highsModule) ? highsModule : highsModule.default;

/** HiGHS for linear models and convex squares, its WebAssembly loaded. */
export const loadHighsEngine = async (method?: HighsMethod): Promise<LinearEngine> =>
  withSquares(highsEngine(await loadHighs(), method));

/**
 * Binaries up to which a plan that is not proven to be the best is refined by branch and bound: one or two
 * cars over a day; three where the gap is wide. Measured on 2 cores: 40–200 ms up to 170 binaries, 0.3–1.3 s
 * at 270.
 */
const MOST_REFINED = 200;
const MOST_REFINED_WIDE = 300;
const WIDE_GAP = 0.01;
/**
 * Cars beyond which a plan is not refined, however few binaries are left of their stays: the root of the search alone
 * takes six to twelve cars of at least 4.14 kW 0.5 to 10 s, in which no message is answered. It would gain them 2 to
 * 4 % in the middle; over a night of forty cars it gained nothing, at a quarter of all time.
 */
const MOST_CARS = 5;
/** Few problems of that size need more than the root. A limit of nodes, unlike one of time, repeats. */
const NODE_LIMIT = 50;

/** Gap up to which squares are not refined: each of their tangents is a search of its own. */
const SQUARED_GAP = 1e-3;

const powersToDecide = ({ sessions }: Problem): number =>
  sessions.reduce((total, session) => {
    const directions = [session.minChargeKw, session.minDischargeKw].filter((leastKw) => leastKw > 0);
    return total + (session.endSlot - session.firstSlot) * directions.length;
  }, 0);

/**
 * The exact reference: HiGHS compiled to WebAssembly. A solve that broke down may leave the module in
 * an unknown state, so the next solve loads a fresh one. With `minimumPowers` power is 0 or at least the
 * port's minimum, by binaries: for small sites, and the reference for rounding.
 */
export const createHighsSolver = async ({ minimumPowers = false } = {}): Promise<Solver> => {
  let highs = await loadHighs();
  let broken = false;
  const solve = async (problem: Problem, options: ExactOptions): Promise<SolverResult> => {
    if (broken) highs = await loadHighs();
    const result = solveExactly(problem, withSquares(highsEngine(highs)), options);
    broken = result.status === "failed";
    return result;
  };
  if (minimumPowers)
    return { name: "highs-milp", solve: (problem, options) => solve(problem, { ...options, minimumPowers }) };
  return {
    name: "highs",
    solve,
    refine: async (problem, { timeLimitMs, gap }) => {
      const most = (gap ?? Infinity) > WIDE_GAP ? MOST_REFINED_WIDE : MOST_REFINED;
      if (problem.nodes.some(isSquared) && (gap ?? Infinity) <= SQUARED_GAP) return null;
      if (problem.sessions.length > MOST_CARS || powersToDecide(problem) > most) return null;
      return solve(problem, { timeLimitMs, minimumPowers: true, nodeLimit: NODE_LIMIT });
    },
  };
};
