import type { Schedule } from "../domain/schedule.js";
import { mergeEqual } from "./periods.js";

/** A session's schedule as one for priority charging, which never discharges: what it draws, and no more. */
export const priorityAlong = (schedule: Schedule): Schedule => ({
  ...schedule,
  purpose: "priority",
  periods: mergeEqual(
    schedule.periods.map((period) => ({
      ...period,
      mode: "charge-limit",
      value: Math.max(0, period.value),
      powerKw: Math.max(0, period.powerKw),
    })),
  ),
});
