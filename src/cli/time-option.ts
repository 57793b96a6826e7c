import { YouxuError } from "../app.js";

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
