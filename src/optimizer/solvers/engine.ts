import type { LinearModel } from "../formulation/index.js";
import type { Entries } from "../formulation/linear-model.js";

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

/** What is told where there is no solution. */
export const noSolution = (status: LinearSolution["status"], detail: string): LinearSolution => ({
  status,
  values: null,
  duals: null,
  objective: Number.NaN,
  bound: -Infinity,
  iterations: 0,
  detail,
});

/** A continuous model that is solved again and again, each time from where the last solve ended. */
export interface OpenModel {
  solve(options: { timeLimitMs: number }): LinearSolution;
  /** Sets the bounds of a column, for this and later solves. */
  bound(column: number, lower: number, upper: number): void;
  /** Adds a row lower ≤ entries·x, for this and later solves. */
  add(lower: number, entries: Entries): void;
  close(): void;
}

/** Solves a linear model; binaries are respected unless `fixed` gives their values. */
export interface LinearEngine {
  readonly name: string;
  /** Absent where the package cannot start from an earlier solution. */
  open?(model: LinearModel): OpenModel;
  solve(
    model: LinearModel,
    options: { timeLimitMs: number; fixed?: ReadonlyMap<number, number>; nodeLimit?: number | undefined },
  ): LinearSolution;
}
