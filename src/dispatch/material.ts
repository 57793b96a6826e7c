import { drawBoundKw, scheduledKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import { type EpochMs, HOUR_MS } from "../domain/units.js";
import { type DispatchEvse, type GuardedNode, sumsBelow, TOLERANCE_KW, wantedKw } from "./bounds.js";

/** Changes below half an ampere on one phase are not worth a write to a station's flash, kW. */
const MATERIAL_KW = 0.11;
/** A held schedule is renewed when less than this of it is left, or fewer than this many periods. */
const RENEW_BEFORE_END_MS = 6 * HOUR_MS;

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
  readonly nodeId: string;
  readonly atMs: EpochMs;
}

/** Where a guarded node would not hold even with all that is sent taken. */
const tightTimes = (guard: GuardedNode, sifted: readonly DispatchEvse[]): TightPlace[] =>
  sumsBelow(guard, sifted, wantedKw).flatMap((kw, t) =>
    kw > (guard.headroomKw[t] ?? Infinity) + TOLERANCE_KW
      ? [{ nodeId: guard.nodeId, atMs: guard.timesMs[t] ?? 0 }]
      : [],
  );

const reducesAt = (full: DispatchEvse, { nodeId, atMs }: TightPlace): boolean =>
  full.nodePath.includes(nodeId) &&
  wantedKw(full, atMs) < drawBoundKw(full.config, full.evse, atMs) - TOLERANCE_KW;

const isWorthwhile = ({ evse, wanted }: DispatchEvse, nowMs: EpochMs): boolean => {
  if (wanted === null || evse === null) return wanted !== null;
  return evse.unanswered.length > 0 || isMaterial(evse.held, wanted, nowMs);
};

/**
 * Whether a new schedule differs from the held one by more than half an ampere in any slot, or the
 * held one ends soon. Beyond the end of either nobody will act on the old schedule.
 */
export const isMaterial = (held: Schedule | null, wanted: Schedule, nowMs: EpochMs): boolean => {
  if (held === null || held.transactionId !== wanted.transactionId) return true;
  if (held.phases !== wanted.phases || held.endMs - nowMs < RENEW_BEFORE_END_MS) return true;
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
