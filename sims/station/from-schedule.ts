import {
  CORRECTION_SLACK_MS,
  recurs,
  type Schedule,
  type SchedulePeriod,
  type SchedulePurpose,
} from "../../src/domain/schedule.js";
import type { HeldPeriod, HeldProfile } from "./profiles.js";

/** Ids and levels as a central system would choose them; they never meet those of a wire. */
const PROFILE = {
  session: { id: 1, stackLevel: 1, purpose: "transaction" },
  default: { id: 2, stackLevel: 0, purpose: "default" },
  correction: { id: 3, stackLevel: 2, purpose: "transaction" },
  priority: { id: 4, stackLevel: 0, purpose: "priority" },
  maximum: { id: 5, stackLevel: 0, purpose: "maximum" },
  cap: { id: 6, stackLevel: 1, purpose: "maximum" },
} as const;

export const heldIdOf = (purpose: SchedulePurpose): number => PROFILE[purpose].id;

/**
 * The profile that a schedule becomes at a station: what travels over the wire in wire mode. Daily
 * periods count from the schedule's start, a local midnight.
 */
export const profileOf = (schedule: Schedule, maxOfflineMs: number | null): HeldProfile => {
  return {
    ...PROFILE[schedule.purpose],
    evseId: schedule.evseId,
    kind: kindOf(schedule),
    startMs: schedule.startMs,
    durationMs: durationOf(schedule),
    validFromMs: null,
    validToMs: null,
    periods: [...schedule.periods.map((period) => heldPeriod(schedule, period)), ...closing(schedule)],
    maxOfflineMs: schedule.periods.some(({ powerKw }) => powerKw < 0) ? maxOfflineMs : null,
  };
};

const kindOf = (schedule: Schedule): HeldProfile["kind"] => {
  if (recurs(schedule)) return "daily";
  return schedule.purpose === "correction" ? "dynamic" : "absolute";
};

/** A profile for priority charging has no duration, nor has a maximum. */
const durationOf = ({ purpose, startMs, endMs }: Schedule): number | null => {
  if (purpose === "session") return endMs - startMs;
  return purpose === "correction" ? endMs - startMs - CORRECTION_SLACK_MS : null;
};

/** Priority charging that follows a plan allows nothing after it. */
const closing = (schedule: Schedule): HeldPeriod[] =>
  schedule.purpose === "priority" && !recurs(schedule)
    ? [
        {
          offsetMs: schedule.endMs - schedule.startMs,
          mode: "limit",
          unit: schedule.unit,
          value: 0,
          phases: null,
        },
      ]
    : [];

const heldPeriod = (schedule: Schedule, period: SchedulePeriod): HeldPeriod => ({
  offsetMs: period.startMs >= schedule.startMs ? period.startMs - schedule.startMs : period.startMs,
  mode: period.mode === "setpoint" ? "setpoint" : "limit",
  unit: schedule.unit,
  value: period.value,
  phases: schedule.phases,
});
