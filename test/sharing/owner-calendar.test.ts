import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OwnerCalendar } from "../../src/domain/sharing.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { freeSpans, isFreeIn } from "../../src/sharing/owner-calendar.js";
import { localMoment } from "../../src/signals/local-time.js";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const calendarOf = (from: string, to: string, days = EVERY_DAY): OwnerCalendar => ({
  hours: [{ days, from, to }],
  exceptions: [],
});
const shown = (calendar: OwnerCalendar, timeZone: string, fromMs: number, toMs: number): string[] =>
  freeSpans(calendar, timeZone, { fromMs, toMs }).map((span) =>
    [span.fromMs, span.toMs].map((atMs) => new Date(atMs).toISOString().slice(5, 16)).join(" – "),
  );

const time = fc
  .record({ hour: fc.integer({ min: 0, max: 23 }), quarter: fc.integer({ min: 0, max: 3 }) })
  .map(({ hour, quarter }) => ({
    text: `${String(hour).padStart(2, "0")}:${String(quarter * 15).padStart(2, "0")}`,
    minute: hour * 60 + quarter * 15,
  }));

describe("an owner's calendar", () => {
  it("is free exactly when the local clock says so, over changes of the clock, in any zone", () => {
    const zone = fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    const day = fc.integer({ min: 0, max: 730 });
    fc.assert(
      fc.property(
        zone,
        day,
        fc.tuple(time, time),
        fc.subarray(EVERY_DAY, { minLength: 1 }),
        (timeZone, at, [from, to], days) => {
          const fromMs = Date.UTC(2026, 0, 1) + at * DAY_MS;
          const spans = freeSpans(calendarOf(from.text, to.text, days), timeZone, {
            fromMs,
            toMs: fromMs + 3 * DAY_MS,
          });
          const isOvernight = to.minute <= from.minute;
          const wrong: string[] = [];
          for (let atMs = fromMs; atMs < fromMs + 3 * DAY_MS; atMs += 15 * MINUTE_MS) {
            const { weekday, minuteOfDay } = localMoment(timeZone, atMs);
            const yesterday = weekday === 1 ? 7 : weekday - 1;
            const byClock = isOvernight
              ? (days.includes(weekday) && minuteOfDay >= from.minute) ||
                (days.includes(yesterday) && minuteOfDay < to.minute)
              : days.includes(weekday) && minuteOfDay >= from.minute && minuteOfDay < to.minute;
            const byCalendar = spans.some((span) => span.fromMs <= atMs && atMs < span.toMs);
            // Of an hour that a night repeats both are free between a begin and an end.
            if (byCalendar !== byClock && !isRepeated(timeZone, atMs))
              wrong.push(new Date(atMs).toISOString());
          }
          expect([timeZone, wrong]).toEqual([timeZone, []]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps to the clock over the nights on which it changes", () => {
    const nights = calendarOf("22:00", "06:00", [6]);
    const spring = Date.UTC(2026, 2, 28);
    expect(shown(nights, "Europe/Berlin", spring, spring + 2 * DAY_MS)).toEqual([
      "03-28T21:00 – 03-29T04:00",
    ]);
    const autumn = Date.UTC(2026, 9, 24);
    expect(shown(nights, "Europe/Berlin", autumn, autumn + 2 * DAY_MS)).toEqual([
      "10-24T20:00 – 10-25T05:00",
    ]);
    const skipped = calendarOf("02:30", "04:00", [7]);
    expect(shown(skipped, "Europe/Berlin", spring, spring + 2 * DAY_MS)).toEqual([
      "03-29T01:00 – 03-29T02:00",
    ]);
  });

  it("takes exceptions in their order over the week", () => {
    const fromMs = Date.UTC(2026, 5, 1);
    const workdays = calendarOf("08:00", "18:00", [1]);
    const hour = (at: number) => fromMs + at * HOUR_MS;
    const calendar = {
      ...workdays,
      exceptions: [
        { fromMs: hour(9), toMs: hour(12), isFree: false },
        { fromMs: hour(10), toMs: hour(11), isFree: true },
        { fromMs: hour(20), toMs: hour(22), isFree: true },
      ],
    };
    expect(shown(calendar, "UTC", fromMs, fromMs + DAY_MS)).toEqual([
      "06-01T08:00 – 06-01T09:00",
      "06-01T10:00 – 06-01T11:00",
      "06-01T12:00 – 06-01T18:00",
      "06-01T20:00 – 06-01T22:00",
    ]);
    expect(isFreeIn(calendar, "UTC", { fromMs: hour(12), toMs: hour(18) })).toBe(true);
    expect(isFreeIn(calendar, "UTC", { fromMs: hour(11), toMs: hour(13) })).toBe(false);
    expect(isFreeIn(calendar, "UTC", { fromMs: hour(17), toMs: hour(21) })).toBe(false);
  });
});

/** Whether the local time of a moment comes twice. */
const isRepeated = (timeZone: string, atMs: number): boolean =>
  [-HOUR_MS, -HOUR_MS / 2, HOUR_MS / 2, HOUR_MS].some((shift) => {
    const [one, other] = [localMoment(timeZone, atMs), localMoment(timeZone, atMs + shift)];
    return one.date === other.date && one.minuteOfDay === other.minuteOfDay;
  });
