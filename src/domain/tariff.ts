import { z } from "zod";
import { pricePerKwhSchema } from "./bounds.js";
import { currencySchema } from "./currency.js";

/**
 * A tariff as data: seasons by month, day types, and periods of the local day with their price. It is
 * the file format of `scenarios/tariffs/` too. Rules change, so each file names source and date.
 */
const DAY_TYPES = ["workday", "weekend", "holiday"] as const;
export type DayType = (typeof DAY_TYPES)[number];

const PERIOD_KINDS = ["deep-valley", "valley", "flat", "peak", "sharp-peak"] as const;

const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a clock time HH:MM, 00:00 to 24:00");
const isoDate = z.iso.date("a date YYYY-MM-DD");

const periodSchema = z.strictObject({
  from: clock.describe("local clock time at which it begins"),
  to: clock.describe("local clock time at which it ends; before `from`: it runs over midnight"),
  kind: z.enum(PERIOD_KINDS).describe("deep-valley and valley count as valley hours in reports"),
  name: z.string().optional().describe("the tariff's own name for it"),
  pricePerKwh: pricePerKwhSchema.describe("all-in price of energy; may be negative"),
});

const dayRuleSchema = z.strictObject({
  dayTypes: z.array(z.enum(DAY_TYPES)).min(1).describe("the days this holds on"),
  periods: z.array(periodSchema).min(1).describe("cover the whole day, without overlap"),
});

const seasonSchema = z.strictObject({
  name: z.string().min(1).describe("shown to people"),
  months: z.array(z.int().min(1).max(12)).min(1).describe("1–12; each month is in one season"),
  days: z.array(dayRuleSchema).min(1).describe("each day type is in one entry"),
});

const sourceSchema = z.strictObject({
  document: z.string().min(1).describe("the official document, with its number"),
  url: z.string().optional().describe("where it can be read"),
  date: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, "a date YYYY-MM-DD, or YYYY-MM, or YYYY")
    .describe("date of the document as far as it is known, or on which it was read"),
});

const DAY_MINUTES = 1440;

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

/** Minutes after local midnight of `HH:MM`; 24:00 is 1440. */
export const clockMinutes = (time: string): number =>
  Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The one or, over midnight, two spans of a period within a day, in minutes. */
export const periodSpans = ({ from, to }: { from: string; to: string }): [number, number][] => {
  const [start, end] = [clockMinutes(from), clockMinutes(to)];
  if (start < end) return [[start, end]];
  const spans: [number, number][] = [
    [start, DAY_MINUTES],
    [0, end],
  ];
  return spans.filter(([first, last]) => first < last);
};

const formatMinutes = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** First time of the day that no period or two periods cover; null when they partition the day. */
const coverageFault = (periods: readonly { from: string; to: string }[]): string | null => {
  const spans = periods.flatMap(periodSpans).toSorted((a, b) => a[0] - b[0]);
  let covered = 0;
  for (const [start, end] of spans) {
    if (start > covered) return `no price from ${formatMinutes(covered)} to ${formatMinutes(start)}`;
    if (start < covered) return `two prices at ${formatMinutes(start)}`;
    covered = end;
  }
  return covered < DAY_MINUTES ? `no price from ${formatMinutes(covered)} to 24:00` : null;
};

type Months = readonly { readonly months: readonly number[] }[];
const monthFaults = (seasons: Months): string[] =>
  Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month) => {
    const count = seasons.filter((season) => season.months.includes(month)).length;
    return count === 1 ? [] : [`month ${month} is in ${count} seasons`];
  });

const dayFaults = (days: readonly { readonly dayTypes: readonly DayType[] }[]): string[] =>
  DAY_TYPES.flatMap((type) => {
    const count = days.filter((rule) => rule.dayTypes.includes(type)).length;
    return count === 1 ? [] : [`day type ${type} is in ${count} entries`];
  });

export const tariffSchema = z
  .strictObject({
    id: z.string().min(1).max(64).describe("sites name the tariff by it"),
    name: z.string().min(1).optional().describe("shown to people; default the id"),
    currency: currencySchema.describe("ISO 4217 code of its prices"),
    timeZone: z
      .string()
      .refine(isTimeZone, { message: "not an IANA time zone, e.g. Asia/Shanghai" })
      .describe("IANA zone of the clock times"),
    source: sourceSchema.describe("where the figures come from"),
    validFrom: isoDate.nullable().default(null).describe("first local day; null: open"),
    validTo: isoDate.nullable().default(null).describe("last local day; null: open"),
    weekendDays: z
      .array(z.int().min(1).max(7))
      .default([6, 7])
      .describe("ISO weekdays that count as weekend, Monday is 1"),
    holidays: z.array(isoDate).default([]).describe("local days that count as holiday"),
    workdays: z.array(isoDate).default([]).describe("weekend days that are worked (调休)"),
    seasons: z.array(seasonSchema).min(1).describe("each month is in one"),
    notes: z.array(z.string()).default([]).describe("what was derived, and what is not used yet"),
  })
  .superRefine((tariff, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", input: tariff, path, message });
    for (const message of monthFaults(tariff.seasons)) fault(["seasons"], message);
    for (const [s, season] of tariff.seasons.entries()) {
      for (const message of dayFaults(season.days)) fault(["seasons", s, "days"], message);
      for (const [d, rule] of season.days.entries()) {
        const message = coverageFault(rule.periods);
        if (message !== null) fault(["seasons", s, "days", d, "periods"], message);
      }
    }
    if (tariff.validFrom !== null && tariff.validTo !== null && tariff.validTo < tariff.validFrom)
      fault(["validTo"], "ends before it begins");
  });

export type Tariff = z.infer<typeof tariffSchema>;
export type TariffPeriod = z.infer<typeof periodSchema>;
