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
 * an unknown state, so the next solve loads a fresh one.
 */
export const createHighsSolver = async (): Promise<Solver> => {
  let highs = await loadHighs();
  let broken = false;
  return {
    name: "highs",
    async solve(problem, options) {
      if (broken) highs = await loadHighs();
      const result = solveExactly(problem, highsEngine(highs), options);
      broken = result.status === "failed";
      return result;
    },
  };
};
