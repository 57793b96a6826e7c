import type { EventPlan, LetBe, Plan } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import type { Verification } from "../verify.js";

/** What more the objective is, in money where it weighs money. */
const inMoney = ({ weights: { cost } }: Problem, letBe: LetBe): LetBe =>
  letBe.key === "dearer" && cost > 0 ? { ...letBe, byAtLeast: letBe.byAtLeast / cost } : letBe;

/** What comes of each payment that is all or nothing, and why those that are not paid are let be. */
export const eventPlans = (
  asked: Problem,
  { events }: Verification,
  letBe: ReadonlyMap<number, LetBe>,
): EventPlan[] =>
  events.map(({ payment, isPaid, leastReductionKw, paid }) => ({
    eventId: asked.payments[payment]?.id ?? "",
    floorKw: asked.payments[payment]?.floorKw ?? 0,
    leastReductionKw,
    paid,
    letBe: isPaid ? null : inMoney(asked, letBe.get(payment) ?? { key: "missed" }),
  }));

const why = (letBe: LetBe): string => {
  if (letBe.key === "out-of-reach") return "no plan reaches its floor in every slot";
  if (letBe.key === "dearer")
    return `reaching its floor would cost at least ${letBe.byAtLeast.toFixed(2)} more in all`;
  return "the plan misses its floor";
};

/** Events that are let be, and why. */
export const letBeNotes = ({ events = [] }: Plan): string[] =>
  events.flatMap(({ eventId, letBe, floorKw }) =>
    letBe === null
      ? []
      : [`event ${eventId}: let be, nothing is paid of it: ${why(letBe)} (${floorKw.toFixed(2)} kW)`],
  );
