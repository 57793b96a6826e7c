import type { EvseState } from "../domain/fleet.js";
import { CORRECTION_SLACK_MS, type Schedule } from "../domain/schedule.js";
import type { EpochMs } from "../domain/units.js";

/**
 * The correction in force as it is told to a station that asks for it: the same value, its dead-man's switch
 * counted from now. null: none is in force; the one that the station holds then ends by itself.
 */
export const pulledCorrection = (evse: EvseState | undefined, nowMs: EpochMs): Schedule | null => {
  const last = evse?.corrections.at(-1);
  if (last === undefined || nowMs >= last.endMs - CORRECTION_SLACK_MS) return null;
  const periods = last.periods.map((period) => ({ ...period, startMs: nowMs }));
  return { ...last, startMs: nowMs, endMs: nowMs + (last.endMs - last.startMs), periods };
};
