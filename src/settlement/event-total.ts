import type { EventResult, IntervalResult, NodeResult } from "../domain/views.js";
import type { SeriesResult } from "./event-result.js";

type Measured = NodeResult["measured"];

/**
 * The meter's result where it knows a baseline, else the sessions' where they do: what the EVSEs metered
 * is the cars' part alone, which is less than a meter tells but more than nothing. The baseline decides
 * since it is settled when the event begins: a gap later on must not change what all is measured by. The
 * two are never mixed within a node, since a baseline with base load and a measurement without do not
 * compare.
 */
export const betterMeasured = (
  meter: SeriesResult | null,
  sessions: SeriesResult,
): SeriesResult & { readonly measured: Measured } =>
  meter !== null && (meter.baselineKw !== null || sessions.baselineKw === null)
    ? { ...meter, measured: "meter" }
    : { ...sessions, measured: "sessions" };

const addUp = (values: readonly (number | null)[]): number | null =>
  values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);

/** Why the sum is not known comes before why a part of it is not. */
const missingOf = (rows: readonly IntervalResult[]): IntervalResult["missing"] => {
  const lacking = rows.filter(({ missing }) => missing !== null);
  return (lacking.find(({ deliveredKwh }) => deliveredKwh === null) ?? lacking[0])?.missing ?? null;
};

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
    gapMs: Math.max(...rows.map(({ gapMs }) => gapMs)),
    missing: missingOf(rows),
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
