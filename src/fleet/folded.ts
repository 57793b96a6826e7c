import { scheduledKw } from "../domain/draw.js";
import type { Schedule, SchedulePeriod } from "../domain/schedule.js";
import { type EpochMs, HOUR_MS } from "../domain/units.js";

/** So many unanswered schedules are kept each for itself. */
const MOST_KEPT = 8;
/** Longer ago than anybody looks back. */
const PAST_MS = HOUR_MS;

/**
 * Unanswered schedules, in the order in which they were sent, the older ones of many as few that say as much: the
 * most and, where they may discharge, the least of them at each moment, and the one that ends first, since from
 * then on the default may be in force. What an EVSE is believed to draw or give back is never less for it.
 */
export const folded = (schedules: readonly Schedule[], nowMs: EpochMs): readonly Schedule[] => {
  const older = schedules.slice(0, -MOST_KEPT);
  const [first] = older;
  if (first === undefined || older.length <= 3 || older.some(({ startMs }) => startMs > nowMs))
    return schedules;
  const endsFirst = older.reduce((one, other) => (other.endMs < one.endMs ? other : one), first);
  const discharges = older.some(({ periods }) => periods.some(({ powerKw }) => powerKw < 0));
  const least = discharges ? [outermost(older, nowMs, Math.min)] : [];
  return [endsFirst, ...least, outermost(older, nowMs, Math.max), ...schedules.slice(-MOST_KEPT)];
};

type Outer = (...powersKw: number[]) => number;

/** A schedule with the outermost power of several at each moment from the first start to the last end. */
const outermost = (schedules: readonly Schedule[], nowMs: EpochMs, outer: Outer): Schedule => {
  const starts = [...new Set(schedules.flatMap(startsOf))].sort((a, b) => a - b);
  const endMs = Math.max(...schedules.map((schedule) => schedule.endMs));
  const newest = schedules.at(-1)!;
  const periods: SchedulePeriod[] = [];
  for (const startMs of starts) {
    const powerKw = outer(...schedules.flatMap((schedule) => scheduledKw(schedule, startMs) ?? []));
    const last = periods.at(-1);
    const mode = "setpoint" as const;
    if (last === undefined) periods.push({ startMs, mode, value: powerKw * 1_000, powerKw });
    else if (startMs < nowMs - PAST_MS) {
      const pastKw = outer(last.powerKw, powerKw);
      periods[0] = { ...last, value: pastKw * 1_000, powerKw: pastKw };
    } else if (powerKw !== last.powerKw) periods.push({ startMs, mode, value: powerKw * 1_000, powerKw });
  }
  return { ...newest, unit: "W", startMs: starts[0] ?? newest.startMs, endMs, periods };
};

/** Where what it says changes: where it ends, the others are left. */
const startsOf = ({ startMs, endMs, periods }: Schedule): EpochMs[] => [
  startMs,
  ...periods.map((period) => period.startMs).filter((atMs) => atMs > startMs && atMs < endMs),
];
