import type { EventPlan, LetBe, Plan } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import type { WhyLetBe } from "../contract.js";
import { relative, TOLERANCE } from "../gap.js";
import type { Verification } from "../verify.js";

/** Beside what is sent, in money where the objective weighs money. */
const beside = (objective: number, { weights: { cost } }: Problem, why: WhyLetBe | undefined): LetBe => {
  if (why === undefined) return { key: "missed" };
  if (why === "out-of-reach") return { key: why };
  const byAtLeast = why.bound - objective;
  if (relative(byAtLeast, objective) <= TOLERANCE) return { key: "undecided" };
  return { key: "dearer", byAtLeast: cost > 0 ? byAtLeast / cost : byAtLeast };
};

/** What comes of each payment, and why those that are all or nothing and not paid are let be. */
export const eventPlans = (
  asked: Problem,
  { events, objective }: Verification,
  letBe: ReadonlyMap<number, WhyLetBe>,
): EventPlan[] =>
  events.map(({ payment, isPaid, ...result }) => ({
    eventId: asked.payments[payment]?.id ?? "",
    floorKw: asked.payments[payment]?.floorKw ?? null,
    leastReductionKw: result.leastReductionKw,
    reducedKwh: result.reducedKwh,
    paid: result.paid,
    letBe: isPaid ? null : beside(objective, asked, letBe.get(payment)),
  }));

const why = (letBe: LetBe): string => {
  if (letBe.key === "out-of-reach") return "no plan reaches its floor in every slot";
  if (letBe.key === "dearer")
    return `reaching its floor would cost at least ${letBe.byAtLeast.toFixed(2)} more in all`;
  if (letBe.key === "undecided") return "no plan that reaches its floor was found to be cheaper";
  return "the plan misses its floor";
};

/** Events that are let be, and why. */
export const letBeNotes = ({ events = [] }: Plan): string[] =>
  events.flatMap(({ eventId, letBe, floorKw }) =>
    letBe === null || floorKw === null
      ? []
      : [`event ${eventId}: let be, nothing is paid of it: ${why(letBe)} (${floorKw.toFixed(2)} kW)`],
  );
