import type { PriceSeries } from "../domain/signal.js";
import { DAY_MS, type EpochMs } from "../domain/units.js";
import type { PriceTables } from "../ports/price-tables.js";

/**
 * Price tables that begin anew, at the same time of day, when they end: a demonstration may run for
 * days, and its sample holds a few. Around now there is always one round before and one after.
 */
export const endlessPrices = (tables: PriceTables, now: () => EpochMs): PriceTables => ({
  current: () => tables.current().map((series) => around(series, now())),
  onChange: (listener) => tables.onChange(listener),
});

const around = (series: PriceSeries, nowMs: EpochMs): PriceSeries => {
  const startMs = series.points[0]?.startMs ?? nowMs;
  const endMs = series.points.at(-1)?.endMs ?? nowMs;
  const roundMs = Math.max(1, Math.ceil((endMs - startMs) / DAY_MS)) * DAY_MS;
  const round = Math.max(0, Math.floor((nowMs - startMs) / roundMs));
  const shifted = [round - 1, round, round + 1].filter((each) => each >= 0);
  return { ...series, points: shifted.flatMap((each) => shift(series.points, each * roundMs)) };
};

const shift = (points: PriceSeries["points"], byMs: number): PriceSeries["points"] =>
  points.map(({ startMs, endMs, pricePerKwh }) => ({
    startMs: startMs + byMs,
    endMs: endMs + byMs,
    pricePerKwh,
  }));
