import { DateTime } from "luxon";
import { type EpochMs } from "../src/domain/units.js";

/** Epoch ms of a local date and time in a zone. */
export const atLocal = (local: string, zone: string): EpochMs => DateTime.fromISO(local, { zone }).toMillis();

/** `2026-01-14 17:00` in a zone, for people. */
export const localMinute = (atMs: EpochMs, zone: string): string =>
  DateTime.fromMillis(atMs, { zone }).toFormat("yyyy-MM-dd HH:mm");

/** `HH:MM` on the local day `dayOffset` days after the one that holds `baseMs`. */
export const atClock = (clock: string, zone: string, baseMs: EpochMs, dayOffset: number): EpochMs => {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return DateTime.fromMillis(baseMs, { zone })
    .startOf("day")
    .plus({ days: dayOffset })
    .set({ hour, minute })
    .toMillis();
};

/** A scenario's local time: `HH:MM` is its first from the start on. */
export const resolveLocal = (local: string, zone: string, startMs: EpochMs): EpochMs => {
  if (local.includes("T")) return atLocal(local, zone);
  const today = atClock(local, zone, startMs, 0);
  return today >= startMs ? today : atClock(local, zone, startMs, 1);
};

/** Minutes of the local day of `HH:MM`. */
export const minutesOf = (clock: string): number => {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
};
