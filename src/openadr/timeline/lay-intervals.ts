import { YouxuError } from "../../domain/errors.js";
import type { EventPayload } from "../../domain/signal.js";
import type { EpochMs } from "../../domain/units.js";
import { addDuration, daysInMonth, type Duration, givenDuration, parseDuration } from "./duration.js";
import type { EventTimes, IntervalPeriod } from "./timeline.js";

/** An interval with its place in time. */
export interface LaidInterval {
  /** Its index among the intervals as posted. */
  readonly index: number;
  readonly id: number;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  /** Its end by its own duration, before a later interval took over. */
  readonly ownEndMs: EpochMs | null;
  /** Half width of the random shift of a run that begins here. */
  readonly randomizeMs: number;
  readonly payloads: readonly EventPayload[];
}

const NOW_MARKER = /^0001-01-01(?:T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?$/i;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** `0001-01-01`, as a date or in the date-time form of 3.0: now, or directly after the previous. */
export const isNowMarker = (text: string): boolean => NOW_MARKER.test(text);

/** Epoch milliseconds of an RFC 3339 date-time with its zone; null for anything else, 30 February too. */
export const parseDateTime = (text: string): EpochMs | null => {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // The engine takes the 30th of February for the 2nd of March.
  const ms = day <= daysInMonth(year, month - 1) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
};

/**
 * Start and end of each interval, by start; an earlier one ends where a later one begins.
 *
 *     own start ─────────────► there
 *     none, first ───────────► event.intervalPeriod.start
 *     none, not the first ───► where the previous ends
 *     0001-01-01 ────────────► now when first, else where the previous ends
 */
export const layIntervals = (event: EventTimes, nowMs: EpochMs): readonly LaidInterval[] => {
  const laid: LaidInterval[] = [];
  for (const [index, interval] of (event.intervals ?? []).entries()) {
    const place = `intervals[${index}].intervalPeriod`;
    const period = overridden(event.intervalPeriod, interval.intervalPeriod);
    const start = interval.intervalPeriod?.start ?? (index === 0 ? period.start : undefined);
    const startMs = startOf({ start, previous: laid.at(-1) ?? null, nowMs, place });
    const placeOf = (field: "duration" | "randomizeStart"): string =>
      interval.intervalPeriod?.[field] === period[field] ? `${place}.${field}` : `intervalPeriod.${field}`;
    const endMs = endOf(startMs, period.duration, placeOf("duration"));
    const randomizeMs = randomizeOf(startMs, period.randomizeStart, placeOf("randomizeStart"));
    const { id, payloads } = interval;
    laid.push({ index, id, startMs, endMs, ownEndMs: endMs, randomizeMs, payloads });
  }
  return takenOver(laid);
};

/** The interval's period over the event's, field by field. */
const overridden = (event: IntervalPeriod | undefined, own: IntervalPeriod | undefined): IntervalPeriod => ({
  start: own?.start ?? event?.start,
  duration: givenDuration(own?.duration) ?? givenDuration(event?.duration),
  randomizeStart: own?.randomizeStart ?? event?.randomizeStart,
});

const startFault = (message: string, place: string): YouxuError =>
  new YouxuError("event.start", message, `${place}.start`);

const startOf = ({
  start,
  previous,
  nowMs,
  place,
}: {
  start: string | undefined;
  previous: LaidInterval | null;
  nowMs: EpochMs;
  place: string;
}): EpochMs => {
  if (start !== undefined && !isNowMarker(start)) {
    const startMs = parseDateTime(start);
    if (startMs === null) throw startFault(`not a date-time with its zone: ${start}`, place);
    return startMs;
  }
  if (previous === null) {
    if (start === undefined) throw startFault("neither the interval nor the event has a start", place);
    return nowMs;
  }
  if (previous.ownEndMs === null) throw startFault("it follows an interval that never ends", place);
  return previous.ownEndMs;
};

const durationOf = (text: string, place: string): Duration => {
  const duration = parseDuration(text);
  if (duration === null) throw new YouxuError("event.duration", `not an ISO 8601 duration: ${text}`, place);
  return duration;
};

const endOf = (startMs: EpochMs, text: string | undefined, place: string): EpochMs | null => {
  if (text === undefined) return null;
  const endMs = addDuration(startMs, durationOf(text, place));
  if (endMs !== null && endMs <= startMs)
    throw new YouxuError(
      "event.duration",
      `the interval ends before it begins: its duration is ${text}`,
      place,
    );
  return endMs;
};

/** r is taken as an absolute range, whatever its sign. */
const randomizeOf = (startMs: EpochMs, text: string | undefined, place: string): number => {
  if (text === undefined) return 0;
  const endMs = addDuration(startMs, durationOf(text, place));
  if (endMs === null) throw new YouxuError("event.duration", "a random shift must be finite", place);
  return Math.abs(endMs - startMs);
};

const takenOver = (laid: readonly LaidInterval[]): readonly LaidInterval[] => {
  const sorted = laid.toSorted((a, b) => a.startMs - b.startMs || a.index - b.index);
  return sorted.map((interval, position) => {
    const next = sorted[position + 1];
    if (next === undefined) return interval;
    if (next.startMs === interval.startMs) {
      const message = `begins together with intervals[${interval.index}]`;
      throw new YouxuError("event.overlap", message, `intervals[${next.index}].intervalPeriod.start`);
    }
    return { ...interval, endMs: Math.min(interval.endMs ?? next.startMs, next.startMs) };
  });
};
