import type { EpochMs } from "../domain/units.js";

/** Somebody's time at a station. */
export interface Claim {
  /** null: at any EVSE of the station. */
  readonly evseId: number | null;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** What it is, for whom it stands in the way: `reservation 7`. */
  readonly what: string;
}

/**
 * Who stands in the way of a wanted time; null: nobody. An EVSE has one claim at a time. Of those at any EVSE each
 * needs one that nobody claims for himself, since the station keeps one free for each (OCPP 1.6 §5.13).
 */
export const conflictOf = (
  wanted: Omit<Claim, "what">,
  others: readonly Claim[],
  evseCount: number,
): Claim | null => {
  const during = others.filter(({ fromMs, untilMs }) => fromMs < wanted.untilMs && wanted.fromMs < untilMs);
  const same = during.find(({ evseId }) => evseId !== null && evseId === wanted.evseId);
  if (same !== undefined) return same;
  const anywhere = [...during, wanted].filter(({ evseId }) => evseId === null).length;
  const taken = new Set([...during, wanted].map(({ evseId }) => evseId).filter((evseId) => evseId !== null));
  if (anywhere === 0 || taken.size + anywhere <= evseCount) return null;
  // Somebody else is there: one claim alone has room at a station of one EVSE.
  return during.find(({ evseId }) => evseId === null) ?? during[0] ?? null;
};
