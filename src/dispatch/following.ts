import type { AllowedSpan, EvseState } from "../domain/fleet.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import { presentSpans } from "../domain/allowed.js";

/** Power beside what was told that still counts as following: meter error and ripple. */
const TOLERANCE_KW = 0.5;
const TOLERANCE_SHARE = 0.1;
/** For so long after boots in a loop not knowing what a station holds excuses nothing. */
const LOOP_MS = 10 * MINUTE_MS;

/**
 * Whether an EVSE draws no more than it was told, and gives back no more. Drawing less is no fault: a full
 * battery tapers. A setpoint below zero that is not discharged is one, since the plan relies on it. A
 * station may still be changing: what counts is the widest that it was allowed within the time it has for
 * that before the sample, however often it was told since. What no schedule is known for is allowed, but to
 * a station that boots in a loop: it would be allowed anything for ever.
 */
export const followsTold = (evse: EvseState, followWithinMs: number): boolean => {
  const { sample } = evse;
  if (sample === null || evse.session === null) return true;
  const { mostKw, leastKw } = allowedSince(evse, sample.atMs - followWithinMs, sample.atMs);
  return sample.powerKw <= mostKw + toleranceKw(mostKw) && sample.powerKw >= leastKw - toleranceKw(leastKw);
};

/** Whether any schedule is known that its last sample can be held against. */
export const isHeldToSome = (evse: EvseState, followWithinMs: number): boolean => {
  const { sample } = evse;
  return sample !== null && allowedSince(evse, sample.atMs - followWithinMs, sample.atMs).mostKw < Infinity;
};

/** Meter error and ripple of a power, kW. */
export const toleranceKw = (kw: number): number => Math.max(TOLERANCE_KW, TOLERANCE_SHARE * Math.abs(kw));

type Allowed = Pick<AllowedSpan, "mostKw" | "leastKw">;

/** The widest that an EVSE was allowed from one moment to another; infinite where no schedule is known. */
const allowedSince = (evse: EvseState, fromMs: EpochMs, atMs: EpochMs): Allowed =>
  widest(evse, atMs, [
    ...earlierSpans(evse, fromMs),
    // What begins at the very moment counts.
    ...presentSpans(evse, Math.max(fromMs, evse.toldMs ?? fromMs), atMs + 1),
  ]);

/** Whether it was told something after a moment: then what holds now says nothing of that moment. */
export const isToldSince = ({ toldMs }: EvseState, atMs: EpochMs): boolean =>
  toldMs !== null && toldMs > atMs;

/** The same by what it was told by then alone: of a moment by our own clock. */
export const allowedThen = (evse: EvseState, fromMs: EpochMs, atMs: EpochMs): Allowed =>
  isToldSince(evse, atMs) ? widest(evse, atMs, earlierSpans(evse, fromMs)) : allowedSince(evse, fromMs, atMs);

const earlierSpans = (evse: EvseState, fromMs: EpochMs): readonly AllowedSpan[] =>
  evse.allowedBefore.filter(({ untilMs }) => untilMs > fromMs);

const widest = (evse: EvseState, atMs: EpochMs, all: readonly AllowedSpan[]): Allowed => {
  const known = all.filter(({ mostKw }) => mostKw < Infinity);
  const loops = atMs - (evse.bootedAgainMs ?? -Infinity) < LOOP_MS;
  const spans = loops && known.length > 0 ? known : all;
  return {
    mostKw: Math.max(...spans.map((span) => span.mostKw)),
    leastKw: Math.min(...spans.map((span) => span.leastKw)),
  };
};
