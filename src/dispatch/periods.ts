import type { RateUnit, SchedulePeriod } from "../domain/schedule.js";
import type { EpochMs } from "../domain/units.js";

/** Resolution that stations take: 0.1 A at best, whole watts. */
export const RATE_STEP: Record<RateUnit, number> = { A: 0.1, W: 1 };

export const mergeEqual = (periods: readonly SchedulePeriod[]): SchedulePeriod[] =>
  periods.filter((period, index) => {
    const before = periods[index - 1];
    return before === undefined || period.value !== before.value || period.phases !== before.phases;
  });

/** What a station can hold of a schedule: the first periods, and where the last of them ends. */
export interface HeldPart {
  readonly periods: readonly SchedulePeriod[];
  readonly endMs: EpochMs;
}

/**
 * What a station cannot hold is cut at the far end, where the default takes over; the schedule is sent
 * anew before that is reached.
 */
export const cutTo = ({ periods, endMs }: HeldPart, maxPeriods: number): HeldPart => {
  const count = Math.max(1, maxPeriods);
  return { periods: periods.slice(0, count), endMs: periods[count]?.startMs ?? endMs };
};
