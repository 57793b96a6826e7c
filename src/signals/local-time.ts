import { IANAZone } from "luxon";
import { type EpochMs, MINUTE_MS, SLOT_MS } from "../domain/units.js";

/** A moment on a local wall clock. */
export interface LocalMoment {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly month: number;
  /** ISO: Monday is 1, Sunday 7. */
  readonly weekday: number;
  /** Minutes on the clock since midnight; a fraction below the minute. */
  readonly minuteOfDay: number;
}

/** Quarters of an hour whose offset is kept: about a year, then forgotten as a whole. */
const MOST_KEPT = 40_000;
const kept = new Map<string, Map<number, number>>();

/**
 * Offset of the zone's clock from UTC in ms at this moment; throws on an unknown zone. Asking the
 * time zone database takes microseconds and every slot of every plan asks, so answers are kept per
 * quarter of an hour: no zone in use changes its offset within one.
 */
export const offsetMs = (timeZone: string, atMs: EpochMs): number => {
  const quarter = Math.floor(atMs / SLOT_MS);
  const ofZone = kept.get(timeZone) ?? new Map<number, number>();
  kept.set(timeZone, ofZone);
  const known = ofZone.get(quarter);
  if (known !== undefined) return known;
  if (ofZone.size >= MOST_KEPT) ofZone.clear();
  const offset = lookUpOffsetMs(timeZone, quarter * SLOT_MS);
  ofZone.set(quarter, offset);
  return offset;
};

const lookUpOffsetMs = (timeZone: string, atMs: EpochMs): number => {
  const offset = IANAZone.create(timeZone).offset(atMs);
  if (Number.isNaN(offset)) throw new RangeError(`not an IANA time zone: ${timeZone}`);
  return offset * MINUTE_MS;
};

export const localMoment = (timeZone: string, atMs: EpochMs): LocalMoment => {
  const shifted = new Date(atMs + offsetMs(timeZone, atMs));
  const day = shifted.getUTCDay();
  return {
    date: shifted.toISOString().slice(0, 10),
    month: shifted.getUTCMonth() + 1,
    weekday: day === 0 ? 7 : day,
    minuteOfDay:
      shifted.getUTCHours() * 60 +
      shifted.getUTCMinutes() +
      (shifted.getUTCSeconds() * 1_000 + shifted.getUTCMilliseconds()) / MINUTE_MS,
  };
};

/**
 * The moments at which the zone's clock shows this local time: one, none in the hour that is skipped
 * in spring, two (in order) in the hour that is repeated in autumn. `wallMs` is the local time read
 * as if it were UTC.
 */
export const momentsOf = (timeZone: string, wallMs: number): EpochMs[] => {
  const near = [wallMs - 86_400_000, wallMs + 86_400_000].map((atMs) => offsetMs(timeZone, atMs));
  return [...new Set(near.map((offset) => wallMs - offset))]
    .filter((atMs) => atMs + offsetMs(timeZone, atMs) === wallMs)
    .toSorted((a, b) => a - b);
};
