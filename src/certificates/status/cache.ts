import type { CertificateStanding } from "../../domain/plug-and-charge.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/units.js";

const MOST_ENTRIES = 2_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** However long an authority lets its word count: a certificate may be revoked meanwhile. */
const LONGEST_MS = 7 * DAY_MS;
/** A certificate that its authority does not know yet may be one that was just made. */
const LONGEST_UNKNOWN_MS = 5 * MINUTE_MS;

type Told = Exclude<CertificateStanding, { readonly status: "Failed" }>;

/** What authorities told, until they tell anew; the oldest goes where there is no more room. */
export interface StandingCache {
  get(key: string, nowMs: EpochMs): Told | null;
  put(key: string, told: Told, nowMs: EpochMs): void;
}

export const createStandingCache = (): StandingCache => {
  const entries = new Map<
    string,
    { readonly told: Told; readonly sinceMs: EpochMs; readonly untilMs: EpochMs }
  >();
  let bytes = 0;
  const sizeOf = (key: string, { ocspBase64 }: Told): number => key.length + (ocspBase64?.length ?? 0);
  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    bytes -= sizeOf(key, entry.told);
  };
  return {
    get(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      // A clock that was put back must not lengthen what counts.
      if (entry.sinceMs <= nowMs && nowMs < entry.untilMs) return entry.told;
      remove(key);
      return null;
    },
    put(key, told, nowMs) {
      remove(key);
      const longestMs = told.status === "Unknown" ? LONGEST_UNKNOWN_MS : LONGEST_MS;
      const untilMs = Math.min(told.nextUpdateMs, nowMs + longestMs);
      if (untilMs <= nowMs) return;
      entries.set(key, { told, sinceMs: nowMs, untilMs });
      bytes += sizeOf(key, told);
      for (const [oldest] of entries) {
        if (entries.size <= MOST_ENTRIES && bytes <= MOST_BYTES) break;
        remove(oldest);
      }
    },
  };
};
