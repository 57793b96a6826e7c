import type { GridEvent } from "../domain/signal.js";
import type { GridEvents } from "../ports/event-store.js";
import { postedEvent, type ScenarioEvent } from "../../sims/index.js";

export interface SimEvents extends GridEvents {
  post(event: ScenarioEvent): void;
}

/** A grid operator's events without a server, for direct simulations. */
export const createSimEvents = (): SimEvents => {
  const events: GridEvent[] = [];
  const listeners: ((eventId: string) => void)[] = [];
  return {
    recent: () => events,
    find: (id) => events.find((event) => event.id === id) ?? null,
    onChange: (listener) => listeners.push(listener),
    post: (posted) => {
      const event = postedEvent(posted, events.length + 1);
      events.push(event);
      for (const listener of listeners) listener(event.id);
    },
  };
};
