import type { FleetEvent } from "../../domain/fleet.js";
import type { Session } from "../../domain/session.js";
import { type PilePlace, pileKey } from "../../domain/sharing.js";
import { type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type { Unstopped } from "../../sharing/steps.js";

/** So long a stop, or another word of the transaction, is waited for: some readings of the meter. */
const STOP_AWAITED_MS = 5 * MINUTE_MS;

interface Kept {
  readonly sessionId: string;
  readonly freeSinceMs: EpochMs;
  readonly awaitedUntilMs: EpochMs;
}

/** Sessions that ended in the ledger since their EVSE is said to be free, though no stop has come. */
export interface UnstoppedSessions {
  hear(event: FleetEvent): void;
  at(pile: PilePlace, nowMs: EpochMs): Unstopped | null;
  /** When one is waited for no longer; null: none is. */
  wakeMs(pile: PilePlace, nowMs: EpochMs): EpochMs | null;
}

/** What is kept of an EVSE after a session was closed there. */
const afterClosing = (before: Kept | undefined, { id, endReason }: Session, atMs: EpochMs): Kept | null => {
  const isKnown = before?.sessionId === id;
  if (endReason === "evse-available")
    return isKnown ? before : { sessionId: id, freeSinceMs: atMs, awaitedUntilMs: atMs + STOP_AWAITED_MS };
  return isKnown ? { ...before, awaitedUntilMs: atMs } : null;
};

/**
 * The ledger takes such an end back once the station speaks of the transaction as running, and makes it that of the
 * stop when that comes. Until then, for a bounded time, nothing is given away.
 */
export const createUnstopped = (): UnstoppedSessions => {
  const kept = new Map<string, Kept>();
  const keep = (key: string, one: Kept | null): void => {
    if (one === null) kept.delete(key);
    else kept.set(key, one);
  };
  return {
    hear: (event) => {
      if (event.kind !== "session-closed" && event.kind !== "session-opened") return;
      const key = pileKey(event);
      const before = kept.get(key);
      if (event.kind === "session-closed") keep(key, afterClosing(before, event.session, event.atMs));
      else if (before !== undefined)
        keep(key, before.sessionId === event.session.id ? null : { ...before, awaitedUntilMs: event.atMs });
    },
    at: (pile, nowMs) => {
      const one = kept.get(pileKey(pile));
      if (one === undefined) return null;
      return { id: one.sessionId, freeSinceMs: one.freeSinceMs, isAwaited: nowMs < one.awaitedUntilMs };
    },
    wakeMs: (pile, nowMs) => {
      const one = kept.get(pileKey(pile));
      return one === undefined || one.awaitedUntilMs <= nowMs ? null : one.awaitedUntilMs;
    },
  };
};
