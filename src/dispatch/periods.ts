import type { RateUnit, SchedulePeriod } from "../domain/schedule.js";

/** Resolution that stations take: 0.1 A at best, whole watts. */
export const RATE_STEP: Record<RateUnit, number> = { A: 0.1, W: 1 };

export const mergeEqual = (periods: readonly SchedulePeriod[]): SchedulePeriod[] =>
  periods.filter((period, index) => index === 0 || period.value !== periods[index - 1]?.value);

/**
 * What a station cannot hold is cut at the far end: the last period then takes the smallest value of
 * the rest, without discharge, which is safe; the schedule is sent anew long before it is reached.
 */
export const cutTo = (periods: readonly SchedulePeriod[], maxPeriods: number): SchedulePeriod[] => {
  const count = Math.max(1, maxPeriods);
  if (periods.length <= count) return [...periods];
  const rest = periods.slice(count - 1);
  const smallest = rest.reduce((least, period) => (period.value < least.value ? period : least));
  const first = rest[0] ?? smallest;
  const safe =
    smallest.value < 0 ? { value: 0, powerKw: 0 } : { value: smallest.value, powerKw: smallest.powerKw };
  return [...periods.slice(0, count - 1), { ...first, ...safe }];
};
