import type { Problem } from "../../domain/problem.js";
import type { Powers, SolverResult } from "../contract.js";
import type { Verification } from "../verify.js";
import { type Choices, choicesBy, eventsOf, under } from "./choices.js";

/** A plan that may be sent, and the problem under the choices that it was made with. */
interface Planned<Best> {
  readonly problem: Problem;
  readonly result: SolverResult;
  readonly best: Best;
}

interface Again<Best> {
  /** The plan of a problem; null: none is found. */
  readonly plan: (problem: Problem) => Promise<{ result: SolverResult; best: Best } | null>;
  readonly isBetter: (next: Best, best: Best) => boolean;
  readonly isLate: () => boolean;
}

/** A narrowed problem with payments and limits as they are asked: by it a plan is judged. */
export const asAsked = (narrow: Problem, { nodes, payments }: Problem): Problem => ({
  ...narrow,
  nodes,
  payments,
});

/** A problem under the choices that a plan comes to: what it is paid for is taken up. */
export const asSent = (asked: Problem, { events }: Verification): Problem => {
  const paid = new Set(events.flatMap(({ payment, isPaid }) => (isPaid ? [payment] : [])));
  return under(asked, choicesBy(paid, eventsOf(asked)));
};

/** Choices without the events that are taken up and yet not paid. */
const givenUp = (choices: Choices, { events }: Verification): Choices | null => {
  const missed = events.filter(({ payment, isPaid }) => !isPaid && choices.get(payment) === "taken-up");
  if (missed.length === 0) return null;
  return new Map([...choices, ...missed.map(({ payment }) => [payment, "let-be"] as const)]);
};

/**
 * Rounding may miss a floor that the relaxation reaches, and then nothing of the event is paid: it is planned without
 * these events, too, and the cheaper plan is kept.
 */
export const withoutMissed = async <Best extends { readonly powers: Powers; readonly sent: Verification }>(
  asked: Problem,
  { result, best }: Omit<Planned<Best>, "problem">,
  { plan, isBetter, isLate }: Again<Best>,
): Promise<Planned<Best>> => {
  const first = { problem: result.decided?.problem ?? asked, result, best };
  const choices = givenUp(result.decided?.choices ?? new Map(), best.sent);
  if (choices === null || isLate()) return first;
  const problem = under(asked, choices);
  const again = await plan(problem);
  if (again === null || !isBetter(again.best, best)) return first;
  const iterations = result.iterations + again.result.iterations;
  return { problem, result: { ...again.result, iterations }, best: again.best };
};
