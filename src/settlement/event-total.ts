import type { EventResult, IntervalResult, NodeResult } from "../domain/views.js";
import type { SeriesResult } from "./event-result.js";

type Measured = NodeResult["measured"];

/** How much of a result is known: the baseline and what has begun. */
const known = ({ baselineKw, intervals }: SeriesResult): number =>
  intervals.filter(({ measuredKwh }) => measuredKwh !== null).length + (baselineKw === null ? 0 : 1);

/**
 * The meter's result where it knows as much as the sessions', else theirs: what the EVSEs metered is
 * the cars' part alone, which is less than a meter tells but more than nothing. The two are never
 * mixed within a node, since a baseline with base load and a measurement without do not compare.
 */
export const betterMeasured = (
  meter: SeriesResult | null,
  sessions: SeriesResult,
): SeriesResult & { readonly measured: Measured } =>
  meter !== null && known(meter) >= known(sessions)
    ? { ...meter, measured: "meter" }
    : { ...sessions, measured: "sessions" };

const addUp = (values: readonly (number | null)[]): number | null =>
  values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);

/** One interval over all nodes, whose intervals are the same. */
const addIntervals = (rows: readonly IntervalResult[], first: IntervalResult): IntervalResult => {
  const add = (field: "baselineKwh" | "targetKwh" | "measuredKwh" | "deliveredKwh"): number | null =>
    addUp(rows.map((row) => row[field]));
  return {
    ...first,
    baselineKwh: add("baselineKwh"),
    targetKwh: add("targetKwh"),
    measuredKwh: add("measuredKwh"),
    deliveredKwh: add("deliveredKwh"),
    missing: rows.find(({ missing }) => missing !== null)?.missing ?? null,
  };
};

/** The nodes' results with their sum; `outermost` are those that lie below no other one of the event. */
export const totalResult = (
  eventId: string,
  nodes: readonly NodeResult[],
  outermost: readonly NodeResult[],
): EventResult => {
  const [first] = outermost;
  const ways = new Set(outermost.map(({ measured }) => measured));
  return {
    eventId,
    baselineMethod: "last-quarter-hour",
    measured: ways.size > 1 ? "mixed" : (first?.measured ?? "sessions"),
    baselineKw: first === undefined ? null : addUp(outermost.map(({ baselineKw }) => baselineKw)),
    intervals: (first?.intervals ?? []).map((interval, index) =>
      addIntervals(
        outermost.flatMap(({ intervals }) => intervals[index] ?? []),
        interval,
      ),
    ),
    nodes,
  };
};
