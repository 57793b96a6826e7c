import { DAY_MS, type EpochMs, HOUR_MS, SLOT_MS } from "../domain/units.js";
import { quarterStartMs } from "../signals/calendar.js";

/** How long slot means are kept in memory for the pages; the telemetry keeps them for good. */
const KEPT_MS = 2 * DAY_MS;
/** Past shown on the live page. */
export const PAST_MS = 12 * HOUR_MS;

/** Powers of a site at a moment; each value holds until the next is noted. */
interface SitePowers {
  readonly importKw: number;
  readonly evKw: number;
  readonly baseKw: number;
  readonly pvKw: number;
  readonly limitKw: number | null;
}

export interface SlotMean extends SitePowers {
  readonly startMs: EpochMs;
}

interface Bucket {
  importKwMs: number;
  evKwMs: number;
  baseKwMs: number;
  pvKwMs: number;
  coveredMs: number;
  limitKw: number | null;
}

export interface SiteHistory {
  note(atMs: EpochMs, powers: SitePowers): void;
  /** From a moment on, when it is before `nowMs`, what was noted holds no longer: nothing is known. */
  silentFrom(atMs: EpochMs, nowMs: EpochMs): void;
  /** Time-weighted means per quarter of an hour since `fromMs`; the running one up to now. */
  means(fromMs: EpochMs, nowMs: EpochMs): SlotMean[];
}

export const createSiteHistory = (): SiteHistory => {
  const buckets = new Map<EpochMs, Bucket>();
  let last: { atMs: EpochMs; powers: SitePowers } | null = null;

  /** Spreads the powers that held since the last note over the quarters they cover. */
  const spread = (untilMs: EpochMs): void => {
    if (last === null) return;
    let fromMs = last.atMs;
    while (fromMs < untilMs) {
      const startMs = quarterStartMs(fromMs);
      const toMs = Math.min(untilMs, startMs + SLOT_MS);
      addTo(bucketAt(buckets, startMs), last.powers, toMs - fromMs);
      fromMs = toMs;
    }
    last = { ...last, atMs: Math.max(last.atMs, untilMs) };
  };

  return {
    note: (atMs, powers) => {
      spread(atMs);
      // A note that comes late holds from the last one on: no time counts twice.
      last = { atMs: Math.max(atMs, last?.atMs ?? atMs), powers };
      forget(buckets, atMs - KEPT_MS);
    },
    silentFrom: (atMs, nowMs) => {
      if (atMs >= nowMs) return;
      spread(atMs);
      last = null;
    },
    means: (fromMs, nowMs) => {
      spread(nowMs);
      return [...buckets]
        .filter(([startMs]) => startMs >= fromMs)
        .map(([startMs, bucket]) => meanOf(startMs, bucket));
    },
  };
};

const bucketAt = (buckets: Map<EpochMs, Bucket>, startMs: EpochMs): Bucket => {
  const known = buckets.get(startMs);
  if (known !== undefined) return known;
  const fresh = { importKwMs: 0, evKwMs: 0, baseKwMs: 0, pvKwMs: 0, coveredMs: 0, limitKw: null };
  buckets.set(startMs, fresh);
  return fresh;
};

const addTo = (bucket: Bucket, powers: SitePowers, durationMs: number): void => {
  bucket.importKwMs += powers.importKw * durationMs;
  bucket.evKwMs += powers.evKw * durationMs;
  bucket.baseKwMs += powers.baseKw * durationMs;
  bucket.pvKwMs += powers.pvKw * durationMs;
  bucket.coveredMs += durationMs;
  bucket.limitKw =
    powers.limitKw === null ? bucket.limitKw : Math.min(bucket.limitKw ?? Infinity, powers.limitKw);
};

const meanOf = (startMs: EpochMs, bucket: Bucket): SlotMean => {
  const ms = Math.max(1, bucket.coveredMs);
  return {
    startMs,
    importKw: bucket.importKwMs / ms,
    evKw: bucket.evKwMs / ms,
    baseKw: bucket.baseKwMs / ms,
    pvKw: bucket.pvKwMs / ms,
    limitKw: bucket.limitKw,
  };
};

const forget = (buckets: Map<EpochMs, unknown>, beforeMs: EpochMs): void => {
  for (const startMs of buckets.keys()) {
    if (startMs >= beforeMs) return;
    buckets.delete(startMs);
  }
};
