import { changesBetween, leastAllowedKw, mostAllowedKw, schedulesInPlay } from "./draw.js";
import type { AllowedSpan, EvseState } from "./fleet.js";
import { type EpochMs, MINUTE_MS } from "./units.js";

/** Longer than any station may take to follow, on the clock of the fastest demonstration too. */
const KEPT_MS = 30 * MINUTE_MS;

/** What an EVSE was allowed up to a moment at which its schedules change; neighbours that agree are one. */
export const allowedUpTo = (evse: EvseState, atMs: EpochMs): readonly AllowedSpan[] => {
  const recent = evse.allowedBefore.filter(({ untilMs }) => untilMs > atMs - KEPT_MS);
  return merged([...recent, ...presentSpans(evse, Math.max(evse.toldMs ?? atMs, atMs - KEPT_MS), atMs)]);
};

/** What its present schedules allowed from one moment to another, at least at the second. */
export const presentSpans = (evse: EvseState, fromMs: EpochMs, untilMs: EpochMs): AllowedSpan[] => {
  const changes = changesBetween(schedulesInPlay(evse), { fromMs, untilMs });
  const starts = [Math.min(fromMs, untilMs), ...changes];
  return starts.map((startMs, index) => ({
    mostKw: mostAllowedKw(evse, startMs),
    leastKw: leastAllowedKw(evse, startMs),
    untilMs: starts[index + 1] ?? untilMs,
  }));
};

const merged = (spans: readonly AllowedSpan[]): AllowedSpan[] => {
  const kept: AllowedSpan[] = [];
  for (const span of spans) {
    const last = kept.at(-1);
    if (last !== undefined && last.mostKw === span.mostKw && last.leastKw === span.leastKw) kept.pop();
    kept.push(span);
  }
  return kept;
};
