import type { Problem } from "../../../domain/problem.js";
import type { Powers, SolveOptions, SolverResult } from "../../contract.js";
import { type Formulation, tradesWithItself, twoWays, usesBoth } from "../../formulation/index.js";
import { withStorages } from "../../storages.js";
import type { LinearEngine } from "../engine.js";
import { isDived, solveExactly, withoutPlan } from "../exact.js";
import { structuredEngine } from "./engine.js";
import { resultOf } from "./fleet/result.js";
import { solveSplit } from "./fleet/solve.js";
import type { OnIteration } from "./method/interior-point.js";

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
const solveOwn = (
  problem: Problem,
  remainingMs: () => number,
  { onProgress, warmStart, onWarmStart }: SolveOptions,
): SolverResult | null => {
  const onIteration: OnIteration = (iteration, gap) => onProgress?.({ stage: "solve", iteration, gap });
  const watching = { onIteration, warmStart, onWarmStart, unless: tradesWithItself };
  const split = solveSplit(problem, remainingMs, "threads", watching);
  if (split === null || split.outcome.status === "stalled") return null;
  if (split.outcome.status === "time-limit") return withoutPlan("time-limit", null);
  const { result, values } = resultOf(split);
  return goesBothWays(split.formulation, result, values) ? null : result;
};

/**
 * A second start for rounding, for plans that are not good enough without: on small sites the reference dives
 * from its relaxation, starting each solve from the last, which interior points cannot.
 */
const withDive = (
  problem: Problem,
  result: SolverResult,
  { reference, remainingMs }: { reference: LinearEngine; remainingMs: () => number },
): SolverResult => {
  if (!isDived(problem)) return result;
  const dive = (): Powers | null => {
    const other = solveExactly(problem, reference, { timeLimitMs: Math.max(0, remainingMs()) });
    return other.status === "optimal" ? (other.dive?.() ?? other) : null;
  };
  return { ...result, dive };
};

/**
 * Solves a problem: cars by kernels made for them, everything else by plain rows and columns. Directions
 * that must be decided, and what our own method stalls on, go the way of plain rows and the reference; on
 * small sites of the reference alone, which dives.
 */
export const solveStructured = (
  asked: Problem,
  reference: LinearEngine,
  options: SolveOptions,
): SolverResult => {
  const problem = withStorages(asked);
  const startedMs = performance.now();
  const remainingMs = (): number => options.timeLimitMs - (performance.now() - startedMs);
  try {
    const own = solveOwn(problem, remainingMs, options);
    if (own !== null)
      return own.status === "optimal" ? withDive(problem, own, { reference, remainingMs }) : own;
  } catch {
    // What our own method cannot even lay out is for the reference as well.
  }
  const engine = isDived(problem) ? reference : structuredEngine(reference);
  return solveExactly(problem, engine, { timeLimitMs: Math.max(0, remainingMs()) });
};
