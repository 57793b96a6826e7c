import { scheduledKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import { type EpochMs, HOUR_MS } from "../domain/units.js";

/** Changes below half an ampere on one phase are not worth a write to a station's flash, kW. */
const MATERIAL_KW = 0.11;
/** A held schedule is renewed when less than this of it is left, or fewer than this many periods. */
const RENEW_BEFORE_END_MS = 6 * HOUR_MS;

/**
 * Whether a new schedule differs from the held one by more than half an ampere in any slot, or the
 * held one ends soon. `untilMs` bounds the look: beyond it nobody will act on the old schedule.
 */
export const isMaterial = (held: Schedule | null, wanted: Schedule, nowMs: EpochMs): boolean => {
  if (held === null || held.transactionId !== wanted.transactionId) return true;
  if (held.endMs - nowMs < RENEW_BEFORE_END_MS) return true;
  const untilMs = Math.min(held.endMs, wanted.endMs);
  for (const atMs of lookPoints(held, wanted, { nowMs, untilMs })) {
    if (Math.abs((scheduledKw(held, atMs) ?? 0) - (scheduledKw(wanted, atMs) ?? 0)) > MATERIAL_KW)
      return true;
  }
  return false;
};

const lookPoints = (
  held: Schedule,
  wanted: Schedule,
  span: { nowMs: EpochMs; untilMs: EpochMs },
): EpochMs[] =>
  [span.nowMs + 1, ...held.periods.map((p) => p.startMs), ...wanted.periods.map((p) => p.startMs)].filter(
    (atMs) => atMs >= span.nowMs && atMs < span.untilMs,
  );
