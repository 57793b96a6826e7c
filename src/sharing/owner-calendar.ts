import type { OwnerCalendar, WeeklyHours } from "../domain/sharing.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../domain/units.js";
import { localMoment, momentsOf, offsetMs } from "../signals/local-time.js";

/** A stretch of time: from `fromMs` until before `toMs`. */
export interface Span {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** Spans in order, those that touch joined. */
const joined = (spans: readonly Span[]): Span[] => {
  const whole: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = whole.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs)
      whole[whole.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    else whole.push(span);
  }
  return whole;
};

const without = (spans: readonly Span[], { fromMs, toMs }: Span): Span[] =>
  spans
    .flatMap((span) => [
      { fromMs: span.fromMs, toMs: Math.min(span.toMs, fromMs) },
      { fromMs: Math.max(span.fromMs, toMs), toMs: span.toMs },
    ])
    .filter((span) => span.fromMs < span.toMs);

/**
 * The moment of a wall clock's time. In the hour that a spring night skips it is when the clock jumps; of the
 * two in the hour that an autumn night repeats, a begin is the first and an end the last.
 */
const momentOf = (timeZone: string, wallMs: number, side: "from" | "to"): EpochMs => {
  const moments = momentsOf(timeZone, wallMs);
  const moment = side === "from" ? moments[0] : moments.at(-1);
  return moment ?? jumpAfter(timeZone, wallMs - offsetMs(timeZone, wallMs - DAY_MS));
};

/** The moment at or before `atMs`, within three hours, at which the clock jumped. */
const jumpAfter = (timeZone: string, atMs: EpochMs): EpochMs => {
  const after = offsetMs(timeZone, atMs);
  let jumpMs = atMs - (atMs % (15 * MINUTE_MS));
  while (atMs - jumpMs < DAY_MS / 8 && offsetMs(timeZone, jumpMs - 15 * MINUTE_MS) === after)
    jumpMs -= 15 * MINUTE_MS;
  return jumpMs;
};

const minutesOf = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
};

/** The span of weekly hours that begin on a local day; `dayMs` is its midnight read as if it were UTC. */
const onDay = ({ from, to }: WeeklyHours, dayMs: number, timeZone: string): Span => {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const lasts = end > begin ? end : end + 24 * 60;
  return {
    fromMs: momentOf(timeZone, dayMs + begin * MINUTE_MS, "from"),
    toMs: momentOf(timeZone, dayMs + lasts * MINUTE_MS, "to"),
  };
};

/** When a space is free within a span: its weekly hours by the local clock, then the exceptions in their order. */
export const freeSpans = (calendar: OwnerCalendar, timeZone: string, within: Span): Span[] => {
  const firstDay = Date.parse(`${localMoment(timeZone, within.fromMs).date}T00:00Z`) - DAY_MS;
  const lastDay = Date.parse(`${localMoment(timeZone, within.toMs).date}T00:00Z`);
  const weekly: Span[] = [];
  for (let dayMs = firstDay; dayMs <= lastDay; dayMs += DAY_MS) {
    const weekday = new Date(dayMs).getUTCDay() || 7;
    for (const hours of calendar.hours)
      if (hours.days.includes(weekday)) weekly.push(onDay(hours, dayMs, timeZone));
  }
  let free = joined(weekly);
  for (const { isFree, ...span } of calendar.exceptions)
    free = isFree ? joined([...free, span]) : without(free, span);
  return free
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, within.fromMs),
      toMs: Math.min(toMs, within.toMs),
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
};

/** Whether a space is free all the time of a span. */
export const isFreeIn = (calendar: OwnerCalendar, timeZone: string, span: Span): boolean =>
  freeSpans(calendar, timeZone, span).some(({ fromMs, toMs }) => fromMs <= span.fromMs && toMs >= span.toMs);
