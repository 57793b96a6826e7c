/**
 * Units and small numeric vocabulary of the core.
 *
 * Names carry their unit: `powerKw` (kW at the grid side of the port, positive towards the car),
 * `energyKwh`, `limitA`, `pricePerKwh` (in the site's currency), `startMs` (epoch milliseconds, UTC).
 */

/** Milliseconds since 1970-01-01T00:00:00Z. Time zones exist only at the edges. */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** The settlement interval of the market: a quarter of an hour. */
export const SLOT_MS = 15 * MINUTE_MS;
/** How long a measurement may hold before the time after it counts as a gap. */
export const MAX_HOLD_MS = 15 * MINUTE_MS;

/** Length of a span in hours. */
export const hours = (durationMs: number): number => durationMs / HOUR_MS;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** Largest multiple of `step` that is not above `value`; tolerates binary rounding of 1e-9 steps. */
export const floorTo = (value: number, step: number): number => {
  const steps = Math.floor(value / step + 1e-9);
  return Math.round(steps * step * 1e9) / 1e9;
};

/** The largest of any number of values, and at least `atLeast`: a call with each as an argument ends at some 100,000. */
export const largest = (values: Iterable<number>, atLeast = -Infinity): number => {
  let most = atLeast;
  for (const value of values) most = Math.max(most, value);
  return most;
};

/** The smallest of them. */
export const smallest = (values: Iterable<number>): number => {
  let least = Infinity;
  for (const value of values) least = Math.min(least, value);
  return least;
};

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
