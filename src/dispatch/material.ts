import { scheduledKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import {
  type DispatchEvse,
  type GuardedNode,
  mayDrawKw,
  sumsBelow,
  TOLERANCE_KW,
  wouldDrawKw,
} from "./bounds.js";

/** Changes below this are not worth a write to a station's flash, A. */
const MATERIAL_A = 0.5;
/** A held schedule is renewed when a quarter of it is left, at the latest in the pass before its end. */
const RENEW_AT_SHARE = 0.25;
const RENEW_BEFORE_END_MS = 20 * MINUTE_MS;

/**
 * Keeps of the wanted schedules those worth sending: each that differs materially from what its EVSE
 * holds, and each reduction without which a guarded node would not hold, however small: forty cars that
 * each draw 0.1 kW too much are 4 kW over a limit.
 */
export const worthSending = (
  all: readonly DispatchEvse[],
  guards: readonly GuardedNode[],
  nowMs: EpochMs,
): DispatchEvse[] => {
  const sifted = all.map((evse) => (isWorthwhile(evse, nowMs) ? evse : { ...evse, wanted: null }));
  const tight = guards.flatMap((guard) => tightTimes(guard, sifted));
  return sifted.map((evse, index) => {
    const full = all[index] ?? evse;
    return evse.wanted === null && tight.some((place) => reducesAt(full, place)) ? full : evse;
  });
};

interface TightPlace {
  readonly guard: GuardedNode;
  readonly atMs: EpochMs;
}

/** Where a guarded node would not hold even with all that is sent taken. */
const tightTimes = (guard: GuardedNode, sifted: readonly DispatchEvse[]): TightPlace[] =>
  sumsBelow(guard, sifted, wouldDrawKw).flatMap((kw, t) =>
    kw > (guard.headroomKw[t] ?? Infinity) + TOLERANCE_KW ? [{ guard, atMs: guard.timesMs[t] ?? 0 }] : [],
  );

const reducesAt = (full: DispatchEvse, { guard, atMs }: TightPlace): boolean =>
  full.nodePath.includes(guard.nodeId) &&
  wouldDrawKw(guard, full, atMs) < mayDrawKw(guard, full, atMs) - TOLERANCE_KW;

const isWorthwhile = ({ config, evse, wanted, betweenMs = 0 }: DispatchEvse, nowMs: EpochMs): boolean => {
  if (wanted === null || evse === null) return wanted !== null;
  // A car that waits for an answer to its needs or its driver is told at once.
  if (evse.awaitsSchedule) return true;
  const { held, toldMs } = evse;
  if (held?.transactionId === wanted.transactionId && toldMs !== null && nowMs - toldMs < betweenMs)
    return false;
  return evse.unanswered.length > 0 || isMaterial({ held: evse.held, wanted, config }, nowMs);
};

export interface Change {
  readonly held: Schedule | null;
  readonly wanted: Schedule;
  readonly config: EvseConfig;
}

/**
 * Whether a new schedule differs from the held one by more than half an ampere in any slot, or the
 * held one ends soon. Beyond the end of either nobody will act on the old schedule.
 */
export const isMaterial = ({ held, wanted, config }: Change, nowMs: EpochMs): boolean => {
  if (held === null || held.transactionId !== wanted.transactionId) return true;
  if (held.phases !== wanted.phases || endsSoon(held, nowMs)) return true;
  const materialKw = (MATERIAL_A * config.phases * config.voltageV) / 1000;
  const untilMs = Math.min(held.endMs, wanted.endMs);
  for (const atMs of lookPoints(held, wanted, { nowMs, untilMs })) {
    if (Math.abs((scheduledKw(held, atMs) ?? 0) - (scheduledKw(wanted, atMs) ?? 0)) > materialKw) return true;
  }
  return false;
};

const endsSoon = ({ startMs, endMs }: Schedule, nowMs: EpochMs): boolean =>
  endMs - nowMs < Math.max(RENEW_BEFORE_END_MS, RENEW_AT_SHARE * (endMs - startMs));

const lookPoints = (
  held: Schedule,
  wanted: Schedule,
  span: { nowMs: EpochMs; untilMs: EpochMs },
): EpochMs[] =>
  [span.nowMs + 1, ...held.periods.map((p) => p.startMs), ...wanted.periods.map((p) => p.startMs)].filter(
    (atMs) => atMs >= span.nowMs && atMs < span.untilMs,
  );
