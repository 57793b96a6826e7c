import highsModule from "highs";
import type { Solver } from "../../contract.js";
import { solveExactly } from "../exact.js";
import { highsEngine } from "./engine.js";

const isLoader = (value: unknown): value is typeof highsModule.default => typeof value === "function";

// The package's types describe its CommonJS build, where the loader is the property `default`; its ES
// module, which Node loads here, exports the loader itself.
const loadHighs = isLoader(highsModule) ? highsModule : highsModule.default;

/**
 * The exact reference: HiGHS compiled to WebAssembly. A solve that broke down may leave the module in
 * an unknown state, so the next solve loads a fresh one. With `minimumPowers` power is 0 or at least the
 * port's minimum, by binaries: for small sites, and the reference for rounding.
 */
export const createHighsSolver = async ({ minimumPowers = false } = {}): Promise<Solver> => {
  let highs = await loadHighs();
  let broken = false;
  return {
    name: minimumPowers ? "highs-milp" : "highs",
    async solve(problem, options) {
      if (broken) highs = await loadHighs();
      const result = solveExactly(problem, highsEngine(highs), { ...options, minimumPowers });
      broken = result.status === "failed";
      return result;
    },
  };
};
