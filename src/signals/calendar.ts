import { DateTime } from "luxon";
import { type EpochMs, SLOT_MS } from "../domain/units.js";

/** Quarter of the local day, 0–95, by the clock on the wall (a DST day repeats or skips some). */
export const quarterOfLocalDay = (atMs: EpochMs, timeZone: string): number => {
  const local = DateTime.fromMillis(atMs, { zone: timeZone });
  return local.hour * 4 + Math.floor(local.minute / 15);
};

export const localMidnightMs = (atMs: EpochMs, timeZone: string): EpochMs =>
  DateTime.fromMillis(atMs, { zone: timeZone }).startOf("day").toMillis();

/** First moment after `afterMs` at which the local clock shows `time` (`HH:MM`). */
export const nextLocalTimeMs = (afterMs: EpochMs, time: string, timeZone: string): EpochMs => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const today = DateTime.fromMillis(afterMs, { zone: timeZone }).set({
    hour,
    minute,
    second: 0,
    millisecond: 0,
  });
  return (today.toMillis() > afterMs ? today : today.plus({ days: 1 })).toMillis();
};

/** Start of the running quarter of an hour; quarters are the same in UTC and in every zone in use. */
export const quarterStartMs = (atMs: EpochMs): EpochMs => Math.floor(atMs / SLOT_MS) * SLOT_MS;
