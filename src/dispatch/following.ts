import { changesBetween, scheduledKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import type { EpochMs } from "../domain/units.js";

/** Power above what was told that still counts as following: meter error and ripple. */
const TOLERANCE_KW = 0.5;
const TOLERANCE_SHARE = 0.1;

/**
 * Whether an EVSE draws more than it was told. Drawing less is no fault: a full battery tapers. A
 * setpoint below zero that is not discharged counts, since the plan relies on it. Where no schedule was
 * ever confirmed, what counts is the most that any it was sent, or its default, allows.
 */
export const followsTold = (evse: EvseState, followWithinMs: number): boolean => {
  const { sample } = evse;
  if (sample === null || evse.session === null) return true;
  const allowed = mostAllowedKw(evse, sample.atMs, followWithinMs);
  if (allowed === null) return true;
  return sample.powerKw <= allowed + Math.max(TOLERANCE_KW, TOLERANCE_SHARE * Math.abs(allowed));
};

/** The largest power allowed within the grace before a sample: a station may still be changing. */
const mostAllowedKw = (evse: EvseState, atMs: EpochMs, followWithinMs: number): number | null => {
  const fromMs = atMs - followWithinMs;
  if (evse.toldMs === null || evse.toldMs > fromMs) return null;
  const told = schedulesTold(evse);
  if (told === null) return null;
  const times = [fromMs, ...changesBetween(told, { fromMs, untilMs: atMs + 1 })];
  const powers = times.flatMap((time) => told.map((schedule) => scheduledKw(schedule, time)));
  const known = powers.filter((kw) => kw !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** Schedules that an EVSE may follow; null where it may follow none that we know. */
const schedulesTold = ({ held, unanswered, heldDefault, profileUnknown }: EvseState): Schedule[] | null => {
  if (held !== null) return [held];
  return profileUnknown || heldDefault === null ? null : [...unanswered, heldDefault];
};
