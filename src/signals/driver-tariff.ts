import type { DriverTariff, PriceCondition } from "../domain/commands/tariffs.js";
import { type DayType, periodSpans, type Tariff } from "../domain/tariff.js";
import type { EpochMs } from "../domain/units.js";
import { localMoment } from "./local-time.js";

type Season = Tariff["seasons"][number];
type Price = DriverTariff["energy"][number];

/** Months that a station is told in advance. */
const MONTHS_AHEAD = 12;

/**
 * A tariff as a station keeps it: its prices by clock, weekday and, where there are seasons, date, for a year.
 * Days that are holidays or worked against their weekday stand first, as the first price that fits applies.
 */
export const driverTariffOf = (tariff: Tariff, atMs: EpochMs): DriverTariff => {
  const runs = seasonRuns(tariff, atMs);
  return {
    tariffId: tariff.id,
    currency: tariff.currency,
    text: tariff.name ?? null,
    energy: [
      ...runs.flatMap((run) => oddDays(tariff, run)),
      ...runs.flatMap((run) => usualDays(tariff, run, runs.length > 1)),
    ],
    pricePerIdleMinute: null,
    fixedFee: null,
  };
};

/** Months of one season in a row; dates `YYYY-MM-DD`, the end not included. */
interface Run {
  readonly season: Season;
  readonly fromDate: string;
  readonly toDate: string;
}

const firstOf = (year: number, month: number): string =>
  new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10);

const seasonRuns = (tariff: Tariff, atMs: EpochMs): Run[] => {
  const { date } = localMoment(tariff.timeZone, atMs);
  const [year = 0, month = 1] = date.split("-").map(Number);
  const runs: Run[] = [];
  for (let ahead = 0; ahead < MONTHS_AHEAD; ahead += 1) {
    const season = tariff.seasons.find(({ months }) => months.includes(((month - 1 + ahead) % 12) + 1));
    const last = runs.at(-1);
    if (season === undefined) continue;
    const toDate = firstOf(year, month + ahead + 1);
    if (last?.season === season) runs[runs.length - 1] = { ...last, toDate };
    else runs.push({ season, fromDate: firstOf(year, month + ahead), toDate });
  }
  return runs;
};

const pricesOf = ({ days }: Season, type: DayType, when: PriceCondition): Price[] =>
  (days.find(({ dayTypes }) => dayTypes.includes(type))?.periods ?? []).flatMap((period) =>
    periodSpans(period).map(([start, end]) => ({
      pricePerKwh: period.pricePerKwh,
      when: { ...clockSpan(start, end), ...when },
    })),
  );

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** From the first and to the last minute of the day nothing is said. */
const clockSpan = (start: number, end: number): PriceCondition => ({
  ...(start === 0 ? {} : { fromTime: clock(start) }),
  ...(end === 1440 ? {} : { toTime: clock(end) }),
});

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const oddDays = (tariff: Tariff, { season, fromDate, toDate }: Run): Price[] => {
  const within = (date: string): boolean => fromDate <= date && date < toDate;
  const on = (type: DayType) => (date: string) =>
    pricesOf(season, type, { fromDate: date, toDate: dayAfter(date) });
  const worked = tariff.workdays.filter((date) => !tariff.holidays.includes(date));
  return [
    ...tariff.holidays.filter(within).flatMap(on("holiday")),
    ...worked.filter(within).flatMap(on("workday")),
  ];
};

const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

const usualDays = ({ weekendDays }: Tariff, { season, fromDate, toDate }: Run, dated: boolean): Price[] => {
  const dates = dated ? { fromDate, toDate } : {};
  const sameRule = season.days.some(
    ({ dayTypes }) => dayTypes.includes("workday") && dayTypes.includes("weekend"),
  );
  if (sameRule || weekendDays.length === 0) return pricesOf(season, "workday", dates);
  const workdays = ALL_DAYS.filter((day) => !weekendDays.includes(day));
  return [
    ...(workdays.length === 0 ? [] : pricesOf(season, "workday", { ...dates, weekdays: workdays })),
    ...pricesOf(season, "weekend", { ...dates, weekdays: weekendDays }),
  ];
};
