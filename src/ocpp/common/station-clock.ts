import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";
import { listAt, type Payload, textAt } from "../wire.js";

/** Of all messages within this the one that is the least late counts: others may have waited in the station. */
const TOGETHER_MS = 30 * SECOND_MS;
/** So many such moments must agree, to within this. */
const MOMENTS = 3;
const AGREE_MS = 20 * SECOND_MS;
/** A smaller offset is delay, or nothing worth a correction. */
const WORTH_MS = 20 * SECOND_MS;
/** A new estimate that differs by less than this is the old one. */
const SAME_MS = 10 * SECOND_MS;

interface Moment {
  readonly sinceMs: EpochMs;
  /** Station's time less ours. */
  readonly leadMs: number;
}

/** How far a station's clock is ahead of ours; 0 where that is not known or not worth a word. */
export interface StationClock {
  readonly aheadMs: number;
  readonly moments: readonly Moment[];
}

export const UNKNOWN_CLOCK: StationClock = { aheadMs: 0, moments: [] };

/**
 * The estimate after one more message, told at `stationMs` by the station's clock and heard at `nowMs` by
 * ours. A message is never heard before it is made, so the largest lead is the nearest to the truth; what
 * a station kept while it was offline comes in one burst, and is one moment.
 */
export const heardAt = (clock: StationClock, stationMs: EpochMs, nowMs: EpochMs): StationClock => {
  const leadMs = stationMs - nowMs;
  const last = clock.moments.at(-1);
  const together = last !== undefined && nowMs - last.sinceMs < TOGETHER_MS;
  const moments = together
    ? [...clock.moments.slice(0, -1), { ...last, leadMs: Math.max(last.leadMs, leadMs) }]
    : [...clock.moments, { sinceMs: nowMs, leadMs }].slice(-MOMENTS);
  return { aheadMs: estimate(moments, clock.aheadMs), moments };
};

const estimate = (moments: readonly Moment[], beforeMs: number): number => {
  const leads = moments.map(({ leadMs }) => leadMs);
  const aheadMs = Math.max(...leads);
  if (moments.length < MOMENTS || aheadMs - Math.min(...leads) > AGREE_MS) return beforeMs;
  if (Math.abs(aheadMs) < WORTH_MS) return 0;
  return Math.abs(aheadMs - beforeMs) < SAME_MS ? beforeMs : Math.round(aheadMs / SECOND_MS) * SECOND_MS;
};

/** The latest time that a message tells of itself, as its station writes it. */
export const timeTextIn = (payload: Payload): string | null =>
  textAt(payload, "timestamp") ??
  listAt(payload, "meterValue")
    .map((meterValue) => textAt(meterValue, "timestamp"))
    .findLast((text) => text !== null) ??
  null;

/** Worth telling a person: a schedule would begin or end at another time than meant. */
export const isOff = ({ aheadMs }: StationClock): boolean => Math.abs(aheadMs) >= MINUTE_MS / 2;
