import { clockMinutes, type DayType, periodSpans, type Tariff, type TariffPeriod } from "../domain/tariff.js";
import { type EpochMs, MINUTE_MS, SLOT_MS } from "../domain/units.js";
import { type LocalMoment, localMoment } from "./local-time.js";

/** A stretch of time with one price. */
export interface TariffSegment {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly period: TariffPeriod;
}

/** Day type of a local day: a stated holiday or workday goes before the weekday. */
const dayTypeOf = (tariff: Tariff, { date, weekday }: Pick<LocalMoment, "date" | "weekday">): DayType => {
  if (tariff.holidays.includes(date)) return "holiday";
  if (tariff.workdays.includes(date)) return "workday";
  return tariff.weekendDays.includes(weekday) ? "weekend" : "workday";
};

const periodAtLocal = (tariff: Tariff, local: LocalMoment): TariffPeriod => {
  const type = dayTypeOf(tariff, local);
  const season = tariff.seasons.find(({ months }) => months.includes(local.month));
  const rule = season?.days.find(({ dayTypes }) => dayTypes.includes(type));
  const period = rule?.periods.find((candidate) =>
    periodSpans(candidate).some(([start, end]) => start <= local.minuteOfDay && local.minuteOfDay < end),
  );
  if (period === undefined)
    throw new RangeError(`tariff ${tariff.id} has no price on ${local.date} at minute ${local.minuteOfDay}`);
  return period;
};

/**
 * The period that holds at a moment, by the tariff's own local clock. A parsed tariff has one for
 * every moment; before and after its validity the calendar simply goes on (see `tariffValidAt`).
 */
export const periodAt = (tariff: Tariff, atMs: EpochMs): TariffPeriod =>
  periodAtLocal(tariff, localMoment(tariff.timeZone, atMs));

/** Price per kWh in the tariff's currency. */
export const priceAt = (tariff: Tariff, atMs: EpochMs): number => periodAt(tariff, atMs).pricePerKwh;

/** Whether the moment counts as valley hours (低谷, deep valley included) in reports. */
export const isValleyAt = (tariff: Tariff, atMs: EpochMs): boolean => {
  const { kind } = periodAt(tariff, atMs);
  return kind === "valley" || kind === "deep-valley";
};

/** Whether the tariff claims to hold on the local day of this moment. */
export const tariffValidAt = (tariff: Tariff, atMs: EpochMs): boolean => {
  const { date } = localMoment(tariff.timeZone, atMs);
  return (tariff.validFrom ?? date) <= date && date <= (tariff.validTo ?? date);
};

/** Minutes within the quarter at which some period begins or ends; most tariffs have none. */
const edgesWithinQuarter = (tariff: Tariff): number[] => {
  const edges = tariff.seasons.flatMap(({ days }) =>
    days.flatMap(({ periods }) => periods.flatMap(({ from, to }) => [clockMinutes(from), clockMinutes(to)])),
  );
  return [...new Set(edges.map((minute) => minute % 15))].filter((minute) => minute > 0);
};

/**
 * [fromMs, toMs) cut where the price changes. Clocks are put forward and back only on quarters of an
 * hour of UTC, so cutting there and at the tariff's own edges is exact on every day, DST included.
 */
export const tariffSegments = (tariff: Tariff, fromMs: EpochMs, toMs: EpochMs): TariffSegment[] => {
  const edges = edgesWithinQuarter(tariff).toSorted((a, b) => a - b);
  const segments: TariffSegment[] = [];
  let startMs = fromMs;
  while (startMs < toMs) {
    const quarterMs = Math.floor(startMs / SLOT_MS) * SLOT_MS;
    const cuts = [...edges.map((minute) => quarterMs + minute * MINUTE_MS), quarterMs + SLOT_MS, toMs];
    const endMs = Math.min(...cuts.filter((cut) => cut > startMs));
    const period = periodAt(tariff, startMs);
    const last = segments.at(-1);
    if (last?.period === period) segments[segments.length - 1] = { ...last, endMs };
    else segments.push({ startMs, endMs, period });
    startMs = endMs;
  }
  return segments;
};
