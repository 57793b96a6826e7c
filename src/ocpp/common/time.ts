import { type Payload, textAt } from "../wire.js";
import type { InboundContext } from "./codec.js";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";

/** A sample's own time is believed when it lies between a week ago and five minutes ahead. */
const OLDEST_SAMPLE_MS = 7 * DAY_MS;
const NEWEST_SAMPLE_MS = 5 * MINUTE_MS;

/**
 * A station's timestamp as epoch milliseconds; null when it cannot be read. Takes what stations
 * write beside RFC 3339: `+02`, `+0200`, a space for the T, and no zone at all, which is read by
 * `local` and never in this machine's zone; without `local` as UTC.
 */
export function readTime(
  text: string | null,
  local: (utcMs: EpochMs) => EpochMs = (utcMs) => utcMs,
): EpochMs | null {
  if (text === null) return null;
  if (text === lastRead.text) return lastRead.ms;
  if (AS_WRITTEN.test(text)) {
    const time = Date.parse(text);
    lastRead = { text, ms: Number.isNaN(time) ? null : time };
    return lastRead.ms;
  }
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(.*)$/i.exec(text.trim());
  if (!match) return null;
  const zone = readZone(match[3] ?? "");
  const time = zone === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${zone}`);
  if (Number.isNaN(time)) return null;
  return match[3] === "" ? local(time) : time;
}

/** A message is read for the station's clock and then for what it tells: the same text twice. */
let lastRead: { readonly text: string | null; readonly ms: EpochMs | null } = { text: null, ms: null };

/** As nearly every station writes it: nothing is to be made out. */
const AS_WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Reads times without a zone as told by the clock on the wall of `timeZone` (IANA), as stations write
 * them. One that would then lie ahead of us was UTC after all.
 */
export const timeReader =
  (timeZone: string, nowMs: EpochMs) =>
  (text: string | null): EpochMs | null =>
    readTime(text, (utcMs) => {
      const atMs = fromWall(utcMs, timeZone);
      return atMs > nowMs + NEWEST_SAMPLE_MS && utcMs <= nowMs + NEWEST_SAMPLE_MS ? utcMs : atMs;
    });

/** The moment at which a zone's clock shows what UTC's shows at `utcMs`; of two in autumn the first. */
function fromWall(utcMs: EpochMs, timeZone: string): EpochMs {
  const guess = utcMs - wallAheadMs(utcMs - DAY_MS, timeZone);
  return wallAheadMs(guess, timeZone) === utcMs - guess
    ? guess
    : utcMs - wallAheadMs(utcMs + DAY_MS, timeZone);
}

/** How far a zone's clock is ahead of UTC at a moment. */
function wallAheadMs(atMs: EpochMs, timeZone: string): number {
  const parts = wallClock(timeZone).formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - Math.floor(atMs / SECOND_MS) * SECOND_MS;
}

/** Making one costs a thousand times more than using it; there are as many as sites have zones. */
const wallClocks = new Map<string, Intl.DateTimeFormat>();
function wallClock(timeZone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(timeZone);
  if (known) return known;
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
  const clock = new Intl.DateTimeFormat("en-US", {
    ...numeric,
    minute: "numeric",
    second: "numeric",
    timeZone,
    calendar: "gregory",
    hourCycle: "h23",
  });
  wallClocks.set(timeZone, clock);
  return clock;
}

function readZone(text: string): string | null {
  if (text === "" || text.toUpperCase() === "Z") return "Z";
  const match = /^([+-]\d\d):?(\d\d)?$/.exec(text);
  return match ? `${match[1]}:${match[2] ?? "00"}` : null;
}

/** The station's time by our clock, or ours when its own cannot be right. */
export const plausibleTime = (
  text: string | null,
  { nowMs, readTime: read, memory }: Pick<InboundContext, "nowMs" | "readTime" | "memory">,
): EpochMs => {
  const told = read(text);
  return believedTime(told === null ? null : told - memory.clock.aheadMs, nowMs);
};

/** A time by our clock that a sample may have; else it is of now. */
export const believedTime = (stationMs: EpochMs | null, nowMs: EpochMs): EpochMs =>
  stationMs !== null && stationMs >= nowMs - OLDEST_SAMPLE_MS && stationMs <= nowMs + NEWEST_SAMPLE_MS
    ? stationMs
    : nowMs;

/** When a station says that a message was made; ours where its time cannot be read, whose text then stands beside. */
export interface StationTime {
  readonly stationTimeMs: EpochMs;
  /** Where it is known to be off, and the time is its own. */
  readonly clockAheadMs?: number;
  readonly unreadTime?: string;
}

/** Of a clock that is right nothing is said. */
const aheadOf = (aheadMs: number): Pick<StationTime, "clockAheadMs"> =>
  aheadMs === 0 ? {} : { clockAheadMs: aheadMs };

export const stationTimeAt = (
  payload: Payload,
  { nowMs, readTime: read, memory }: Pick<InboundContext, "nowMs" | "readTime" | "memory">,
): StationTime => {
  const text = textAt(payload, "timestamp");
  const stationTimeMs = read(text);
  if (stationTimeMs === null) return { stationTimeMs: nowMs, unreadTime: text ?? "" };
  return { stationTimeMs, ...aheadOf(memory.clock.aheadMs) };
};

/** Profiles of one plan begin together: the same time is written again and again. */
export const writeTime = (ms: EpochMs): string => {
  if (ms !== lastWritten.ms) lastWritten = { ms, text: new Date(ms).toISOString() };
  return lastWritten.text;
};
let lastWritten: { readonly ms: EpochMs | null; readonly text: string } = { ms: null, text: "" };
