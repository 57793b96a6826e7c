import { HOUR_MS, SECOND_MS } from "../domain/units.js";

/** What an answer says of the event that was told; null in place of a status: there was no answer. */
export interface ToldAnswer {
  readonly status: number | null;
  /** The header Retry-After, as it came. */
  readonly retryAfter: string | null;
}

const GONE = 410;
const UNAVAILABLE = 503;
const TOO_MANY = 429;
/** Time-out, too early, too many requests: the same may be taken later. Each other 4xx stays as it is. */
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([408, 425, TOO_MANY]);

/** taken: told. again: to be tried again. refused: it never takes this one. gone: it takes nothing any more. */
export const verdictOf = ({ status }: ToldAnswer): "taken" | "again" | "refused" | "gone" => {
  if (status === null) return "again";
  if (status >= 200 && status < 300) return "taken";
  if (status === GONE) return "gone";
  return status >= 400 && status < 500 && !REFUSED_FOR_NOW.has(status) ? "refused" : "again";
};

const FIRST_PAUSE_MS = 2 * SECOND_MS;
const LONGEST_PAUSE_MS = HOUR_MS;
const CHANCE = 0.25;
/** No pause is longer, whatever the computer's clock said when it began. */
export const MOST_PAUSE_MS = LONGEST_PAUSE_MS * (1 + CHANCE);

/** Pause after so many tries in a row that failed: twice as long each time, up to an hour, some of it by chance in [0, 1). */
export const pauseMs = (tries: number, chance: number): number =>
  Math.round(
    Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 20)) *
      (1 - CHANCE + 2 * CHANCE * chance),
  );

/** How long the other side asks to be left alone, within 2 s and an hour; null: it does not say so. */
export const askedPauseMs = ({ status, retryAfter }: ToldAnswer, nowMs: number): number | null => {
  if (retryAfter === null || (status !== TOO_MANY && status !== UNAVAILABLE)) return null;
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * SECOND_MS : untilMs(retryAfter, nowMs);
  return asked === null ? null : Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, asked));
};

/** Until a date as HTTP has it (RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`). */
const untilMs = (date: string, nowMs: number): number | null => {
  const atMs = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(date) ? Date.parse(date) : NaN;
  return Number.isNaN(atMs) ? null : atMs - nowMs;
};
