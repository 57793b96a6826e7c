import type { Problem } from "../../domain/problem.js";
import { smallest } from "../../domain/units.js";
import type { Solver, SolverResult, WhyLetBe } from "../contract.js";
import { mayBound, provenBy } from "../gap.js";
import { withoutPlan } from "../solvers/exact.js";
import { withStorages } from "../storages.js";
import { verify } from "../verify.js";
import { type Choices, choicesBy, eventsOf, paidOf, under } from "./choices.js";
import { outOfReach } from "./reach.js";
import { type Relaxed, type Searched, searchEvents } from "./search.js";

interface Found extends Relaxed {
  readonly result: SolverResult;
}

/** Share of the time in which events are decided; the rest is for making a plan of it. */
const DECIDING_SHARE = 0.5;

/** What is found as a plan of the problem that is asked, and what it proves of its choices; null: there is no plan. */
const judged = (asked: Problem, narrow: Problem, result: SolverResult): Found | null => {
  if (result.chargeKw.length !== asked.sessions.length) return null;
  const seen = verify(asked, result, { semiContinuous: false });
  const proven = provenBy(narrow, result);
  // An event that is let be may be paid all the same: what bounds its branch need not bound such a plan.
  const within = verify(narrow, result, { semiContinuous: false }).objective;
  const word = result.bound !== null && mayBound(within, result.bound) ? result.bound : -Infinity;
  const bound = Math.max(proven, word);
  return { result, objective: seen.objective, paid: paidOf(seen), proven, bound };
};

/** Why events are let be that the best plan lets be: no plan reaches them, or what none is below that does. */
const whyLetBe = (
  events: readonly number[],
  { ends, best }: Searched<Found>,
  unreachable: readonly number[],
): Map<number, WhyLetBe> => {
  const reasons = new Map<number, WhyLetBe>();
  for (const event of events) {
    if (best === null || best.paid.has(event)) continue;
    const others = ends.filter(({ choices }) => choices.get(event) !== "let-be");
    const nearest = others.toSorted((a, b) => a.bound - b.bound)[0];
    const missed = nearest?.choices.get(event) === "taken-up" ? nearest.relaxed : null;
    const isMissed = missed?.result.status === "optimal" && !missed.paid.has(event);
    const bound = nearest?.bound ?? Infinity;
    reasons.set(
      event,
      unreachable.includes(event) || bound === Infinity || isMissed ? "out-of-reach" : { bound },
    );
  }
  return reasons;
};

/** The best that was found, with what all ends of the search prove together. */
const resultOf = (
  asked: Problem,
  searched: Searched<Found> & { best: Found },
  { events, unreachable, results }: { events: number[]; unreachable: number[]; results: SolverResult[] },
): SolverResult => {
  const { best, ends, isCut } = searched;
  const bound = smallest(ends.map((end) => end.bound));
  const proven = smallest(ends.map((end) => end.proven));
  const choices = choicesBy(best.paid, events);
  const root = results[0]?.multipliers ?? null;
  return {
    ...best.result,
    status: isCut ? "time-limit" : best.result.status,
    objective: best.objective,
    bound: Number.isFinite(bound) ? bound : null,
    // What is proven of choices one by one is more than multipliers prove where all of them are relaxed.
    ...(ends.some((end) => end.choices.size > 0) && root !== null ? { boundMultipliers: root } : {}),
    iterations: results.reduce((total, { iterations }) => total + iterations, 0),
    decided: {
      choices,
      problem: under(asked, choices),
      proven: Number.isFinite(proven) ? proven : null,
      letBe: whyLetBe(events, searched, unreachable),
    },
  };
};

interface Task {
  /** The first time it may begin warm; null: it does not solve problems of this size. */
  readonly solve: (problem: Problem, timeLimitMs: number, isFirst: boolean) => Promise<SolverResult | null>;
  readonly timeLimitMs: number;
}

const decide = async (
  asked: Problem,
  events: number[],
  { solve, timeLimitMs }: Task,
): Promise<SolverResult | null> => {
  const startedMs = performance.now();
  const spentMs = (): number => performance.now() - startedMs;
  const unreachable = outOfReach(asked, events);
  const results: SolverResult[] = [];
  const relax = async (choices: Choices): Promise<Found | "infeasible" | null> => {
    const narrow = under(asked, choices);
    const leftMs = Math.max(0, timeLimitMs - spentMs());
    const result = await solve(narrow, leftMs, results.length === 0);
    if (result === null) return null;
    results.push(result);
    return result.status === "infeasible" ? result.status : judged(asked, narrow, result);
  };
  const isLate = (): boolean => spentMs() > DECIDING_SHARE * timeLimitMs;
  const first: Choices = new Map(unreachable.map((event) => [event, "let-be"]));
  const searched = await searchEvents({ events, first, relax, isLate });
  const { best } = searched;
  if (best === null) return results[0] ?? null;
  return resultOf(asked, { ...searched, best }, { events, unreachable, results });
};

/**
 * A solver that decides all-or-nothing payments: the same for every solver, around its relaxations and, on small
 * sites, around its search for the best plan with least powers. Where there are none it is the solver itself.
 */
export const decidingEvents = (solver: Solver): Solver => ({
  ...solver,
  solve: async (problem, options) => {
    const { timeLimitMs, onProgress } = options;
    const events = eventsOf(problem);
    if (events.length === 0) return solver.solve(problem, options);
    const solve: Task["solve"] = (narrow, leftMs, isFirst) =>
      solver.solve(narrow, { ...(isFirst ? options : { onProgress }), timeLimitMs: leftMs });
    const decided = await decide(withStorages(problem), events, { solve, timeLimitMs });
    return decided ?? withoutPlan("failed", "nothing was solved");
  },
  refine: async (problem, options) => {
    const events = eventsOf(problem);
    const solve: Task["solve"] = async (narrow, timeLimitMs) =>
      (await solver.refine?.(narrow, { ...options, timeLimitMs })) ?? null;
    if (events.length === 0) return solve(problem, options.timeLimitMs, true);
    return decide(withStorages(problem), events, { solve, timeLimitMs: options.timeLimitMs });
  },
});
