/** What a receiver's answer says: of the event it was told, and of when to come again. */
import { expect, it } from "vitest";
import { askedPauseMs, pauseMs, verdictOf } from "../../src/management/webhook-answers.js";

const NOW_MS = Date.UTC(2026, 0, 5, 12);

it.each([
  ["taken", [200, 202, 204, 299]],
  ["refused", [400, 401, 403, 404, 405, 409, 413, 415, 422, 451]],
  ["gone", [410]],
  ["again", [null, 0, 101, 300, 307, 408, 425, 429, 500, 502, 503, 504]],
] as const)("%s by %j", (verdict, statuses) => {
  for (const status of statuses)
    expect([status, verdictOf({ status, retryAfter: null })]).toEqual([status, verdict]);
});

it.each([
  [503, "120", 120_000],
  [429, "120", 120_000],
  [503, null, null],
  [503, "0", 2_000],
  [503, "86400", 3_600_000],
  [503, "9".repeat(400), 3_600_000],
  [503, "Mon, 05 Jan 2026 12:10:00 GMT", 600_000],
  [503, "Mon, 05 Jan 2026 11:00:00 GMT", 2_000],
  [503, "Tue, 06 Jan 2026 12:00:00 GMT", 3_600_000],
  [503, "Mon, 05 Jan 2026 12:99:00 GMT", null],
  [503, "-5", null],
  [503, "2026-01-05", null],
  [503, "soon", null],
  [500, "120", null],
  [null, "120", null],
])("an answer of %s with Retry-After %j asks for a pause of %s ms", (status, retryAfter, ms) => {
  expect(askedPauseMs({ status, retryAfter }, NOW_MS)).toBe(ms);
});

it.each([
  [1, 0.5, 2_000],
  [2, 0.5, 4_000],
  [5, 0.5, 32_000],
  [5, 0, 24_000],
  [5, 1, 40_000],
  [12, 0.5, 3_600_000],
  [500, 0.5, 3_600_000],
])("after %s tries the pause is by a chance of %s %s ms", (tries, chance, ms) => {
  expect(pauseMs(tries, chance)).toBe(ms);
});
