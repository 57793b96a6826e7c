import type { SharingOutlook } from "../domain/outlook.js";
import type { Plan, Reason } from "../domain/plan.js";

const pricedReason = (reason: Reason): Reason =>
  reason.key === "target-reached" ? { key: "price-not-accepted" } : reason;

/** A plan that says of cars that are given nothing for want of a price that it is for this, not that they have all. */
export const withSharingReasons = (plan: Plan, { terms }: SharingOutlook): Plan => {
  const unpriced = new Set(terms.flatMap((one) => (one.isUnpriced === true ? [one.sessionId] : [])));
  if (unpriced.size === 0) return plan;
  return {
    ...plan,
    sessions: plan.sessions.map((session) =>
      unpriced.has(session.sessionId) ? { ...session, reasons: session.reasons.map(pricedReason) } : session,
    ),
  };
};
