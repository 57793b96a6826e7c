import { SECOND_MS } from "../../domain/units.js";

/** A token bucket: `burst` messages at once, `perSecond` in the long run. Time is handed in. */
export interface Bucket {
  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean;
  /** Milliseconds until half of the burst is there again. */
  refillMs(): number;
}

export function createBucket(burst: number, perSecond: number, startMs: number): Bucket {
  let tokens = burst;
  let filledMs = startMs;
  return {
    take(nowMs) {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledMs) / SECOND_MS) * perSecond);
      filledMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    refillMs: () => Math.max(1, Math.ceil(((burst / 2 - tokens) / perSecond) * SECOND_MS)),
  };
}
