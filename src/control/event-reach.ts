import type { GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { GridEvents } from "../ports/event-store.js";
import { targetedNodes } from "../signals/targeting.js";

export interface EventReach {
  /** Takes in the events that stand. */
  recall(): void;
  /** The sites to which a change of an event may matter: those that it aims at, and those that it aimed at before. */
  after(eventId: string): readonly Site[];
}

/** Remembers at what events aimed, since a change tells only how one stands after it, or that it is gone. */
export const createEventReach = (
  events: Pick<GridEvents, "recent" | "find">,
  sites: readonly Site[],
): EventReach => {
  const known = new Map<string, GridEvent>();
  return {
    recall: () => events.recent().forEach((event) => known.set(event.id, event)),
    after: (eventId) => {
      const before = known.get(eventId);
      const after = events.find(eventId);
      if (after === null) known.delete(eventId);
      else known.set(eventId, after);
      const told = [before, after].filter((event) => event != null);
      // Of one that nobody knew, and that is gone, nobody can say where it was.
      if (told.length === 0) return sites;
      return sites.filter((site) => told.some((event) => targetedNodes(event, site).length > 0));
    },
  };
};
