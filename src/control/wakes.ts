import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import type { SiteLoop } from "./site-loop.js";

/** What a site waits for; null: for nothing of that kind. */
interface Awaited {
  readonly cause: Cause;
  readonly atMs: EpochMs | null;
}

/** A car that may be gone by then, a station that may be asked again, an event that asks for something else. */
type Cause = "departure" | "retry" | "event-change";

/**
 * Passes for the same cause begin no closer together: a price for each second, or a site of stations that are silent,
 * would have them begin without a pause, and sites take turns.
 */
const APART_MS: Readonly<Record<Cause, number>> = {
  departure: 0,
  retry: 10 * SECOND_MS,
  "event-change": MINUTE_MS,
};

/** Wakes a site's loop for what comes first. */
export const createWakes = (loop: Pick<SiteLoop, "wake">) => {
  const begunMs = new Map<string, EpochMs>();
  const dueMs = ({ cause, atMs }: Awaited): EpochMs =>
    Math.max(atMs ?? Infinity, (begunMs.get(cause) ?? -Infinity) + APART_MS[cause]);
  return {
    /** A pass begins for these causes. */
    began: (causes: readonly string[], atMs: EpochMs): void => {
      for (const cause of causes) if (cause in APART_MS) begunMs.set(cause, atMs);
    },
    next: (awaited: readonly Awaited[]): void => {
      const [first] = awaited.filter(({ atMs }) => atMs !== null).sort((a, b) => dueMs(a) - dueMs(b));
      if (first === undefined) loop.wake(null, "");
      else loop.wake(dueMs(first), first.cause);
    },
  };
};
