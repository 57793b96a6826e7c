import type { Problem } from "../domain/problem.js";
import type { SolverResult } from "./contract.js";
import { dualBound } from "./verify.js";

/** Largest relative violation with which a plan may still be sent. */
export const TOLERANCE = 1e-6;

/** Sums of the same numbers in another order differ by less, relative. */
const ROUNDING = 1e-12;

/** A difference of objectives as a share of one of them, or of 1 where that is less. */
export const relative = (difference: number, objective: number): number =>
  difference / Math.max(1, Math.abs(objective));

/**
 * (objective − bound) / max(1, |objective|); null without a bound. One below 0 by more than rounding
 * stays as it is: it says that the bound is wrong.
 */
export const gapOf = (objective: number, bound: number | null): number | null => {
  if (bound === null) return null;
  const gap = relative(objective - bound, objective);
  return gap < 0 && gap >= -ROUNDING ? 0 : gap;
};

/** Whether a number may be a bound, with a plan of this objective at hand. */
export const mayBound = (objective: number, bound: number): boolean =>
  Number.isFinite(bound) && (gapOf(objective, bound) ?? 0) >= -TOLERANCE;

/** The most that the multipliers of a result prove of a problem; −∞: nothing. */
export const provenBy = (problem: Problem, { multipliers, boundMultipliers }: SolverResult): number =>
  [multipliers, boundMultipliers ?? null]
    .filter((proof) => proof !== null)
    .reduce((most, proof) => Math.max(most, dualBound(problem, proof)), -Infinity);

/**
 * The bound recomputed from the multipliers, or `before` by others; the solver's own where it proves more and no plan is below
 * it: tolerances of a solver are absolute, and its word on very small prices may be wrong.
 */
export const boundOf = (
  problem: Problem,
  result: SolverResult,
  { objective, before = null }: { objective: number; before?: number | null },
): { bound: number | null; notes: string[] } => {
  const { bound } = result;
  const recomputed = Math.max(before ?? -Infinity, provenBy(problem, result));
  const known = Number.isFinite(recomputed) ? recomputed : null;
  if (
    bound === null ||
    !mayBound(objective, bound) ||
    (known !== null && bound <= known + TOLERANCE * Math.max(1, Math.abs(known)))
  )
    return { bound: known, notes: [] };
  const alone = known === null ? "there are no multipliers" : `multipliers alone prove ${known.toFixed(6)}`;
  return { bound, notes: [`the bound is the solver's word; ${alone}`] };
};
