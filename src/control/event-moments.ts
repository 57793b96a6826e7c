import type { Horizon } from "../domain/horizon.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { eventChanges } from "../signals/event-changes.js";
import type { ControlParts } from "./contract.js";

type EventParts = Pick<ControlParts, "events">;

/**
 * Where events change within the slot that runs: it is cut there, so that a limit holds neither before its event
 * begins nor after its end. Slots to come are cut when they run: a day of five-minute prices would be three plans long.
 */
export const changesInRunningSlot = (
  { events }: EventParts,
  site: Site,
  { startsMs, endMs }: Horizon,
): EpochMs[] => {
  const [fromMs = endMs, untilMs = endMs] = startsMs;
  return eventChanges({ events: events.recent(), site, fromMs, untilMs });
};

/**
 * When what some event asks of the site changes next after a moment; null: nothing changes any more. It is asked from
 * the begin of a pass on: what changes while that runs was not known to it.
 */
export const nextEventChangeMs = ({ events }: EventParts, site: Site, fromMs: EpochMs): EpochMs | null =>
  eventChanges({ events: events.recent(), site, fromMs, untilMs: Infinity })[0] ?? null;
