import type { PriceSeries } from "../domain/signal.js";
import type { EpochMs } from "../domain/units.js";

export type PricePoint = PriceSeries["points"][number];

/** The point that covers a moment; null where one is missing. Points are in order of time. */
export const pointAt = (series: PriceSeries, atMs: EpochMs): PricePoint | null => {
  let low = 0;
  let high = series.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.points[middle]?.startMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  const point = series.points[low - 1];
  return point !== undefined && atMs < point.endMs ? point : null;
};
