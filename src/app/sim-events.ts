import type { GridEvent } from "../domain/signal.js";
import type { Clock } from "../ports/clock.js";
import type { GridEvents } from "../ports/event-store.js";
import type { ScenarioEvent } from "../../sims/index.js";

export interface SimEvents extends GridEvents {
  post(event: ScenarioEvent): void;
}

/** Name of the n-th event of a run, the same in direct and wire mode. */
export const simEventId = (count: number): string => `event-${count}`;

/** A grid operator's events without a server, for direct simulations. */
export const createSimEvents = (clock: Clock): SimEvents => {
  const events: GridEvent[] = [];
  const listeners: ((eventId: string) => void)[] = [];
  return {
    recent: () => events,
    find: (id) => events.find((event) => event.id === id) ?? null,
    onChange: (listener) => listeners.push(listener),
    post: ({ type, value, nodeIds, startMs, endMs }) => {
      const event: GridEvent = {
        id: simEventId(events.length + 1),
        programId: "simulation",
        name: null,
        priority: null,
        modifiedMs: clock.now(),
        nodeIds,
        intervals: [{ id: 0, startMs, endMs, payloads: [{ type, values: [value] }] }],
      };
      events.push(event);
      for (const listener of listeners) listener(event.id);
    },
  };
};
