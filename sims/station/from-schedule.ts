import type { Schedule, SchedulePeriod } from "../../src/domain/schedule.js";
import type { HeldPeriod, HeldProfile } from "./profiles.js";

/** Ids and levels as a central system would choose them; they never meet those of a wire. */
const PROFILE = { session: { id: 1, stackLevel: 1 }, default: { id: 2, stackLevel: 0 } } as const;

/**
 * The profile that a schedule becomes at a station: what travels over the wire in wire mode. Daily
 * periods count from the schedule's start, a local midnight.
 */
export const profileOf = (schedule: Schedule, maxOfflineMs: number | null): HeldProfile => {
  const isDefault = schedule.purpose === "default";
  return {
    ...PROFILE[schedule.purpose],
    evseId: schedule.evseId,
    purpose: isDefault ? "default" : "transaction",
    kind: isDefault ? "daily" : "absolute",
    startMs: schedule.startMs,
    durationMs: isDefault ? null : schedule.endMs - schedule.startMs,
    validFromMs: null,
    validToMs: null,
    periods: schedule.periods.map((period) => heldPeriod(schedule, period)),
    maxOfflineMs: schedule.periods.some(({ powerKw }) => powerKw < 0) ? maxOfflineMs : null,
  };
};

const heldPeriod = (schedule: Schedule, period: SchedulePeriod): HeldPeriod => ({
  offsetMs: period.startMs >= schedule.startMs ? period.startMs - schedule.startMs : period.startMs,
  mode: period.mode === "setpoint" ? "setpoint" : "limit",
  unit: schedule.unit,
  value: period.value,
  phases: schedule.phases,
});
