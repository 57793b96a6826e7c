import type { SharingOutlook } from "../domain/outlook.js";
import type { Plan } from "../domain/plan.js";
import type { Reason } from "../domain/reason.js";

/** What the optimizer says of a car, and what it is called where sharing is behind it. */
type InPlaceOf = Partial<Record<Reason["key"], Reason>>;

const EMERGENCY_USE: InPlaceOf = { "driver-chose-fast": { key: "emergency-use" } };

/** Of each car of which sharing knows more than the optimizer. */
const wordsOf = ({ piles, terms }: SharingOutlook): Map<string, InPlaceOf> =>
  new Map([
    ...piles.flatMap(({ expected }) =>
      expected.flatMap(({ id, isUrgent }) => (isUrgent ? [[id, EMERGENCY_USE] as const] : [])),
    ),
    ...terms.flatMap(({ sessionId, isUrgent, withheld }): [string, InPlaceOf][] => {
      if (withheld !== undefined) return [[sessionId, { "target-reached": { key: withheld } }]];
      return isUrgent ? [[sessionId, EMERGENCY_USE]] : [];
    }),
  ]);

/**
 * A plan that says of cars that sharing gives nothing why it does not, not that they have all; and of an emergency
 * use that it is one, not that a driver chose.
 */
export const withSharingReasons = (plan: Plan, sharing: SharingOutlook): Plan => {
  const words = wordsOf(sharing);
  if (words.size === 0) return plan;
  return {
    ...plan,
    sessions: plan.sessions.map((session) => {
      const own = words.get(session.sessionId);
      if (own === undefined) return session;
      return { ...session, reasons: session.reasons.map((reason) => own[reason.key] ?? reason) };
    }),
  };
};
