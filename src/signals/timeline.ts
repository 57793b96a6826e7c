import type { EventInterval, GridEvent } from "../domain/signal.js";
import type { EpochMs } from "../domain/units.js";

/** One value of an event with the time in which it holds; open-ended: `endMs` is Infinity. */
export interface Claim {
  readonly event: GridEvent;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly value: unknown;
}

type Values = readonly unknown[];

/** Several values of one payload split their interval in equal parts; an open-ended one has no parts. */
const claimsOfInterval = (event: GridEvent, interval: EventInterval, values: Values): Claim[] => {
  const { startMs, endMs } = interval;
  if (endMs === null || values.length <= 1)
    return values.slice(0, 1).map((value) => ({ event, startMs, endMs: endMs ?? Infinity, value }));
  const partMs = (endMs - startMs) / values.length;
  return values.map((value, part) => ({
    event,
    startMs: Math.round(startMs + part * partMs),
    endMs: Math.round(startMs + (part + 1) * partMs),
    value,
  }));
};

/** What an event claims with one payload type, in order of its intervals. */
export const claimsOf = (event: GridEvent, type: string): Claim[] =>
  event.intervals.flatMap((interval) =>
    interval.payloads
      .filter((payload) => payload.type === type)
      .flatMap((payload) => claimsOfInterval(event, interval, payload.values)),
  );

const rank = (event: GridEvent): number => event.priority ?? Infinity;

/**
 * Order among events that overlap: the lower priority number first, 0 highest, none lowest; of equal
 * ones the latest modification; then the smaller id, and within
 * one event the interval that began last, so that the order is total.
 */
const byPrecedence = (a: Claim, b: Claim): number => {
  const [rankA, rankB] = [rank(a.event), rank(b.event)];
  if (rankA !== rankB) return rankA - rankB;
  if (a.event.modifiedMs !== b.event.modifiedMs) return b.event.modifiedMs - a.event.modifiedMs;
  if (a.event.id !== b.event.id) return a.event.id < b.event.id ? -1 : 1;
  return b.startMs - a.startMs;
};

/** A stretch of time with the claim that holds in it, and an equal-ranked one that it set aside. */
export interface Held {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly claim: Claim | null;
  readonly tiedWith: Claim | null;
}

/**
 * [fromMs, toMs) cut where the claim that holds changes.
 *
 *     A  priority 2     |-------------------|
 *     B  priority 1            |------|
 *     holds             |--A---|--B---|--A--|
 */
export const heldBetween = (claims: readonly Claim[], fromMs: EpochMs, toMs: EpochMs): Held[] => {
  const near = claims.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
  const edges = near.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  const inside = edges.filter((edge) => edge > fromMs && edge < toMs);
  const cuts = [...new Set([fromMs, ...inside, toMs])].toSorted((a, b) => a - b);
  return cuts.slice(0, -1).map((startMs, index) => {
    const endMs = cuts[index + 1] ?? toMs;
    const [claim = null, next = null] = near
      .filter((candidate) => candidate.startMs <= startMs && candidate.endMs > startMs)
      .toSorted(byPrecedence);
    const tied = claim !== null && next !== null && claim.event !== next.event;
    return {
      startMs,
      endMs,
      claim,
      tiedWith: tied && rank(claim.event) === rank(next.event) ? next : null,
    };
  });
};
