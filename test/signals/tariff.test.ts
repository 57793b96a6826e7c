import * as fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { tariffSchema } from "../../src/domain/tariff.js";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../src/domain/units.js";
import { isValleyAt, periodAt, priceAt, tariffSegments, tariffValidAt } from "../../src/signals/tariff.js";
import { flatTariff, scenarioTariff } from "./tables.js";

const shandong = scenarioTariff("cn-shandong-residential-ev");
const sce = scenarioTariff("us-sce-tou-ev-4-2019-03");
const tariffs = [shandong, sce, flatTariff("Europe/Berlin", 1, 2), flatTariff("Asia/Kathmandu", 1, 2)];

const local = (zone: string, time: string): number => DateTime.fromISO(time, { zone }).toMillis();
const moment = fc.integer({ min: Date.UTC(2019, 0), max: Date.UTC(2030, 0) });

describe("tariff", () => {
  it("has a price at every moment, the same for the same local clock on like days", () => {
    fc.assert(
      fc.property(fc.constantFrom(...tariffs), moment, (tariff, atMs) => {
        const now = DateTime.fromMillis(atMs, { zone: tariff.timeZone });
        const later = now.plus({ weeks: 1 });
        fc.pre(later.month === now.month && later.hour === now.hour && later.minute === now.minute);
        expect(periodAt(tariff, later.toMillis())).toBe(periodAt(tariff, atMs));
      }),
    );
  });

  it("segments partition any span, each with the one price of all its moments", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tariffs),
        moment,
        fc.integer({ min: 1, max: 3 * DAY_MS }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (tariff, fromMs, lengthMs, share) => {
          const segments = tariffSegments(tariff, fromMs, fromMs + lengthMs);
          expect(segments[0]?.startMs).toBe(fromMs);
          expect(segments.at(-1)?.endMs).toBe(fromMs + lengthMs);
          for (const [index, segment] of segments.entries()) {
            expect(segment.startMs).toBeLessThan(segment.endMs);
            if (index > 0) expect(segment.startMs).toBe(segments[index - 1]?.endMs);
            const inside = segment.startMs + Math.floor(share * (segment.endMs - segment.startMs));
            expect(priceAt(tariff, inside)).toBe(segment.period.pricePerKwh);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["2026-01-14T09:59", "flat", 0.555],
    ["2026-01-14T10:00", "deep-valley", 0.222],
    ["2026-01-14T13:59", "deep-valley", 0.222],
    ["2026-01-14T17:59", "flat", 0.555],
    ["2026-01-14T18:00", "sharp-peak", 0.888],
    ["2026-01-14T22:00", "valley", 0.385],
    ["2026-01-15T00:00", "valley", 0.385],
    ["2026-01-15T08:00", "flat", 0.555],
    ["2026-05-31T12:00", "deep-valley", 0.222],
    ["2026-06-01T12:00", "flat", 0.555],
    ["2026-08-31T12:00", "flat", 0.555],
    ["2026-09-01T12:00", "deep-valley", 0.222],
  ])("Shandong at %s is %s", (time, kind, price) => {
    const period = periodAt(shandong, local("Asia/Shanghai", time));
    expect([period.kind, period.pricePerKwh]).toEqual([kind, price]);
  });

  it.each([
    ["2019-03-01T12:00", 0.0869],
    ["2019-03-02T12:00", 0.06087],
    ["2019-03-04T22:59", 0.07492],
    ["2019-03-04T23:00", 0.06087],
    ["2019-07-01T12:00", 0.26668],
    ["2019-07-01T08:00", 0.0925],
  ])("Edison at %s costs %d", (time, price) => {
    expect(priceAt(sce, local("America/Los_Angeles", time))).toBe(price);
  });

  it.each([
    ["America/Los_Angeles", "2026-03-08", 92],
    ["America/Los_Angeles", "2026-11-01", 100],
    ["Europe/Berlin", "2026-03-29", 92],
    ["Europe/Berlin", "2026-10-25", 100],
    ["Europe/Berlin", "2026-10-26", 96],
  ])("the day of %s on %s has its quarters, and 08:00 to 20:00 stays 12 hours", (zone, date, quarters) => {
    const tariff = flatTariff(zone, 2, 1);
    const from = local(zone, `${date}T00:00`);
    const to = local(zone, DateTime.fromISO(date).plus({ days: 1 }).toFormat("yyyy-MM-dd'T'00:00"));
    expect((to - from) / SLOT_MS).toBe(quarters);
    const day = tariffSegments(tariff, from, to).filter(({ period }) => period.pricePerKwh === 2);
    expect(day).toHaveLength(1);
    expect(day[0]?.startMs).toBe(local(zone, `${date}T08:00`));
    expect((day[0]?.endMs ?? 0) - (day[0]?.startMs ?? 0)).toBe(12 * HOUR_MS);
  });

  it("puts a stated holiday and a worked weekend before the weekday", () => {
    const tariff = { ...sce, holidays: ["2019-03-06"], workdays: ["2019-03-09"] };
    expect(priceAt(tariff, local(tariff.timeZone, "2019-03-06T12:00"))).toBe(0.06087);
    expect(priceAt(tariff, local(tariff.timeZone, "2019-03-09T12:00"))).toBe(0.0869);
  });

  it("knows valley hours and its validity", () => {
    expect(isValleyAt(shandong, local("Asia/Shanghai", "2026-01-14T12:00"))).toBe(true);
    expect(isValleyAt(shandong, local("Asia/Shanghai", "2026-01-14T18:00"))).toBe(false);
    expect(tariffValidAt(sce, local(sce.timeZone, "2019-02-28T23:59"))).toBe(false);
    expect(tariffValidAt(sce, local(sce.timeZone, "2019-03-01T00:00"))).toBe(true);
  });
});

describe("a tariff that is no partition is refused with what lacks", () => {
  const base = flatTariff("Asia/Shanghai");
  const [season] = base.seasons;
  const withPeriods = (periods: { from: string; to: string }[]) => ({
    ...base,
    seasons: [
      {
        ...season,
        days: [
          {
            dayTypes: ["workday", "weekend", "holiday"],
            periods: periods.map((period) => ({ ...period, kind: "flat", pricePerKwh: 1 })),
          },
        ],
      },
    ],
  });
  it.each([
    [
      "a hole",
      [
        { from: "00:00", to: "08:00" },
        { from: "09:00", to: "24:00" },
      ],
      "no price from 08:00 to 09:00",
    ],
    ["an open end", [{ from: "00:00", to: "22:00" }], "no price from 22:00 to 24:00"],
    [
      "an overlap",
      [
        { from: "00:00", to: "12:00" },
        { from: "11:00", to: "24:00" },
      ],
      "two prices at 11:00",
    ],
  ])("%s", (_, periods, message) => {
    const result = tariffSchema.safeParse(withPeriods(periods));
    expect(result.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  it("a month twice and one not at all, a day type not at all, an unknown zone", () => {
    const months = tariffSchema.safeParse({
      ...base,
      seasons: [
        { ...season, months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
        { ...season, months: [1] },
      ],
    });
    expect(months.error?.issues.map((issue) => issue.message)).toEqual([
      "month 1 is in 2 seasons",
      "month 12 is in 0 seasons",
    ]);
    const days = tariffSchema.safeParse({
      ...base,
      seasons: [{ ...season, days: [{ ...season?.days[0], dayTypes: ["workday", "weekend"] }] }],
    });
    expect(days.error?.issues.map((issue) => issue.message)).toEqual(["day type holiday is in 0 entries"]);
    expect(tariffSchema.safeParse({ ...base, timeZone: "Asia/Shanghi" }).success).toBe(false);
  });
});
