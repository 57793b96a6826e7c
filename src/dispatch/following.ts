import { scheduledKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { EpochMs } from "../domain/units.js";

/** Power above what was told that still counts as following: meter error and ripple. */
const TOLERANCE_KW = 0.5;
const TOLERANCE_SHARE = 0.1;

/**
 * Whether an EVSE draws more than it was told. Drawing less is no fault: a full battery tapers. A
 * setpoint below zero that is not discharged counts, since the plan relies on it.
 */
export const followsTold = (evse: EvseState, followWithinMs: number): boolean => {
  const { sample, held } = evse;
  if (sample === null || held === null || evse.session === null) return true;
  const allowed = mostAllowedKw(evse, sample.atMs, followWithinMs);
  if (allowed === null) return true;
  return sample.powerKw <= allowed + Math.max(TOLERANCE_KW, TOLERANCE_SHARE * Math.abs(allowed));
};

/** The largest power allowed within the grace before a sample: a station may still be changing. */
const mostAllowedKw = (evse: EvseState, atMs: EpochMs, followWithinMs: number): number | null => {
  const fromMs = atMs - followWithinMs;
  if (evse.held === null || evse.toldMs === null || evse.toldMs > fromMs) return null;
  const starts = evse.held.periods
    .map(({ startMs }) => startMs)
    .filter((startMs) => startMs > fromMs && startMs <= atMs);
  const powers = [fromMs, ...starts, atMs]
    .map((time) => scheduledKw(evse.held!, time))
    .filter((kw) => kw !== null);
  return powers.length === 0 ? null : Math.max(...powers);
};
