import type { GridEvent } from "../domain/signal.js";
import type { EpochMs } from "../domain/units.js";
import type { EventView } from "../domain/views.js";

/** An event as pages and the API show it. */
export const viewEvent = (event: GridEvent, nowMs: EpochMs): EventView => {
  const startMs = Math.min(...event.intervals.map((interval) => interval.startMs));
  const ends = event.intervals.map((interval) => interval.endMs);
  const endMs = ends.some((end) => end === null) ? null : Math.max(...ends.map((end) => end ?? 0));
  return {
    id: event.id,
    programId: event.programId,
    name: event.name,
    startMs,
    endMs,
    state: startMs > nowMs ? "far" : endMs !== null && endMs <= nowMs ? "completed" : "active",
    payloadTypes: [...new Set(event.intervals.flatMap(({ payloads }) => payloads.map(({ type }) => type)))],
    nodeIds: event.nodeIds,
  };
};
