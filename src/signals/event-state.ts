import type { GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { EventAtSite } from "../domain/views.js";
import { effectiveAt, ignoredAt } from "./ignored.js";
import { pricedPoints, targetedNodes } from "./targeting.js";
import { claimsOf, heldBetween } from "./timeline.js";

/** First start and last end of an event; null where it has no intervals, or no end. */
export const spanOf = (event: GridEvent): { startMs: EpochMs | null; endMs: EpochMs | null } => {
  const { intervals } = event;
  if (intervals.length === 0) return { startMs: null, endMs: null };
  const endMs = Math.max(...intervals.map((interval) => interval.endMs ?? Infinity));
  return {
    startMs: Math.min(...intervals.map((interval) => interval.startMs)),
    endMs: Number.isFinite(endMs) ? endMs : null,
  };
};

export interface StandingQuery {
  readonly site: Site;
  /** All events that may overlap it; it may be among them. */
  readonly events: readonly GridEvent[];
  readonly nowMs: EpochMs;
}

/**
 * What an event does at a site now; null when none of its nodes is there.
 * - `finished`: its last interval is over.
 * - `ignored`: nothing of it, now or later, has an effect here; `ignored` says why.
 * - `upcoming`: it has an effect later, and none now (before it begins, and in its gaps).
 * - `overruled`: at every place it aims at, another event holds now.
 * - `in-force`: it holds at one place at least.
 */
export const eventAtSite = (event: GridEvent, query: StandingQuery): EventAtSite | null => {
  const { site, nowMs } = query;
  if (targetedNodes(event, site).length === 0) return null;
  const told = { siteId: site.id, overruledBy: null, ignored: ignoredAt(event, site) };
  const { endMs } = spanOf(event);
  if (endMs !== null && endMs <= nowMs) return { ...told, state: "finished" };
  const rest = effectiveAt(event, site).intervals.filter(
    (interval) => interval.payloads.length > 0 && (interval.endMs ?? Infinity) > nowMs,
  );
  if (rest.length === 0) return { ...told, state: "ignored" };
  const current = rest.filter(({ startMs }) => startMs <= nowMs);
  if (current.length === 0) return { ...told, state: "upcoming" };
  const types = new Set(current.flatMap(({ payloads }) => payloads.map(({ type }) => type)));
  const holders = [...types].flatMap((type) => holdersOf(event, type, query));
  return holders.includes(event.id)
    ? { ...told, state: "in-force" }
    : { ...told, state: "overruled", overruledBy: holders[0] ?? null };
};

/** Where a payload type of an event takes hold: metering points for prices, else nodes. */
const placesOf = (event: GridEvent, type: string, site: Site): readonly string[] =>
  type === "PRICE" || type === "EXPORT_PRICE"
    ? pricedPoints(event, site).map(({ id }) => id)
    : targetedNodes(event, site);

/** Ids of the events that hold now at each place of this one. */
const holdersOf = (event: GridEvent, type: string, { site, events, nowMs }: StandingQuery): string[] =>
  placesOf(event, type, site).flatMap((place) => {
    const claims = events
      .filter((other) => placesOf(other, type, site).includes(place))
      .flatMap((other) => claimsOf(effectiveAt(other, site), type));
    return heldBetween(claims, nowMs, nowMs + 1).flatMap(({ claim }) => claim?.event.id ?? []);
  });
