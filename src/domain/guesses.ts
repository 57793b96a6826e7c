import { createAttempts } from "./attempts.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "./units.js";

/** Unknown tokens from one address within a minute; then 429 for more of them. Behind it may be a proxy. */
const MOST_PER_ADDRESS = 300;

/** Keeps count of unknown tokens by address, over everything that takes tokens. */
export interface Guesses {
  /**
   * Notes that an address came with an unknown token. Seconds after which it is heard again where it came with
   * too many; null: it may try on. A good token is asked about before, so that strangers of the same address
   * never keep it out.
   */
  unknown(address: string, nowMs: EpochMs): number | null;
}

export const createGuesses = (): Guesses => {
  const attempts = createAttempts(MINUTE_MS);
  return {
    unknown: (address, nowMs) => {
      const untilMs = attempts.blockedUntilMs([[address, MOST_PER_ADDRESS]], nowMs);
      if (untilMs !== null) return Math.max(1, Math.ceil((untilMs - nowMs) / SECOND_MS));
      attempts.failed(address, nowMs);
      return null;
    },
  };
};
