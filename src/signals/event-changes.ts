import type { GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { effectiveAt } from "./ignored.js";
import { targetedNodes } from "./targeting.js";
import { claimsOf } from "./timeline.js";

export interface ChangesQuery {
  readonly events: readonly GridEvent[];
  readonly site: Site;
  /** Not itself among them. */
  readonly fromMs: EpochMs;
  /** Not itself among them. */
  readonly untilMs: EpochMs;
}

/**
 * Moments between two at which what some event asks of a site may change, in order of time: starts and ends of
 * intervals, and of the parts into which several values split one. Events keep to no quarter of an hour.
 */
export const eventChanges = ({ events, site, fromMs, untilMs }: ChangesQuery): EpochMs[] => {
  const moments = events
    .filter((event) => targetedNodes(event, site).length > 0 && endOf(event) > fromMs)
    .map((event) => effectiveAt(event, site))
    .flatMap((event) => typesOf(event).flatMap((type) => claimsOf(event, type)))
    .flatMap(({ startMs, endMs }) => [startMs, endMs]);
  return [...new Set(moments)].filter((atMs) => atMs > fromMs && atMs < untilMs).sort((a, b) => a - b);
};

const endOf = ({ intervals }: GridEvent): EpochMs =>
  intervals.reduce((latest, { endMs }) => Math.max(latest, endMs ?? Infinity), -Infinity);

const typesOf = ({ intervals }: GridEvent): string[] => [
  ...new Set(intervals.flatMap(({ payloads }) => payloads.map(({ type }) => type))),
];
