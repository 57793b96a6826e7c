import type { GridEvent } from "../domain/signal.js";

/** The grid operator's events in force or to come; the VTN writes, the control loop reads. */
export interface GridEvents {
  /** All events whose timeline is not over. */
  current(): readonly GridEvent[];
  find(eventId: string): GridEvent | null;
  /** Called after each change; the loop plans again. */
  onChange(listener: (eventId: string) => void): void;
}
