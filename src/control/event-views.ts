import type { GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { EventState, EventView } from "../domain/views.js";
import { eventAtSite, spanOf } from "../signals/event-state.js";

/** What it does at any site is what it does, in this order. */
const MOST_FIRST: readonly EventState[] = ["in-force", "upcoming", "overruled", "ignored", "finished"];

/** Events as pages and the API show them, in order of their start, each with what it does now at each site. */
export const viewEvents = (
  events: readonly GridEvent[],
  sites: readonly Site[],
  nowMs: EpochMs,
): EventView[] =>
  events.map((event) => viewEvent(event, { events, sites, nowMs })).toSorted((a, b) => a.startMs - b.startMs);

const viewEvent = (
  event: GridEvent,
  { events, sites, nowMs }: { events: readonly GridEvent[]; sites: readonly Site[]; nowMs: EpochMs },
): EventView => {
  const standings = sites.flatMap((site) => eventAtSite(event, { site, events, nowMs }) ?? []);
  const { startMs, endMs } = spanOf(event);
  return {
    id: event.id,
    programId: event.programId,
    name: event.name,
    startMs: startMs ?? event.modifiedMs,
    endMs,
    state: MOST_FIRST.find((state) => standings.some((one) => one.state === state)) ?? "ignored",
    sites: standings,
    payloadTypes: [...new Set(event.intervals.flatMap(({ payloads }) => payloads.map(({ type }) => type)))],
    nodeIds: event.nodeIds,
  };
};
