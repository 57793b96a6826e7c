import { YouxuError } from "../../domain/errors.js";
import type { EventInterval, EventPayload } from "../../domain/signal.js";
import { DAY_MS, type EpochMs } from "../../domain/units.js";
import { addDuration, type Duration, givenDuration, parseDuration } from "./duration.js";
import { isNowMarker, layIntervals, type LaidInterval } from "./lay-intervals.js";
import { splitValues } from "./split-values.js";

export interface IntervalPeriod {
  /** RFC 3339, or `0001-01-01` for now. */
  readonly start?: string | undefined;
  readonly duration?: string | undefined;
  readonly randomizeStart?: string | undefined;
}

/** The parts of an event that say when: as posted. */
export interface EventTimes {
  readonly duration?: string | undefined;
  readonly intervalPeriod?: IntervalPeriod | undefined;
  readonly intervals?:
    | readonly {
        readonly id: number;
        readonly intervalPeriod?: IntervalPeriod | undefined;
        readonly payloads: readonly EventPayload[];
      }[]
    | undefined;
}

export interface TimelineOptions {
  /** What `0001-01-01` stands for: when the event was posted. */
  readonly nowMs: EpochMs;
  /** Loops that ended before this are left out; only looping events have any. */
  readonly fromMs: EpochMs;
  /** Number in [0, 1) for the run that begins with the interval of this index; always the same one. */
  readonly draw: (index: number) => number;
}

export interface Timeline {
  readonly intervals: readonly EventInterval[];
  /** When it is over; null: never. */
  readonly endMs: EpochMs | null;
  /** Up to here the intervals are laid out: a loop goes on behind it. null: there is no more. */
  readonly laidUntilMs: EpochMs | null;
}

/** No timeline is laid out further. */
const MOST_INTERVALS = 10_000;
const LOOP_HORIZON_MS = 45 * DAY_MS;

/**
 * Lays the interval algebra of an OpenADR 3.1 event out in time (User Guide, "Interval period").
 *
 *     event.intervalPeriod {start 17:00, duration PT1H}, intervals 0 1 2
 *     17:00     18:00     19:00     20:00
 *     |----0----|----1----|----2----|
 *
 *     the same, event.duration PT90M: cut        event.duration PT5H: looped
 *     |----0----|--1--|                          |-0-|-1-|-2-|-0-|-1-|
 *
 *     interval 1 has a start of its own: a gap; randomizeStart shifts each contiguous run by one draw
 *     |----0----|          |----1----|----2----|
 *      run A, shift a       run B, shift b
 *
 * An interval without a duration lasts until the next begins, or the event ends, or for ever. Of two
 * that overlap the later-starting one takes over. Throws with the place what cannot be laid out.
 */
export const expandTimeline = (event: EventTimes, options: TimelineOptions): Timeline => {
  if (isCancelled(event)) return cancelled(event, options.nowMs);
  const pattern = splitValues(layIntervals(event, options.nowMs));
  if (pattern.length > MOST_INTERVALS)
    throw new YouxuError(
      "event.interval",
      `more than ${MOST_INTERVALS} intervals, counted after several values split theirs`,
      "intervals",
    );
  const first = pattern[0];
  const last = pattern.at(-1);
  if (first === undefined || last === undefined) return { intervals: [], endMs: null, laidUntilMs: null };
  const total = totalOf(event);
  const limitMs = total === null ? last.endMs : addDuration(first.startMs, total);
  const looped = total === null ? pattern : loop({ pattern, limitMs, fromMs: options.fromMs });
  const shifted = shiftRuns(cut(looped, limitMs), options.draw);
  const laidUntilMs = shifted.at(-1)?.endMs ?? null;
  const laidAll = laidUntilMs === null || !goesOn(looped, limitMs);
  return {
    intervals: shifted.map(({ id, startMs, endMs, payloads }) => ({ id, startMs, endMs, payloads })),
    endMs: laidAll ? laidUntilMs : limitMs,
    laidUntilMs: laidAll ? null : laidUntilMs,
  };
};

/**
 * Start now and no duration, both as written for the whole event (User Guide, "Event cancellation"): it is over. Where
 * an interval says when by itself, PT0S is no more than the default that a client wrote out.
 */
const isCancelled = ({ duration, intervalPeriod, intervals = [] }: EventTimes): boolean =>
  isNowMarker(intervalPeriod?.start ?? "") &&
  intervalPeriod?.duration !== undefined &&
  givenDuration(intervalPeriod.duration) === undefined &&
  givenDuration(duration) === undefined &&
  intervals.every(
    ({ intervalPeriod: own }) => own?.start === undefined && givenDuration(own?.duration) === undefined,
  );

/** Its intervals take no time, so that lists know when it ended. */
const cancelled = ({ intervals = [] }: EventTimes, nowMs: EpochMs): Timeline => ({
  intervals: intervals.map(({ id, payloads }) => ({ id, startMs: nowMs, endMs: nowMs, payloads })),
  endMs: nowMs,
  laidUntilMs: null,
});

const totalOf = (event: EventTimes): Duration | null => {
  const given = givenDuration(event.duration);
  if (given === undefined) return null;
  const total = parseDuration(given);
  if (total === null || total.months < 0 || total.ms < 0)
    throw new YouxuError("event.duration", `not a positive duration: ${given}`, "duration");
  return total;
};

const goesOn = (laid: readonly LaidInterval[], limitMs: EpochMs | null): boolean =>
  limitMs === null || (laid.at(-1)?.endMs ?? Infinity) < limitMs;

/** Repeats the pattern until the limit, or as far as is laid out at once. */
const loop = ({
  pattern,
  limitMs,
  fromMs,
}: {
  pattern: readonly LaidInterval[];
  limitMs: EpochMs | null;
  fromMs: EpochMs;
}): readonly LaidInterval[] => {
  const firstMs = pattern[0]?.startMs ?? 0;
  const patternEndMs = pattern.at(-1)?.endMs ?? null;
  if (patternEndMs === null) return pattern;
  const periodMs = patternEndMs - firstMs;
  // Of a loop that is over its last round is laid, for its result.
  const sinceMs = Math.max(firstMs, Math.min(fromMs, (limitMs ?? Infinity) - 1));
  const untilMs = Math.min(limitMs ?? Infinity, sinceMs + LOOP_HORIZON_MS);
  const laid: LaidInterval[] = [];
  for (let round = Math.floor((sinceMs - firstMs) / periodMs); ; round++) {
    const shiftMs = round * periodMs;
    const over = firstMs + shiftMs >= untilMs || laid.length + pattern.length > MOST_INTERVALS;
    if (over && laid.length > 0) return laid;
    laid.push(...pattern.map((interval) => shift(interval, shiftMs)));
  }
};

/** Ends everything at the limit; an interval that would never end ends there too. */
const cut = (laid: readonly LaidInterval[], limitMs: EpochMs | null): readonly LaidInterval[] =>
  limitMs === null
    ? laid
    : laid
        .filter((interval) => interval.startMs < limitMs)
        .map((interval) => ({ ...interval, endMs: Math.min(interval.endMs ?? limitMs, limitMs) }));

/**
 * randomizeStart: uniform in ±r, one draw per run of contiguous intervals, so that no gap opens
 * within a run; a run never begins before the one before it has ended.
 */
const shiftRuns = (
  laid: readonly LaidInterval[],
  draw: (index: number) => number,
): readonly LaidInterval[] => {
  const shifted: LaidInterval[] = [];
  let shiftMs = 0;
  let previous: LaidInterval | null = null;
  for (const interval of laid) {
    if (previous?.endMs !== interval.startMs) {
      const wantedMs = interval.startMs + drawnShiftMs(interval, draw);
      const earliestMs = shifted.at(-1)?.endMs ?? -Infinity;
      shiftMs = Math.max(wantedMs, earliestMs) - interval.startMs;
    }
    previous = interval;
    shifted.push(shift(interval, shiftMs));
  }
  return shifted;
};

const drawnShiftMs = ({ index, randomizeMs }: LaidInterval, draw: (index: number) => number): number =>
  randomizeMs === 0 ? 0 : Math.round((2 * draw(index) - 1) * randomizeMs);

const shift = (interval: LaidInterval, byMs: number): LaidInterval => ({
  ...interval,
  startMs: interval.startMs + byMs,
  endMs: interval.endMs === null ? null : interval.endMs + byMs,
});
