import { SECOND_MS } from "../../domain/units.js";

/** A token bucket: `burst` messages at once, `perSecond` in the long run. Time is handed in. */
export interface Bucket {
  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean;
  /** Milliseconds until half of the burst is there again. */
  refillMs(): number;
}

export const createBucket = (burst: number, perSecond: number, startMs: number): Bucket =>
  new TokenBucket(burst, perSecond, startMs);

/** One of each connection, so that its methods are shared. */
class TokenBucket implements Bucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledMs: number;

  constructor(burst: number, perSecond: number, startMs: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#filledMs = startMs;
  }

  take(nowMs: number): boolean {
    const more = (Math.max(0, nowMs - this.#filledMs) / SECOND_MS) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + more);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  refillMs(): number {
    return Math.max(1, Math.ceil(((this.#burst / 2 - this.#tokens) / this.#perSecond) * SECOND_MS));
  }
}
