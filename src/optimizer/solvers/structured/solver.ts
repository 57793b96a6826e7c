import type { Problem } from "../../../domain/problem.js";
import type { SolveOptions, SolverResult } from "../../contract.js";
import { type Formulation, twoWays, usesBoth } from "../../formulation/index.js";
import type { LinearEngine } from "../engine.js";
import { solveExactly, withoutPlan } from "../exact.js";
import { structuredEngine } from "./engine.js";
import { resultOf } from "./fleet/result.js";
import { solveSplit } from "./fleet/solve.js";

const TOLERANCE_KW = 1e-6;

/** Whether a car charges and discharges at once anywhere, or a metering point buys and sells. */
export const goesBothWays = (
  formulation: Formulation,
  { chargeKw, dischargeKw }: SolverResult,
  values: Float64Array,
): boolean =>
  twoWays(formulation).some((way) => usesBoth(way, values)) ||
  chargeKw.some((row, session) =>
    row.some((kw, slot) => Math.min(kw, dischargeKw[session]?.[slot] ?? 0) > TOLERANCE_KW),
  );

/** The relaxation by our own method; null where it does not end in a plan that uses one direction everywhere. */
const solveOwn = (problem: Problem, remainingMs: () => number): SolverResult | null => {
  const split = solveSplit(problem, remainingMs);
  if (split === null || split.outcome.status === "stalled") return null;
  if (split.outcome.status === "time-limit") return withoutPlan("time-limit", null);
  const { result, values } = resultOf(split);
  return goesBothWays(split.formulation, result, values) ? null : result;
};

/**
 * Solves a problem: cars by kernels made for them, everything else by plain rows and columns. Directions
 * that must be decided, and what our own method stalls on, go the way of plain rows and the reference.
 */
export const solveStructured = (
  problem: Problem,
  reference: LinearEngine,
  { timeLimitMs }: SolveOptions,
): SolverResult => {
  const startedMs = performance.now();
  const remainingMs = (): number => timeLimitMs - (performance.now() - startedMs);
  try {
    const own = solveOwn(problem, remainingMs);
    if (own !== null) return own;
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
  return solveExactly(problem, structuredEngine(reference), { timeLimitMs: Math.max(0, remainingMs()) });
};
