import type {
  Baseline,
  BaselineInput,
  BaselineRule,
  DayLoad,
  LeftOut,
  QuarterKw,
  SimilarDays,
} from "../../domain/baseline.js";
import { meanKnown } from "./mean.js";

/** A day of which less was measured in the event's hours tells little of them. */
const LEAST_MEASURED_SHARE = 0.9;

interface Picked {
  /** null: there are too few. */
  readonly taken: readonly DayLoad[] | null;
  readonly leftOut: Baseline["leftOut"];
}

/** Which days a baseline is made of, the latest first, and why not the others. */
export const pickDays = ({ from }: BaselineRule, { days, dayType }: BaselineInput): Picked => {
  if (from.kind !== "similar-days") return { taken: null, leftOut: [] };
  const looked = days.slice(from.skipDays, from.lookBackDays);
  const faults = new Map(looked.map((day) => [day, faultOf(day, from, dayType)]));
  const counting = looked.filter((day) => faults.get(day) === null);
  const pool = counting.slice(0, from.pool);
  const taken = pool.length < from.leastDays ? [] : takenOf(pool, from);
  const leftOut = looked.flatMap((day) => {
    const why = faults.get(day) ?? (taken.includes(day) ? null : "not-taken");
    return why === null ? [] : [{ date: day.date, why }];
  });
  return { taken: taken.length === 0 ? null : taken, leftOut };
};

const faultOf = (day: DayLoad, { dayTypes }: SimilarDays, dayType: DayLoad["dayType"]): LeftOut | null => {
  if (day.excluded !== null) return "excluded";
  if (day.dayType !== (dayTypes === "same" ? dayType : "workday")) return "day-type";
  const measured = day.windowKw.filter((kw) => kw !== null).length;
  return measured < day.windowKw.length * LEAST_MEASURED_SHARE ? "gaps" : null;
};

/** Of days with the same load the latest are taken. */
const takenOf = (pool: readonly DayLoad[], { take }: SimilarDays): readonly DayLoad[] => {
  if (take === null) return pool;
  const sign = take.by === "highest" ? -1 : 1;
  const loads = new Map(pool.map((day) => [day, meanKnown(day.windowKw) ?? 0]));
  const chosen = pool
    .toSorted((a, b) => sign * ((loads.get(a) ?? 0) - (loads.get(b) ?? 0)))
    .slice(0, take.days);
  return pool.filter((day) => chosen.includes(day));
};

/** Quarter by quarter, of the days that tell it. */
export const meanOfDays = (days: readonly (readonly QuarterKw[])[]): QuarterKw[] => {
  const length = Math.max(0, ...days.map((day) => day.length));
  return Array.from({ length }, (_, quarter) => meanKnown(days.map((day) => day[quarter] ?? null)));
};
