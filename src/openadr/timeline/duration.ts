import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.js";

/** An ISO 8601 duration: months of the calendar and a fixed rest; `infinite` for P9999Y. */
export interface Duration {
  readonly months: number;
  readonly ms: number;
  readonly infinite: boolean;
}

/** The pattern of the OpenADR 3.1 description: one of days or weeks, seconds may have a fraction. */
const PATTERN =
  /^(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const MONTHS_PER_YEAR = 12;
const INFINITE_YEARS = 9999;
const DAYS_PER_WEEK = 7;

/** Parses `PT15M`, `P1D`, `-PT1H`, `P9999Y` …; null for anything else. */
export const parseDuration = (text: string): Duration | null => {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const part = (group: number): number => Number(match[group] ?? 0);
  const sign = match[1] === "-" ? -1 : 1;
  const dayMs = DAY_MS * (match[5] === "W" ? DAYS_PER_WEEK : 1);
  const ms = part(4) * dayMs + part(6) * HOUR_MS + part(7) * MINUTE_MS + part(8) * SECOND_MS;
  return {
    months: sign * (part(2) * MONTHS_PER_YEAR + part(3)),
    ms: sign * Math.round(ms),
    infinite: sign === 1 && part(2) >= INFINITE_YEARS,
  };
};

/**
 * A duration as written, or undefined where there is none: PT0S is what the description gives as the
 * default of every duration, and clients that write defaults out mean nothing by it.
 */
export const givenDuration = (text: string | undefined): string | undefined => {
  const duration = text === undefined ? null : parseDuration(text);
  return duration?.months === 0 && duration.ms === 0 ? undefined : text;
};

/**
 * `startMs` plus a duration; null when that is never. Months are of the calendar in UTC and end with
 * the month: a month after 31 January is the last of February. Days are 24 h.
 */
export const addDuration = (startMs: EpochMs, duration: Duration): EpochMs | null => {
  if (duration.infinite) return null;
  const start = new Date(startMs);
  const months = start.getUTCFullYear() * MONTHS_PER_YEAR + start.getUTCMonth() + duration.months;
  const year = Math.floor(months / MONTHS_PER_YEAR);
  const month = months - year * MONTHS_PER_YEAR;
  const day = Math.min(start.getUTCDate(), daysInMonth(year, month));
  const timeOfDayMs = startMs - Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  const endMs = Date.UTC(year, month, day) + timeOfDayMs + duration.ms;
  return Number.isFinite(endMs) ? endMs : null;
};

/** Days of a month from 0 to 11. */
export const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
