import type { Clock } from "../../ports/clock.js";
import type { Admission } from "./admission.js";
import type { EventBook } from "./event-book.js";
import type { Log } from "./problem.js";
import type { ProgramBook } from "./program-book.js";

/** What the routes of programs and events work on. */
export interface RouteParts {
  readonly programs: ProgramBook;
  readonly events: EventBook;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly knownNodes: () => ReadonlySet<string>;
  readonly log: Log;
}

export interface IdParams {
  Params: { id: string };
}

export const idOf = (request: { params: { id: string } }): string => request.params.id;

export const stamp = (clock: Clock): string => new Date(clock.now()).toISOString();

export const newMetadata = ({ clock, newId }: RouteParts) => {
  const now = stamp(clock);
  return { id: newId(), createdDateTime: now, modificationDateTime: now };
};
