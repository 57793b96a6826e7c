import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";
import { listAt, type Payload, textAt } from "../wire.js";

/** Of all messages within this the one that is the least late counts: others may have waited in the station. */
const TOGETHER_MS = 30 * SECOND_MS;
/** So many such moments must agree, to within this. */
const MOMENTS = 3;
const AGREE_MS = 20 * SECOND_MS;
/** A smaller offset is delay, or nothing worth a correction. */
const WORTH_MS = 20 * SECOND_MS;
/** A correction is given up below this alone, lest one of about 20 s comes and goes. */
const LEAVE_MS = 10 * SECOND_MS;
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
  /** Of messages alone that are stamped when they are made. */
  readonly made: readonly Moment[];
  /** It booted, and may have taken our time from the answer: what comes next tells. */
  readonly isDoubted?: boolean;
}

/** As it is known to be, before anything more is heard. */
export const clockAhead = (aheadMs: number): StationClock => ({ aheadMs, moments: [], made: [] });

export const UNKNOWN_CLOCK: StationClock = clockAhead(0);

/** After a boot that may have set it: the next message shows whether it did. */
export const afterBoot = (clock: StationClock): StationClock => ({ ...clock, isDoubted: true });

/** A time that a message tells of itself. */
interface Stamp {
  readonly stationMs: EpochMs;
  /** Of when the message was made; a meter value's may be of its interval's beginning. */
  readonly isMade: boolean;
}

/**
 * The estimate after one more message, stamped by the station's clock and heard at `nowMs` by ours. A
 * message is never heard before it is made, so the largest lead is the nearest to the truth; what a station
 * kept while it was offline comes in one burst, and is one moment. What meter values say counts only where
 * messages that are stamped when they are made say the same.
 */
export const heardAt = (before: StationClock, { stationMs, isMade }: Stamp, nowMs: EpochMs): StationClock => {
  const heard: Moment = { sinceMs: nowMs, leadMs: stationMs - nowMs };
  if (before.isDoubted !== true && saysNothingNew(before, heard, isMade)) return before;
  const clock = before.isDoubted === true ? settled(before, heard, isMade) : before;
  const moments = withHeard(clock.moments, heard);
  const made = isMade ? withHeard(clock.made, heard) : clock.made;
  const vouchedMs = Math.max(...made.map(({ leadMs }) => leadMs));
  const byAll = agreedLead(moments);
  const isVouched = byAll !== null && Math.abs(byAll - vouchedMs) <= AGREE_MS;
  const leadMs = isVouched ? byAll : agreedLead(made);
  const aheadMs = leadMs === null ? clock.aheadMs : corrected(leadMs, clock.aheadMs);
  return { aheadMs, moments, made, isDoubted: clock.isDoubted ?? false };
};

/** The first message after a boot shows the clock of before, or another of which nothing is known. */
const settled = (clock: StationClock, { leadMs }: Moment, isMade: boolean): StationClock => {
  const knownMs = clock.moments.at(-1)?.leadMs ?? clock.aheadMs;
  return Math.abs(leadMs - knownMs) > AGREE_MS ? UNKNOWN_CLOCK : { ...clock, isDoubted: !isMade };
};

/** Most messages of a moment: the same moments give the same estimate. */
const saysNothingNew = ({ moments, made }: StationClock, heard: Moment, isMade: boolean): boolean =>
  isWithin(moments.at(-1), heard) && (!isMade || isWithin(made.at(-1), heard));

const isWithin = (last: Moment | undefined, heard: Moment): boolean =>
  last !== undefined && heard.sinceMs - last.sinceMs < TOGETHER_MS && heard.leadMs <= last.leadMs;

const withHeard = (moments: readonly Moment[], heard: Moment): readonly Moment[] => {
  const last = moments.at(-1);
  if (isWithin(last, heard)) return moments;
  return last !== undefined && heard.sinceMs - last.sinceMs < TOGETHER_MS
    ? [...moments.slice(0, -1), { ...last, leadMs: Math.max(last.leadMs, heard.leadMs) }]
    : [...moments, heard].slice(-MOMENTS);
};

/** The largest lead of enough moments that agree; null: they do not. */
const agreedLead = (moments: readonly Moment[]): number | null => {
  const leads = moments.map(({ leadMs }) => leadMs);
  const most = Math.max(...leads);
  return moments.length < MOMENTS || most - Math.min(...leads) > AGREE_MS ? null : most;
};

const corrected = (leadMs: number, beforeMs: number): number => {
  if (Math.abs(leadMs) < (beforeMs === 0 ? WORTH_MS : LEAVE_MS)) return 0;
  return Math.abs(leadMs - beforeMs) < SAME_MS ? beforeMs : Math.round(leadMs / SECOND_MS) * SECOND_MS;
};

/** The latest time that a message tells of itself, as its station writes it. */
export const stampIn = (payload: Payload): { readonly text: string | null; readonly isMade: boolean } => {
  const made = textAt(payload, "timestamp");
  if (made !== null) return { text: made, isMade: true };
  const last = listAt(payload, "meterValue").findLast((one) => textAt(one, "timestamp") !== null);
  return { text: last === undefined ? null : textAt(last, "timestamp"), isMade: false };
};

/** Worth telling a person: a schedule would begin or end at another time than meant. */
export const isOff = ({ aheadMs }: StationClock): boolean => Math.abs(aheadMs) >= MINUTE_MS / 2;
