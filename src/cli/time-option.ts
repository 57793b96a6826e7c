import { YouxuError } from "../app.js";
import { HOUR_MS } from "../domain/units.js";
import { numberOption } from "./output.js";

/** A time of ISO 8601 of an option, epoch ms; null where it was not given. */
export const timeOption = (text: string | undefined, name: string): number | null => {
  if (text === undefined) return null;
  const atMs = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new YouxuError(
      "usage.invalid",
      `"${text}": a time with its offset, e.g. 2026-12-01T02:00:00+08:00`,
      name,
    );
  return atMs;
};

const MOST_HOURS = 168;

/** A time, or hours from now: `8` or `8h`; null where it was not given. */
export const laterOption = (text: string | undefined, nowMs: number, name: string): number | null => {
  const hours = text === undefined ? undefined : /^([\d.]+)h?$/.exec(text)?.[1];
  if (hours === undefined) return timeOption(text, name);
  return nowMs + numberOption(name, { least: 0.05, most: MOST_HOURS })(hours) * HOUR_MS;
};
