import type { QueueEntry } from "../domain/sharing.js";
import { clamp, DAY_MS, type EpochMs, HOUR_MS } from "../domain/units.js";

/** The most slack that counts: a car that has a week to spare waits as one that has a day. */
const MOST_SLACK_MS = DAY_MS;

/** By how much an hour of waiting brings a car forward, in hours of slack. */
export const AGEING = 1;

type Wanting = Pick<QueueEntry, "energyNeedKwh" | "deadlineMs" | "joinedMs" | "behindKeyMs">;

/** Time that a car could wait when it joined and still be ready, at the pile's full power; 0 to a day. */
export const slackMs = ({ energyNeedKwh, deadlineMs, joinedMs }: Wanting, pileKw: number): number => {
  const chargingMs = pileKw > 0 ? (energyNeedKwh / pileKw) * HOUR_MS : 0;
  return clamp(deadlineMs - chargingMs - joinedMs, 0, MOST_SLACK_MS);
};

/**
 * Place in the fair order: the smallest is next. At a moment `now` a car's laxity is `slack − (now − joined)`,
 * and ageing takes `AGEING · (now − joined)` more off it; `now` is the same for all, so what orders them is
 *
 *     key = slack + (1 + AGEING) · joined
 *
 * which no passing of time changes: two cars that wait never change places. A car that comes later overtakes
 * one that waits only if it has less slack, by twice the time that it came later; none that joins
 * `slack / (1 + AGEING)` after a car, at most half a day, comes before it, however urgent.
 */
export const orderKeyMs = (entry: Wanting, pileKw: number): EpochMs =>
  Math.max(slackMs(entry, pileKw) + (1 + AGEING) * entry.joinedMs, entry.behindKeyMs ?? -Infinity);

/** The fair order; of equals the one that joined first, then by id, whatever order they come in. */
export const inFairOrder = (waiting: readonly QueueEntry[], pileKw: number): QueueEntry[] =>
  waiting
    .map((entry) => ({ entry, keyMs: orderKeyMs(entry, pileKw) }))
    .toSorted(
      (a, b) =>
        a.keyMs - b.keyMs || a.entry.joinedMs - b.entry.joinedMs || (a.entry.id < b.entry.id ? -1 : 1),
    )
    .map(({ entry }) => entry);
