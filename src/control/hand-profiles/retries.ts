import { HOUR_MS, MINUTE_MS } from "../../domain/units.js";
import type { Cancel, Clock } from "../../ports/clock.js";

interface Retry {
  readonly pauseMs: number;
  readonly cancel: Cancel;
}

/** When stations that did not answer are told again: after a minute, then after pauses twice as long, up to an hour. */
export const handRetries = (clock: Clock, tell: (key: string) => void) => {
  const retries = new Map<string, Retry>();
  return {
    later: (key: string): void => {
      const before = retries.get(key);
      before?.cancel();
      const pauseMs = before === undefined ? MINUTE_MS : Math.min(HOUR_MS, 2 * before.pauseMs);
      retries.set(key, { pauseMs, cancel: clock.after(pauseMs, () => tell(key)) });
    },
    /** It answered, is gone, or holds nothing more. */
    settled: (key: string): void => {
      retries.get(key)?.cancel();
      retries.delete(key);
    },
    stop: (): void => {
      for (const { cancel } of retries.values()) cancel();
    },
  };
};
