import type { Measurement } from "../domain/site.js";
import { DAY_MS, type EpochMs, MAX_HOLD_MS } from "../domain/units.js";
import { type Quarter, quarterOf, quarterStart, quartersOf, type Value } from "./quarter.js";
import type { EvseSample, Telemetry } from "./telemetry.js";

/** Quarters of an EVSE are kept this long where they are kept in memory. */
const QUARTERS_KEPT_MS = 3 * DAY_MS;

/**
 * Measurements that are forgotten with the process. Of two for the same instant the later appended
 * counts. Each series is an array in order of time: measurements come almost always in that order.
 */
export const createMemoryTelemetry = (): Telemetry => {
  const series = new Map<string, Measurement[]>();
  const evses = new Map<string, EvseHistory>();
  const of = (siteId: string, kind: Measurement["kind"]): Measurement[] =>
    madeIn(series, JSON.stringify([siteId, kind]), () => []);
  const evseOf = (stationId: string, evseId: number): EvseHistory =>
    madeIn(evses, JSON.stringify([stationId, evseId]), createEvseHistory);
  return {
    append: (measurement) => put(of(measurement.siteId, measurement.kind), measurement),
    sample: (sample) => evseOf(sample.stationId, sample.evseId).put(sample),
    between: async ({ siteId, kind, fromMs, toMs }) => {
      const known = of(siteId, kind);
      const first = firstNotBefore(known, fromMs);
      return known.slice(Math.max(0, first - 1), Math.max(first, firstNotBefore(known, toMs)));
    },
    quarters: async (asked, { fromMs, toMs, nowMs }) => {
      const all =
        "siteId" in asked
          ? quartersIn(of(asked.siteId, asked.kind).map(asValue), nowMs)
          : evseOf(asked.stationId, asked.evseId).quarters(nowMs);
      return all.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    },
  };
};

const madeIn = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
};

const asValue = ({ atMs, powerKw }: Measurement): Value => ({
  atMs,
  powerKw,
  importedWh: null,
  exportedWh: null,
  socPercent: null,
});

const put = <T extends { readonly atMs: EpochMs }>(known: T[], one: T): void => {
  const place = firstNotBefore(known, one.atMs);
  const same = known[place]?.atMs === one.atMs ? 1 : 0;
  known.splice(place, same, one);
};

/** All quarters that values tell of, until `nowMs`. */
const quartersIn = (values: readonly Value[], nowMs?: EpochMs): Quarter[] => {
  const starts = new Set(values.flatMap(({ atMs }) => quartersOf(atMs)));
  return [...starts].sort((a, b) => a - b).flatMap((startMs) => quarterOf(values, startMs, nowMs) ?? []);
};

interface EvseHistory {
  put(sample: EvseSample): void;
  quarters(nowMs?: EpochMs): readonly Quarter[];
}

/** Samples of the running quarter and of what may hold into it; of the time before, quarters alone. */
const createEvseHistory = (): EvseHistory => {
  const past = new Map<EpochMs, Quarter>();
  let recent: EvseSample[] = [];
  let runningMs = -Infinity;
  const turn = (startMs: EpochMs): void => {
    for (const quarter of quartersIn(recent))
      if (quarter.startMs >= runningMs && quarter.startMs < startMs) past.set(quarter.startMs, quarter);
    recent = recent.filter(({ atMs }) => atMs >= startMs - MAX_HOLD_MS);
    runningMs = startMs;
    for (const keptMs of past.keys()) if (keptMs < startMs - QUARTERS_KEPT_MS) past.delete(keptMs);
  };
  return {
    put: (sample) => {
      // What comes later than the next quarter's first sample changes nothing here.
      if (sample.atMs < runningMs) return;
      if (quarterStart(sample.atMs) > runningMs) turn(quarterStart(sample.atMs));
      put(recent, sample);
    },
    quarters: (nowMs) => [
      ...past.values(),
      ...quartersIn(recent, nowMs).filter(({ startMs }) => startMs >= runningMs),
    ],
  };
};

/** Index of the first measurement at or after `atMs`, by bisection. */
const firstNotBefore = (series: readonly { readonly atMs: EpochMs }[], atMs: number): number => {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
