import type { Problem } from "../../domain/problem.js";
import type { Powers, SolverResult } from "../contract.js";
import { relative, TOLERANCE } from "../gap.js";
import type { Verification } from "../verify.js";
import { type Choices, choicesBy, eventsOf, paidOf, under } from "./choices.js";

/** Events that are taken up, too, one by one, to see whether that is cheaper. */
const MOST_TRIED = 4;

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
export const asSent = (asked: Problem, sent: Verification): Problem =>
  under(asked, choicesBy(paidOf(sent), eventsOf(asked)));

/** Choices without the events that are taken up and yet not paid. */
const givenUp = (choices: Choices, { events }: Verification): Choices[] => {
  const missed = events.filter(({ payment, isPaid }) => !isPaid && choices.get(payment) === "taken-up");
  return missed.length === 0
    ? []
    : [new Map([...choices, ...missed.map(({ payment }) => [payment, "let-be"] as const)])];
};

/** Choices with one event more of which no bound says that it is dearer than what is sent, the most hopeful first. */
const takenUpToo = ({ decided }: SolverResult, { objective }: Verification): Choices[] => {
  const hopeful = [...(decided?.letBe ?? [])].flatMap(([event, why]) =>
    why !== "out-of-reach" && relative(objective - why.bound, objective) > TOLERANCE
      ? [{ event, bound: why.bound }]
      : [],
  );
  return hopeful
    .toSorted((a, b) => a.bound - b.bound)
    .slice(0, MOST_TRIED)
    .map(({ event }) => new Map([...(decided?.choices ?? []), [event, "taken-up"] as const]));
};

/**
 * Events are decided by what the relaxation costs; rounding may miss a floor that it reaches, and then nothing of the
 * event is paid, or make dearer what it lets be. Where bounds leave that open the other choice is planned, too, and
 * the cheaper plan is kept.
 */
export const withOtherChoices = async <Best extends { readonly powers: Powers; readonly sent: Verification }>(
  asked: Problem,
  { result, best }: Omit<Planned<Best>, "problem">,
  { plan, isBetter, isLate }: Again<Best>,
): Promise<Planned<Best>> => {
  let planned = { problem: result.decided?.problem ?? asked, result, best };
  const others = [
    ...givenUp(result.decided?.choices ?? new Map(), best.sent),
    ...takenUpToo(result, best.sent),
  ];
  for (const choices of others) {
    if (isLate()) return planned;
    const problem = under(asked, choices);
    const again = await plan(problem);
    if (again === null) continue;
    const iterations = planned.result.iterations + again.result.iterations;
    planned = isBetter(again.best, planned.best)
      ? { problem, result: { ...again.result, iterations }, best: again.best }
      : { ...planned, result: { ...planned.result, iterations } };
  }
  return planned;
};
