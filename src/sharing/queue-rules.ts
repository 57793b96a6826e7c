import { isSameToken } from "../domain/id-token.js";
import type { QueueEntry, QueueState, SharedTerms } from "../domain/sharing.js";
import type { EpochMs } from "../domain/units.js";
import { inFairOrder } from "./fair-order.js";

/** What the rules of a shared pile need to know beside its state. */
export interface QueueRules {
  readonly terms: SharedTerms;
  /** Full power of the pile, kW. */
  readonly pileKw: number;
  readonly nowMs: EpochMs;
}

/** Under which a car that waits is expected, and a pile held for it. */
export const waiterId = ({ id }: Pick<QueueEntry, "id">): string => `queue:${id}`;

/** Whether a driver can be called now: the car may come, and its driver is awake. */
export const isCallable = (entry: QueueEntry, nowMs: EpochMs): boolean =>
  entry.readyFromMs <= nowMs && !isOver(entry, nowMs);

/** It waits no more: its deadline has come, or its driver can be called no more. */
export const isOver = ({ deadlineMs, reachableUntilMs }: QueueEntry, nowMs: EpochMs): boolean =>
  deadlineMs <= nowMs || (reachableUntilMs !== null && reachableUntilMs <= nowMs);

/** Those who wait, in the fair order. */
export const queueOrder = (state: QueueState, pileKw: number): QueueEntry[] =>
  inFairOrder(state.waiting, pileKw);

/** The first who can be called, in the fair order; `except`: not the one of this card. */
export const nextInLine = (
  state: QueueState,
  { pileKw, nowMs }: QueueRules,
  except: string | null = null,
): QueueEntry | undefined =>
  queueOrder(state, pileKw).find((entry) => isCallable(entry, nowMs) && !isSameToken(entry.idToken, except));
