import { OPTIMAL_GAP, type SolveTimes } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { Powers, SolveOptions, Solver, SolverResult, WhyLetBe } from "./contract.js";
import { asAsked, asSent, withOtherChoices } from "./events/other-choices.js";
import { boundOf, gapOf, mayBound, TOLERANCE } from "./gap.js";
import { pilesOf } from "./piles/piles.js";
import { inTurn } from "./piles/serve.js";
import { roundPowers } from "./rounding/index.js";
import { heldToPeaks } from "./rounding/peaks.js";
import { withoutPlan } from "./solvers/exact.js";
import { carsOf } from "./storages.js";
import { inLine } from "./swaps/in-line.js";
import { holdsForRefusals, type Refusal } from "./swaps/refuse.js";
import { type Served, serveSwaps } from "./swaps/serve.js";
import { type Verification, verify } from "./verify.js";

/** Powers that may be sent, and what `verify` says of them. */
interface Sendable {
  readonly powers: Powers;
  readonly sent: Verification;
  readonly notes: readonly string[];
}

/** Tells on the way, and when the time is over. */
interface Limits {
  readonly isLate: () => boolean;
  readonly onProgress: SolveOptions["onProgress"];
}

export interface Draft extends Sendable {
  /**
   * What was planned: the problem that was asked, with the batteries that swap stations do not lend, and with
   * all-or-nothing payments decided.
   */
  readonly problem: Problem;
  readonly asked: Problem;
  readonly refusals: readonly Refusal[];
  /** Why all-or-nothing payments are let be, by index. */
  readonly letBe: ReadonlyMap<number, WhyLetBe>;
  /** Whether rounding or the choice of curtailment was cut short by the time limit. */
  readonly isCut: boolean;
  readonly solver: Solver;
  readonly result: SolverResult;
  readonly relaxed: Verification;
  /** No relaxed plan is below this; null where nothing proves one. */
  readonly relaxedBound: number | null;
  /** No plan that may be sent is below this: at least the relaxed bound. */
  readonly bound: number | null;
  readonly times: SolveTimes;
}

export interface Attempt {
  /** null: nothing that may be sent. */
  readonly draft: Draft | null;
  readonly bound: number | null;
  /** What came of it, in words. */
  readonly detail: string;
}

const safely = async <T>(solve: () => Promise<T>): Promise<T | SolverResult> => {
  try {
    return await solve();
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
};

const hasPlan = (problem: Problem, { status, chargeKw, dischargeKw }: SolverResult): boolean =>
  status !== "failed" &&
  status !== "infeasible" &&
  chargeKw.length === problem.sessions.length &&
  dischargeKw.length === problem.sessions.length;

const isSendable = ({ maxViolation, objective }: Verification): boolean =>
  maxViolation <= TOLERANCE && Number.isFinite(objective);

/** Sessions and, after them, storages and swap batteries whose own bounds are broken, by index. */
const offendersOf = (problem: Problem, { violations }: Verification): Set<number> => {
  const cars = carsOf(problem).length;
  const first = new Map([
    ["sessions", 0],
    ["storages", cars],
    ["swapBatteries", cars + problem.storages.length],
  ]);
  const found = new Set<number>();
  for (const { place, amount } of violations) {
    const [, list = "", index] = /^(\w+)\[(\d+)\]/.exec(place) ?? [];
    const from = first.get(list);
    if (amount > TOLERANCE && from !== undefined) found.add(from + Number(index));
  }
  return found;
};

const check = (
  problem: Problem,
  { chargeKw, dischargeKw }: Powers,
  { isLate }: Pick<Limits, "isLate">,
): Verification => verify(problem, { chargeKw, dischargeKw }, { semiContinuous: true, isLate });

/** Verifies powers; a car whose own bounds they break rests, so that it does not cost the others their plan. */
const sendable = (problem: Problem, powers: Powers, solver: Solver, limits: Limits): Sendable => {
  const sent = check(problem, powers, limits);
  const offenders = offendersOf(problem, sent);
  if (offenders.size === 0 || solver.ignoresLimits === true) return { powers, sent, notes: [] };
  const rest = (rows: Powers["chargeKw"]): number[][] =>
    rows.map((row, index) => (offenders.has(index) ? problem.horizon.startsMs.map(() => 0) : [...row]));
  const rested = { chargeKw: rest(powers.chargeKw), dischargeKw: rest(powers.dischargeKw) };
  const names = [...offenders].map((index) => problem.sessions[index]?.id).join(", ");
  return {
    powers: rested,
    sent: check(problem, rested, limits),
    notes: [`${solver.name}: powers that the car cannot take; at rest: ${names}`],
  };
};

/** The cheaper of two that may be sent. */
const cheaper = (a: Sendable, b: Sendable): Sendable => {
  if (isSendable(a.sent) !== isSendable(b.sent)) return isSendable(a.sent) ? a : b;
  return b.sent.objective < a.sent.objective ? b : a;
};

/** With the power of swap stations given to one battery after the other, where that costs no more. */
const linedUp = (
  problem: Problem,
  rounded: Sendable,
  { solver, limits }: { solver: Solver; limits: Limits },
): Sendable => {
  const powers = problem.swapStations.length === 0 ? null : inLine(problem, rounded.powers);
  if (powers === null || limits.isLate()) return rounded;
  const lined = sendable(problem, powers, solver, limits);
  const slack = 1e-9 * Math.max(1, Math.abs(rounded.sent.objective));
  const isAsGood = isSendable(lined.sent) && lined.sent.objective <= rounded.sent.objective + slack;
  return isAsGood ? { ...lined, notes: rounded.notes } : rounded;
};

/**
 * Of the rounded relaxation and the rounded dive from it, the cheaper; a rule's powers as they are. What is rounded
 * under may be narrower than what is asked, by which all is verified. What would come second is left out when
 * the first may be sent and is proven good enough, or it is late.
 */
const bestOf = (
  problem: Problem,
  solver: Solver,
  { result, limits, asked = problem }: { result: SolverResult; limits: Limits; asked?: Problem },
): Sendable => {
  const { isLate, onProgress } = limits;
  if (result.status === "feasible") return sendable(asked, result, solver, limits);
  const variants = heldToPeaks(problem, () => verify(problem, result, { semiContinuous: false, isLate }));
  const roundUnder = (variant: Problem, powers: Powers): Sendable => {
    const onShare = (share: number): void => onProgress?.({ stage: "round", share });
    const rounded = roundPowers(variant, powers, result.multipliers, { onShare, isLate });
    onProgress?.({ stage: "verify" });
    return linedUp(asked, sendable(asked, rounded, solver, limits), { solver, limits });
  };
  const round = (powers: Powers): Sendable => {
    let best = roundUnder(variants[0] ?? problem, powers);
    for (const variant of variants.slice(1)) {
      if (isSendable(best.sent) && isLate()) break;
      const next = roundUnder(variant, powers);
      if (cheaper(best, next) !== best) best = next;
      else if (isSendable(best.sent)) break;
    }
    return best;
  };
  const rounded = round(result);
  const { objective } = rounded.sent;
  const isGood = isLate() || (gapOf(objective, result.bound) ?? Infinity) <= OPTIMAL_GAP;
  const dived = isSendable(rounded.sent) && isGood ? null : (result.dive?.() ?? null);
  return dived === null ? rounded : cheaper(rounded, round(dived));
};

interface Refined {
  readonly best: Sendable;
  readonly bound: number | null;
  readonly notes: readonly string[];
  /** Why all-or-nothing payments are let be, by index. */
  readonly letBe: ReadonlyMap<number, WhyLetBe>;
}

/** Where the plan is not proven to be the best, the solver may look for a better one and a better bound. */
const refine = async (
  problem: Problem,
  solver: Solver,
  { found, options, limits }: { found: Refined; options: SolveOptions; limits: Limits },
): Promise<Refined> => {
  const gap = gapOf(found.best.sent.objective, found.bound);
  if ((gap !== null && gap <= OPTIMAL_GAP) || limits.isLate()) return found;
  options.onProgress?.({ stage: "refine" });
  const refined = await safely(async () => solver.refine?.(problem, { ...options, gap }) ?? null);
  if (refined === null || !hasPlan(problem, refined)) return found;
  const narrow = refined.decided?.problem ?? problem;
  const best = cheaper(found.best, bestOf(narrow, solver, { result: refined, limits, asked: problem }));
  const letBe = (best === found.best ? undefined : refined.decided?.letBe) ?? found.letBe;
  const objective = best.sent.objective;
  if (found.bound !== null && !mayBound(objective, found.bound))
    return { best, bound: null, notes: [], letBe };
  // What multipliers of the relaxation proved they prove still.
  const before = found.notes.length === 0 ? found.bound : null;
  const proven = boundOf(problem, refined, { objective, before });
  if ((proven.bound ?? -Infinity) <= (found.bound ?? -Infinity)) return { ...found, best, letBe };
  return { best, letBe, ...proven };
};

const without = (solver: Solver, bound: number | null, why: string): Attempt => ({
  draft: null,
  bound,
  detail: `${solver.name}: ${why}`,
});

const worstOf = ({ violations, objective }: Verification): string => {
  const worst = violations.toSorted((a, b) => b.amount - a.amount)[0];
  if (worst === undefined) return `the objective is ${objective}`;
  return `the plan breaks ${worst.place} by ${worst.amount}`;
};

/** Whether cars have an exclusive pile at the same time, and the solver is one that heeds limits. */
const isQueued = ({ violations }: Verification, { ignoresLimits = false }: Solver): boolean =>
  !ignoresLimits &&
  violations.some(({ place, amount }) => amount > TOLERANCE && /^nodes\[\d+\]\.exclusive/.test(place));

/** Whether turns at exclusive piles are worth looking for: what is sent keeps none, or is not proven good enough. */
const needsTurns = (problem: Problem, { best, bound }: Refined, solver: Solver): boolean =>
  isQueued(best.sent, solver) ||
  (solver.ignoresLimits !== true &&
    (gapOf(best.sent.objective, bound) ?? 0) > OPTIMAL_GAP &&
    pilesOf(problem).length > 0);

/**
 * Cars that share exclusive piles in the relaxation are served there one after the other: the problem is solved
 * again with a window for each, and the cheaper plan that keeps turns is sent. null where that brings no better
 * one. What the relaxation proves holds all the same.
 */
const serveInTurn = async (
  problem: Problem,
  solver: Solver,
  {
    result,
    found,
    sharedObjective,
    options,
    limits,
    asked,
  }: {
    result: SolverResult;
    found: Refined;
    sharedObjective: number;
    options: SolveOptions;
    limits: Limits;
    asked: Problem;
  },
): Promise<{ result: SolverResult; found: Refined } | null> => {
  const narrow = inTurn(problem, result);
  const again = await safely(() => solver.solve(narrow, options));
  if (!hasPlan(problem, again)) return null;
  const best = bestOf(narrow, solver, { result: again, limits, asked: asAsked(problem, asked) });
  if (cheaper(found.best, best) !== best) return null;
  const iterations = result.iterations + again.iterations;
  const both = `objective ${best.sent.objective.toFixed(4)}, ${sharedObjective.toFixed(4)} if they could share them`;
  const notes = [...found.notes, `exclusive piles serve their cars one at a time: ${both}`];
  return { result: { ...again, iterations }, found: { ...found, best, notes } };
};

/**
 * All-or-nothing payments are decided the other way where rounding makes that cheaper, and batteries of swap stations that would be lent short of
 * full are refused, as far as that is cheaper.
 */
const withChoices = async (
  asked: Problem,
  solver: Solver,
  {
    result,
    best,
    options,
    limits,
  }: { result: SolverResult; best: Sendable; options: () => SolveOptions; limits: Limits },
): Promise<Served<Sendable>> => {
  const again = {
    plan: async (narrow: Problem) => {
      const next = await safely(() => solver.solve(narrow, options()));
      if (!hasPlan(narrow, next)) return null;
      const judgedBy = asAsked(narrow, asked);
      return { result: next, best: bestOf(narrow, solver, { result: next, limits, asked: judgedBy }) };
    },
    isBetter: (next: Sendable, before: Sendable) => cheaper(before, next) === next,
    isLate: limits.isLate,
  };
  const first = { ...(await withOtherChoices(asked, { result, best }, again)), refusals: [] };
  if (asked.swapStations.length === 0 || solver.ignoresLimits === true) return first;
  return serveSwaps<Sendable>(first, again);
};

const REFUSAL_NOTE = "what the relaxation proves does not hold where batteries are refused";

const CUT_NOTE = "the time was over before rounding and verifying were done: the best plan by then";

/** Solves, rounds, refines and verifies, each within what is left of the time. Never throws. */
export const attempt = async (
  problem: Problem,
  solver: Solver,
  { timeLimitMs, clockMs, onProgress, ...starting }: SolveOptions & { clockMs: () => number },
): Promise<Attempt> => {
  const startMs = clockMs();
  let isCut = false;
  const isLate = (): boolean => {
    const late = clockMs() - startMs >= timeLimitMs;
    isCut ||= late;
    return late;
  };
  const limits = { isLate, onProgress };
  onProgress?.({ stage: "solve" });
  const result = await safely(() => solver.solve(problem, { ...starting, timeLimitMs, onProgress }));
  const solvedMs = clockMs();
  if (!hasPlan(problem, result))
    return without(solver, null, `${result.status}${result.detail === null ? "" : ` (${result.detail})`}`);
  const { decided } = result;
  const rounded = bestOf(decided?.problem ?? problem, solver, { result, limits, asked: problem });
  const relaxed =
    result.status === "feasible" ? rounded.sent : verify(problem, result, { semiContinuous: false, isLate });
  const optionsAt = (nowMs: number): SolveOptions => ({
    timeLimitMs: Math.max(0, timeLimitMs - (nowMs - startMs)),
    onProgress,
  });
  const swapped = await withChoices(problem, solver, {
    result,
    best: rounded,
    options: () => optionsAt(clockMs()),
    limits,
  });
  const least = Math.min(relaxed.objective, rounded.sent.objective);
  const proven = boundOf(problem, result, { objective: least, before: decided?.proven ?? null });
  const relaxedBound = proven.bound;
  const isProven = swapped.refusals.length === 0 || holdsForRefusals(problem, swapped.refusals);
  const first = {
    best: swapped.best,
    bound: isProven ? relaxedBound : null,
    notes: isProven ? proven.notes : [...proven.notes, REFUSAL_NOTE],
    letBe: decided?.letBe ?? new Map(),
  };
  const roundedMs = clockMs();
  const options = optionsAt(roundedMs);
  const served = needsTurns(swapped.problem, first, solver)
    ? await serveInTurn(swapped.problem, solver, {
        result: swapped.result,
        found: first,
        sharedObjective: relaxed.objective,
        options,
        limits,
        asked: problem,
      })
    : null;
  const mayRefine = result.status === "optimal" && swapped.refusals.length === 0;
  const { best, bound, notes, letBe } =
    served?.found ?? (mayRefine ? await refine(problem, solver, { found: first, options, limits }) : first);
  const refinedMs = clockMs();
  if (!Number.isFinite(relaxed.objective)) return without(solver, bound, worstOf(relaxed));
  if (!isSendable(best.sent) && solver.ignoresLimits !== true)
    return without(solver, bound, worstOf(best.sent));
  const times = {
    solveMs: solvedMs - startMs + refinedMs - roundedMs,
    roundMs: roundedMs - solvedMs,
  };
  const draft = {
    ...best,
    problem: asSent(asAsked(swapped.problem, problem), best.sent),
    asked: problem,
    refusals: swapped.refusals,
    letBe,
    isCut,
    notes: [...(isCut ? [CUT_NOTE] : []), ...notes, ...best.notes],
    solver,
    result: served?.result ?? swapped.result,
    relaxed,
    relaxedBound,
    bound,
    times,
  };
  return { draft, bound, detail: `${solver.name}: ${result.status}${isCut ? `, but ${CUT_NOTE}` : ""}` };
};
