import type { AllowedSpan, EvseState } from "../domain/fleet.js";
import type { EpochMs } from "../domain/units.js";
import { presentSpans } from "../domain/allowed.js";

/** Power beside what was told that still counts as following: meter error and ripple. */
const TOLERANCE_KW = 0.5;
const TOLERANCE_SHARE = 0.1;

/**
 * Whether an EVSE draws no more than it was told, and gives back no more. Drawing less is no fault: a full
 * battery tapers. A setpoint below zero that is not discharged is one, since the plan relies on it. A
 * station may still be changing: what counts is the widest that it was allowed within the time it has for
 * that before the sample, however often it was told since. What no schedule is known for is allowed.
 */
export const followsTold = (evse: EvseState, followWithinMs: number): boolean => {
  const { sample } = evse;
  if (sample === null || evse.session === null) return true;
  const spans = allowedSince(evse, sample.atMs - followWithinMs, sample.atMs);
  const mostKw = Math.max(...spans.map((span) => span.mostKw));
  const leastKw = Math.min(...spans.map((span) => span.leastKw));
  return sample.powerKw <= mostKw + toleranceKw(mostKw) && sample.powerKw >= leastKw - toleranceKw(leastKw);
};

const toleranceKw = (kw: number): number => Math.max(TOLERANCE_KW, TOLERANCE_SHARE * Math.abs(kw));

const allowedSince = (evse: EvseState, fromMs: EpochMs, atMs: EpochMs): AllowedSpan[] => [
  ...evse.allowedBefore.filter(({ untilMs }) => untilMs > fromMs),
  // What begins at the very moment of the sample counts.
  ...presentSpans(evse, Math.max(fromMs, evse.toldMs ?? fromMs), atMs + 1),
];
