import { isToldAside } from "./discharge.js";
import type { Schedule, SchedulePeriod } from "./schedule.js";
import { DAY_MS } from "./units.js";

/** What a station can hold of a schedule. */
export interface HeldShape {
  readonly maxPeriods: number;
  /** It takes no start: one value from now on, until it is told another. */
  readonly oneValue: boolean;
}

/** A value without an end is counted on for this long: no car stays longer without a word. */
const OPEN_END_MS = 7 * DAY_MS;

/** When a value that has no end is taken to end. */
export const openEndMs = ({ startMs, endMs }: Pick<Schedule, "startMs" | "endMs">): number =>
  Math.max(endMs, startMs + OPEN_END_MS);

/**
 * The schedule as a station can hold it: at no moment more than what was wanted, and the schedule itself
 * where that fits. Of what is too much the last period stands for the rest, with the least of it.
 */
export const inShape = (schedule: Schedule, { maxPeriods, oneValue }: HeldShape): Schedule => {
  const most = oneValue ? 1 : Math.max(1, maxPeriods);
  const isOpen = oneValue && schedule.purpose === "session" && !endsByWord(schedule);
  const endMs = isOpen ? openEndMs(schedule) : schedule.endMs;
  if (schedule.periods.length <= most && endMs === schedule.endMs) return schedule;
  return { ...schedule, endMs, periods: squeezed(schedule.periods, most) };
};

/** A discharge beside the profile: we take it back at the schedule's end, whatever the station's profile does. */
const endsByWord = ({ dischargeBy, periods }: Schedule): boolean =>
  dischargeBy !== undefined && isToldAside(dischargeBy) && periods.some(({ powerKw }) => powerKw < 0);

const squeezed = (periods: readonly SchedulePeriod[], most: number): SchedulePeriod[] => {
  const [kept, rest] = [periods.slice(0, most - 1), periods.slice(most - 1)];
  const [first] = rest;
  if (first === undefined) return kept;
  const least = rest.reduce((low, period) => (period.powerKw < low.powerKw ? period : low), first);
  return [...kept, { ...least, startMs: first.startMs }];
};
