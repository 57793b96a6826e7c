import { YouxuError } from "../domain/errors.js";
import type { GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import { HOUR_MS } from "../domain/units.js";
import type { EventResult } from "../domain/views.js";
import { eventResult } from "../settlement/event-result.js";
import { intervalCapKw } from "../signals/interval-cap.js";
import type { OperationsParts } from "./operations.js";

/** Measurements from this long before an event on are read, for its baseline. */
const BASELINE_SPAN_MS = 2 * HOUR_MS;

/** What an event brought, from the telemetry: measured, against the last quarter of an hour before it. */
export const resultOfEvent = async (context: OperationsParts, eventId: string): Promise<EventResult> => {
  const { events, telemetry, clock } = context.parts;
  const event = events.find(eventId);
  if (event === null) throw new YouxuError("not-found.event", `no event "${eventId}"`, "eventId");
  const site = siteOfEvent(context, event);
  const starts = event.intervals.map(({ startMs }) => startMs);
  const nowMs = clock.now();
  const measurements = await telemetry.between({
    siteId: site.id,
    kind: atRoot(site, event) ? "site-import" : "ev",
    fromMs: Math.min(nowMs, ...starts) - BASELINE_SPAN_MS,
    toMs: nowMs + 1,
  });
  const node = site.nodes.find(({ id }) => id === (event.nodeIds[0] ?? site.rootNodeId)) ?? null;
  return eventResult({
    event,
    measurements,
    nowMs,
    maxHoldMs: site.measurementStaleMs,
    capKwOf: (interval) => intervalCapKw(interval, node?.importLimitKw ?? null),
  });
};

/** The first site that an event's nodes lie in; without targets, the first site. */
const siteOfEvent = ({ runs }: OperationsParts, event: GridEvent): Site => {
  const sites = [...runs.values()].map(({ site }) => site);
  const named = sites.find((site) => site.nodes.some(({ id }) => event.nodeIds.includes(id)));
  const site = named ?? (event.nodeIds.length === 0 ? sites[0] : undefined);
  if (site === undefined)
    throw new YouxuError("not-found.site", "the event's nodes are at no site", event.id);
  return site;
};

/** An event on the site's root is measured by the site meter, one on a node below it by the cars. */
const atRoot = (site: Site, event: GridEvent): boolean =>
  event.nodeIds.length === 0 || event.nodeIds.includes(site.rootNodeId);
