import type { PlanOutcome } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { WarmStarting } from "../domain/warm-start.js";
import type { SolveOptions, Solver } from "./contract.js";
import { type Attempt, attempt, type Draft } from "./draft.js";
import { gapOf } from "./gap.js";
import { leaveOut } from "./leave-out.js";
import { tooDear, unstated } from "./notes.js";
import { outcomeOf } from "./outcome.js";
import { withoutPlan } from "./solvers/exact.js";
import { withStorages } from "./storages.js";
import { holdsForRefusals } from "./swaps/refuse.js";
import { faultsOf } from "./validate/index.js";

export interface PlanOptions extends WarmStarting {
  readonly solver: Solver;
  /** The rule that plans when the solver is late or fails. */
  readonly fallback: Solver;
  readonly timeLimitMs: number;
  /** Milliseconds of a running clock, for the times in the outcome. */
  readonly clockMs?: () => number;
  readonly onProgress?: SolveOptions["onProgress"];
}

/** A plan that was still being improved is sent when it is proven to be this near the best. */
const GOOD_GAP = 0.01;

/** Every car at rest: breaks nothing that base load alone does not break, so nothing can refuse it. */
const atRest: Solver = {
  name: "at-rest",
  ignoresLimits: true,
  async solve(problem) {
    const still = problem.sessions.map(() => problem.horizon.startsMs.map(() => 0));
    return { ...withoutPlan("feasible", null), chargeKw: still, dischargeKw: still };
  },
};

const isNear = (gap: number | null): boolean => gap !== null && gap <= GOOD_GAP;

const isFinished = ({ result, relaxed, sent, bound, isCut }: Draft): boolean =>
  (result.status !== "time-limit" || isNear(gapOf(relaxed.objective, result.bound))) &&
  (!isCut || isNear(gapOf(sent.objective, bound)));

/** Of an unfinished plan of the solver and that of the rule, the cheaper. */
const better = (a: Draft | null, b: Draft | null): Draft | null => {
  if (a === null || b === null) return a ?? b;
  return a.sent.objective <= b.sent.objective ? a : b;
};

/** A bound holds for every plan of the problem, whoever made it; for one that refuses batteries under a condition. */
const boundedBy = (asked: Problem, draft: Draft, { bound }: Attempt): Draft =>
  draft.refusals.length === 0 || holdsForRefusals(asked, draft.refusals)
    ? { ...draft, bound: draft.bound ?? bound }
    : draft;

/**
 * Plans: validate, solve, round, verify, explain. When the solver is late or fails, or its rounded
 * plan does not verify, the rule's plan is sent instead, or the cheaper of both where rounding was cut short by the time, and every car rests when that fails too. Only a
 * problem that contradicts itself is refused. Never throws.
 */
export const planProblem = async (asked: Problem, options: PlanOptions): Promise<PlanOutcome> => {
  const { solver, fallback, timeLimitMs, clockMs = () => performance.now(), onProgress } = options;
  const { warmStart, onWarmStart } = options;
  const startMs = clockMs();
  /** A rule needs no time; what is left is for choosing curtailment. */
  const watched = () => ({
    timeLimitMs: Math.max(0, timeLimitMs - (clockMs() - startMs)),
    clockMs,
    onProgress,
  });
  const problems = faultsOf(asked);
  if (problems.length > 0) return { status: "invalid", problems };
  const problem = withStorages(asked);
  const said = [...unstated(problem), ...tooDear(problem)];
  const first = await attempt(problem, solver, { ...watched(), warmStart, onWarmStart });
  const explained = (draft: Draft, about: { late: boolean; notes: readonly string[] }): PlanOutcome => {
    onProgress?.({ stage: "explain" });
    return outcomeOf(draft, about);
  };
  if (first.draft !== null && isFinished(first.draft))
    return explained(first.draft, { late: false, notes: said });
  const second = await attempt(problem, fallback, watched());
  const last = better(first.draft, second.draft) ?? (await attempt(problem, atRest, watched())).draft;
  if (last === null) return { status: "invalid", problems: [{ place: "", message: second.detail }] };
  return explained(boundedBy(problem, last, first), { late: true, notes: [first.detail, ...said] });
};

/**
 * Plans for a site that must not stay without a plan: where a problem contradicts itself, the cars and
 * signals at fault are left out, the notes name them, and the rest is planned. Refused only where no part
 * can be left out.
 */
export const planSoundPart = async (problem: Problem, options: PlanOptions): Promise<PlanOutcome> => {
  const faults = faultsOf(problem);
  if (faults.length === 0) return planProblem(problem, options);
  const part = leaveOut(problem, faults);
  const outcome = part === null ? null : await planProblem(part.problem, options);
  if (part === null || outcome === null || outcome.status === "invalid")
    return { status: "invalid", problems: faults };
  const sessions = outcome.plan.sessions.map((session) =>
    part.resting.has(session.sessionId)
      ? { ...session, reasons: session.reasons.map(() => ({ key: "rule" as const, rule: "left-out" })) }
      : session,
  );
  return {
    ...outcome,
    // Whatever is proven is proven for another problem than the one that was asked.
    status: outcome.status === "optimal" ? "feasible" : outcome.status,
    plan: { ...outcome.plan, sessions },
    notes: [...part.notes, ...outcome.notes],
  };
};
