import type { EvseState } from "../domain/fleet.js";
import { CORRECTION_SLACK_MS, type Schedule } from "../domain/schedule.js";
import type { EpochMs } from "../domain/units.js";

/**
 * The correction in force as it is told to a station that asks for it: the same value for the rest of its time,
 * so that asking does not keep the dead-man's switch from ending it. null: none is in force; the one that the
 * station holds then ends by itself.
 */
export const pulledCorrection = (evse: EvseState | undefined, nowMs: EpochMs): Schedule | null => {
  const last = lastTold(evse);
  if (last === undefined || nowMs >= last.endMs - CORRECTION_SLACK_MS) return null;
  const periods = last.periods.map((period) => ({ ...period, startMs: nowMs }));
  return { ...last, startMs: nowMs, periods };
};

/**
 * What it was told by its asking, to be believed beside what is under way: the answer may have arrived where
 * that is refused. null: it is believed already, however often it asks.
 */
export const pulledAnew = (evse: EvseState | undefined): Schedule | null => {
  const last = lastTold(evse) ?? null;
  return evse?.corrections.at(-2) === last ? null : last;
};

const lastTold = (evse: EvseState | undefined): Schedule | undefined => evse?.corrections.at(-1);
