import type { EpochMs } from "./units.js";

/** Most keys kept, so that strangers cannot grow the memory. */
const MOST_KEYS = 20_000;

/** A key and the most failures of it within a window. */
export type Bound = readonly [key: string, most: number];

/** Counts failures by key in fixed windows. */
export interface Attempts {
  /** Until when one of the keys has failed as often as it may; null: none has. */
  blockedUntilMs(bounds: readonly Bound[], nowMs: EpochMs): EpochMs | null;
  failed(key: string, nowMs: EpochMs): void;
}

export function createAttempts(windowMs: number): Attempts {
  const windows = new Map<string, { sinceMs: EpochMs; failures: number }>();
  const current = (key: string, nowMs: EpochMs): { sinceMs: EpochMs; failures: number } | null => {
    const window = windows.get(key);
    // A clock that was put back must not lengthen a window.
    return window && Math.abs(nowMs - window.sinceMs) < windowMs ? window : null;
  };
  return {
    blockedUntilMs(bounds, nowMs) {
      const full = bounds.flatMap(([key, most]) => {
        const window = current(key, nowMs);
        return window !== null && window.failures >= most ? [window.sinceMs + windowMs] : [];
      });
      return full.length === 0 ? null : Math.max(...full);
    },
    failed(key, nowMs) {
      const window = current(key, nowMs) ?? { sinceMs: nowMs, failures: 0 };
      window.failures += 1;
      windows.delete(key);
      windows.set(key, window);
      const [oldest] = windows.keys();
      if (windows.size > MOST_KEYS && oldest !== undefined) windows.delete(oldest);
    },
  };
}
