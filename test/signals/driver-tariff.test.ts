import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { DriverTariff, PriceCondition } from "../../src/domain/commands/tariffs.js";
import { type Tariff, tariffSchema } from "../../src/domain/tariff.js";
import { driverTariffOf } from "../../src/signals/driver-tariff.js";
import { localMoment } from "../../src/signals/local-time.js";
import { priceAt } from "../../src/signals/tariff.js";

const DAY = 86_400_000;
const NOW = Date.parse("2026-05-20T08:00:00+08:00");
const period = (from: string, to: string, pricePerKwh: number) => ({ from, to, kind: "flat", pricePerKwh });
const tariffOf = (change: object = {}): Tariff =>
  tariffSchema.parse({
    id: "t",
    currency: "CNY",
    timeZone: "Asia/Shanghai",
    source: { document: "a test", date: "2026-01-01" },
    holidays: ["2026-10-01", "2026-06-06"],
    workdays: ["2026-06-07", "2026-10-01"],
    seasons: [
      {
        name: "summer",
        months: [6, 7, 8],
        days: [
          { dayTypes: ["workday"], periods: [period("22:00", "06:00", 1), period("06:00", "22:00", 2)] },
          { dayTypes: ["weekend"], periods: [period("00:00", "24:00", 3)] },
          { dayTypes: ["holiday"], periods: [period("00:00", "12:00", 4), period("12:00", "24:00", 5)] },
        ],
      },
      {
        name: "else",
        months: [1, 2, 3, 4, 5, 9, 10, 11, 12],
        days: [
          {
            dayTypes: ["workday", "weekend"],
            periods: [period("08:07", "08:00", 6), period("08:00", "08:07", 7)],
          },
          { dayTypes: ["holiday"], periods: [period("00:00", "24:00", 8)] },
        ],
      },
    ],
    ...change,
  });

const clock = (text: string | undefined, otherwise: number): number => {
  const [hour = 0, minute = 0] = (text ?? "").split(":").map(Number);
  return text === undefined ? otherwise : hour * 60 + minute;
};

/** As a station reads it: the first price whose condition holds. */
const priceBy = (tariff: DriverTariff, timeZone: string, atMs: number): number | undefined => {
  const { date, weekday, minuteOfDay } = localMoment(timeZone, atMs);
  const holds = ({ fromTime, toTime, weekdays, fromDate, toDate }: PriceCondition): boolean =>
    clock(fromTime, 0) <= minuteOfDay &&
    minuteOfDay < clock(toTime, 1_440) &&
    (weekdays?.includes(weekday) ?? true) &&
    (fromDate ?? date) <= date &&
    (toDate === undefined || date < toDate);
  return tariff.energy.find(({ when }) => holds(when))?.pricePerKwh;
};

describe("a tariff as a station keeps it", () => {
  law.prop([fc.integer({ min: 0, max: 340 * 24 * 60 })], { numRuns: 500 })(
    "has the tariff's own price at every moment of the coming months",
    (minutes) => {
      const tariff = tariffOf();
      const atMs = NOW + minutes * 60_000;
      expect(priceBy(driverTariffOf(tariff, NOW), tariff.timeZone, atMs)).toBe(priceAt(tariff, atMs));
    },
  );

  it("also on odd days, and at the edges of seasons and periods", () => {
    const tariff = tariffOf();
    const told = driverTariffOf(tariff, NOW);
    const edges = ["2026-06-01", "2026-06-06", "2026-06-07", "2026-09-01", "2026-10-01", "2027-01-01"];
    for (const date of edges)
      for (const hours of [-1 / 60, 0, 8, 8 + 7 / 60, 12, 22, 24]) {
        const atMs = Date.parse(`${date}T00:00:00+08:00`) + hours * 3_600_000;
        expect([date, hours, priceBy(told, tariff.timeZone, atMs)]).toEqual([
          date,
          hours,
          priceAt(tariff, atMs),
        ]);
      }
  });

  it("says nothing of dates where there is one season", () => {
    const days = [{ dayTypes: ["workday", "weekend", "holiday"], periods: [period("00:00", "24:00", 1)] }];
    const months = Array.from({ length: 12 }, (_, month) => month + 1);
    const tariff = tariffOf({ holidays: [], workdays: [], seasons: [{ name: "all", months, days }] });
    expect(driverTariffOf(tariff, NOW + 100 * DAY)).toMatchObject({
      tariffId: "t",
      currency: "CNY",
      energy: [{ pricePerKwh: 1, when: {} }],
    });
  });
});
