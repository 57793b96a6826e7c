import { DAY_MS, type EpochMs, MINUTE_MS, SLOT_MS } from "../domain/units.js";
import { localMoment, momentsOf, offsetMs } from "./local-time.js";

/** Quarter of the local day, 0–95, by the clock on the wall (a DST day repeats or skips some). */
export const quarterOfLocalDay = (atMs: EpochMs, timeZone: string): number =>
  Math.floor(localMoment(timeZone, atMs).minuteOfDay / 15);

/** Beginning of the local day: the first moment whose date is today's. */
export const localMidnightMs = (atMs: EpochMs, timeZone: string): EpochMs => {
  const wallMs = atMs + offsetMs(timeZone, atMs);
  return firstMoment(timeZone, wallMs - (wallMs % DAY_MS));
};

/** First moment after `afterMs` at which the local clock shows `time` (`HH:MM`). */
export const nextLocalTimeMs = (afterMs: EpochMs, time: string, timeZone: string): EpochMs => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const wallMs = afterMs + offsetMs(timeZone, afterMs);
  const midnight = wallMs - (wallMs % DAY_MS);
  const today = firstMoment(timeZone, midnight + (hour * 60 + minute) * MINUTE_MS);
  return today > afterMs
    ? today
    : firstMoment(timeZone, midnight + DAY_MS + (hour * 60 + minute) * MINUTE_MS);
};

/** The moment of a local time; in the hour that a spring night skips, the moment the clock jumps to. */
const firstMoment = (timeZone: string, wallMs: number): EpochMs =>
  momentsOf(timeZone, wallMs)[0] ?? wallMs - offsetMs(timeZone, wallMs - DAY_MS);

/** Start of the running quarter of an hour; quarters are the same in UTC and in every zone in use. */
export const quarterStartMs = (atMs: EpochMs): EpochMs => Math.floor(atMs / SLOT_MS) * SLOT_MS;
