import type { CallResult } from "./outbox.js";

/** What became of a message from a station: answered, refused for what it says, or failed for a fault of ours. */
export type InboundOutcome = "answered" | "refused" | "failed";
export type OutboundOutcome = CallResult["kind"];

/** Counts the messages of one version; on the way of every message, so that it keeps nothing of it. */
export interface Traffic {
  /** Milliseconds that only grow, by the wall: how long we and a station take is no matter of a virtual clock. */
  nowMs(): number;
  received(action: string, outcome: InboundOutcome, sinceMs: number): void;
  /** `sinceMs`: when it was written; null: it never was. */
  called(action: string, outcome: OutboundOutcome, sinceMs: number | null): void;
}

/** Counts nothing. */
export const NO_TRAFFIC: Traffic = { nowMs: () => 0, received: () => undefined, called: () => undefined };
