import type { LinearModel } from "../formulation/index.js";

/** What a package made of a linear model. `values` is null when there is no solution. */
export interface LinearSolution {
  readonly status: "optimal" | "time-limit" | "infeasible" | "failed";
  readonly values: ArrayLike<number> | null;
  /** Dual of every row of a continuous model; null where the package gives none. */
  readonly duals: ArrayLike<number> | null;
  readonly objective: number;
  /** No solution of the model is below this; -Infinity where unknown. */
  readonly bound: number;
  readonly iterations: number;
  readonly detail: string | null;
}

/** Solves a linear model; binaries are respected unless `fixed` gives their values. */
export interface LinearEngine {
  readonly name: string;
  solve(
    model: LinearModel,
    options: { timeLimitMs: number; fixed?: ReadonlyMap<number, number> },
  ): LinearSolution;
}
