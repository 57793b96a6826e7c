import type { GridEvent } from "../domain/signal.js";
import { DAY_MS } from "../domain/units.js";

/** How long an event that is over stays in lists with its result, counted from its last change at the earliest. */
export const FINISHED_EVENT_KEPT_MS = 7 * DAY_MS;

/** The grid operator's events in force or to come; the VTN writes, the control loop reads. */
export interface GridEvents {
  /** All events but those that ended more than `FINISHED_EVENT_KEPT_MS` ago. */
  recent(): readonly GridEvent[];
  find(eventId: string): GridEvent | null;
  /** Called after each change; the sites that the event reaches, or reached before, plan again. */
  onChange(listener: (eventId: string) => void): void;
}
