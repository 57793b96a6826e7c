import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/units.js";

/** A sample's own time is believed when it lies between a week ago and five minutes ahead. */
const OLDEST_SAMPLE_MS = 7 * DAY_MS;
const NEWEST_SAMPLE_MS = 5 * MINUTE_MS;

/**
 * A station's timestamp as epoch milliseconds; null when it cannot be read. Takes what stations
 * write beside RFC 3339: `+02`, `+0200`, a space for the T, and no zone at all, which is read as
 * UTC and never as this machine's zone.
 */
export function readTime(text: string | null): EpochMs | null {
  if (text === null) return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(.*)$/i.exec(text.trim());
  if (!match) return null;
  const zone = readZone(match[3] ?? "");
  const time = zone === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${zone}`);
  return Number.isNaN(time) ? null : time;
}

function readZone(text: string): string | null {
  if (text === "" || text.toUpperCase() === "Z") return "Z";
  const match = /^([+-]\d\d):?(\d\d)?$/.exec(text);
  return match ? `${match[1]}:${match[2] ?? "00"}` : null;
}

/** The station's time, or ours when its clock cannot be right. */
export const plausibleTime = (stationMs: EpochMs | null, nowMs: EpochMs): EpochMs =>
  stationMs !== null && stationMs >= nowMs - OLDEST_SAMPLE_MS && stationMs <= nowMs + NEWEST_SAMPLE_MS
    ? stationMs
    : nowMs;

export const writeTime = (ms: EpochMs): string => new Date(ms).toISOString();
