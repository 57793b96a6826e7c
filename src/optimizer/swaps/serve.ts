import type { Problem } from "../../domain/problem.js";
import type { Powers, SolverResult } from "../contract.js";
import type { Verification } from "../verify.js";
import { type Refusal, refuseSome } from "./refuse.js";

/** A plan that may be sent, of a problem in which some batteries are refused. */
export interface Served<Best> {
  readonly problem: Problem;
  readonly result: SolverResult;
  readonly best: Best;
  readonly refusals: readonly Refusal[];
}

/** After so many rounds, or so many that brought nothing better, the best plan so far is sent. */
const MOST_ROUNDS = 12;
const MOST_IN_VAIN = 3;

interface Again<Best> {
  /** The plan of a problem; null: none is found. */
  readonly plan: (problem: Problem) => Promise<{ result: SolverResult; best: Best } | null>;
  readonly isBetter: (next: Best, best: Best) => boolean;
  readonly isLate: () => boolean;
}

/**
 * A battery that is not full cannot be lent, which is no convex thing: relaxed plans spread what is missing over
 * many. So, as long as some are short, some are refused and the rest is planned anew. The cheapest of these plans
 * counts, a battery that is lent short of full at the price of a whole stock-out.
 */
export const serveSwaps = async <Best extends { readonly powers: Powers; readonly sent: Verification }>(
  first: Served<Best>,
  { plan, isBetter, isLate }: Again<Best>,
): Promise<Served<Best>> => {
  let [last, found] = [first, first];
  let inVain = 0;
  for (let round = 0; round < MOST_ROUNDS && inVain < MOST_IN_VAIN && !isLate(); round++) {
    const { powers, sent } = last.best;
    const next = refuseSome(last.problem, { ...powers, ...sent });
    const planned = next === null ? null : await plan(next.problem);
    if (next === null || planned === null) break;
    const iterations = found.result.iterations + planned.result.iterations;
    last = {
      problem: next.problem,
      result: { ...planned.result, iterations },
      best: planned.best,
      refusals: [...last.refusals, ...next.refusals],
    };
    inVain = isBetter(last.best, found.best) ? 0 : inVain + 1;
    if (inVain === 0) found = last;
  }
  return found;
};
