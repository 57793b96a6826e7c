import type { Measurement } from "../domain/site.js";
import type { Telemetry } from "./telemetry.js";

/**
 * Measurements that are forgotten with the process. Of two for the same instant the later appended
 * counts. Each series is an array in order of time: measurements come almost always in that order.
 */
export const createMemoryTelemetry = (): Telemetry => {
  const series = new Map<string, Measurement[]>();
  const of = (siteId: string, kind: Measurement["kind"]): Measurement[] => {
    const key = JSON.stringify([siteId, kind]);
    const known = series.get(key) ?? [];
    series.set(key, known);
    return known;
  };
  return {
    append: (measurement) => {
      const known = of(measurement.siteId, measurement.kind);
      const place = firstNotBefore(known, measurement.atMs);
      const same = known[place]?.atMs === measurement.atMs ? 1 : 0;
      known.splice(place, same, measurement);
    },
    between: async ({ siteId, kind, fromMs, toMs }) => {
      const known = of(siteId, kind);
      const first = firstNotBefore(known, fromMs);
      return known.slice(Math.max(0, first - 1), Math.max(first, firstNotBefore(known, toMs)));
    },
  };
};

/** Index of the first measurement at or after `atMs`, by bisection. */
const firstNotBefore = (series: readonly Measurement[], atMs: number): number => {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
