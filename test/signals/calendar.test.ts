import * as fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../src/domain/units.js";
import { localMidnightMs, nextLocalTimeMs, quarterOfLocalDay } from "../../src/signals/calendar.js";

const zone = fc.constantFrom(
  "Asia/Shanghai",
  "America/Los_Angeles",
  "Europe/Berlin",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
);
const moment = fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2027-12-31") });

describe("the local calendar", () => {
  it("agrees with the time zone database", () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, atMs) => {
        const local = DateTime.fromMillis(atMs, { zone: timeZone });
        expect(quarterOfLocalDay(atMs, timeZone)).toBe(local.hour * 4 + Math.floor(local.minute / 15));
        expect(localMidnightMs(atMs, timeZone)).toBe(local.startOf("day").toMillis());
      }),
      { numRuns: 500 },
    );
  });

  it("finds the next time of the local clock within a day and an hour", () => {
    fc.assert(
      fc.property(zone, moment, fc.integer({ min: 0, max: 95 }), (timeZone, atMs, quarter) => {
        const time = `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
        const nextMs = nextLocalTimeMs(atMs, time, timeZone);
        expect(nextMs).toBeGreaterThan(atMs);
        expect(nextMs - atMs).toBeLessThanOrEqual(DAY_MS + 3_600_000);
        const shown = DateTime.fromMillis(nextMs, { zone: timeZone }).toFormat("HH:mm");
        // A spring night has no 02:30; the clock then shows an hour (in one zone half an hour) later.
        if (shown !== time)
          expect(DateTime.fromMillis(nextMs, { zone: timeZone }).offset).not.toBe(
            DateTime.fromMillis(nextMs - DAY_MS, { zone: timeZone }).offset,
          );
      }),
      { numRuns: 500 },
    );
  });
});
