import type { GridEvent } from "../../src/domain/signal.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { ScenarioEvent } from "../scenario.js";

/** Name of the n-th event of a run, the same in direct and wire mode. */
export const simEventId = (count: number): string => `event-${count}`;

/** An event of the scenario as it stands once it is posted, as the n-th. */
export const postedEvent = (event: ScenarioEvent, count: number): GridEvent => ({
  id: simEventId(count),
  programId: "simulation",
  name: null,
  priority: null,
  modifiedMs: event.postMs,
  nodeIds: event.nodeIds,
  intervals: [
    {
      id: 0,
      startMs: event.startMs,
      endMs: event.endMs,
      payloads: [{ type: event.type, values: [event.value] }],
    },
  ],
});

/** The events of a scenario in the order in which they are posted; `modifiedMs` is when. */
export const postedEvents = (events: readonly ScenarioEvent[]): GridEvent[] =>
  events.toSorted((a, b) => a.postMs - b.postMs).map((event, index) => postedEvent(event, index + 1));

const PRICES = ["PRICE", "EXPORT_PRICE"];

/**
 * Moments at which an event's prices begin or end, in order of time. A price holds from when it was
 * posted: what was drawn before is paid as it was known then.
 */
export const priceChanges = (events: readonly ScenarioEvent[]): EpochMs[] => {
  const moments = events
    .filter(({ type }) => PRICES.includes(type))
    .flatMap(({ postMs, startMs, endMs }) => [Math.max(postMs, startMs), Math.max(postMs, endMs)]);
  return [...new Set(moments)].toSorted((a, b) => a - b);
};
