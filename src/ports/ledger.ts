import type { TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import type { ChargingNeeds, Preference, Session } from "../domain/session.js";
import type { EpochMs } from "../domain/units.js";
import type { UnstoppedReason } from "./transaction-row.js";

/**
 * What became of a transaction message.
 * - `stored`: new, and on disk.
 * - `duplicate`: known already; the same answer as the first time.
 * - `quarantined`: fits no transaction of this station; kept aside and shown, never lost.
 */
export interface Recorded {
  readonly outcome: "stored" | "duplicate" | "quarantined";
  /** The id that OCPP uses: given by the ledger for 1.6. */
  readonly transactionId: string;
  /** The session as it stands after this message; null when quarantined. */
  readonly session: Session | null;
  /** Others on the EVSE that this message ended, or that run again since it moved elsewhere. */
  readonly others: readonly Session[];
}

/** The end of a session whose stop has not come. */
export interface UnstoppedEnd {
  readonly atMs: EpochMs;
  readonly reason: UnstoppedReason;
}

export interface QuarantinedMessage {
  readonly stationId: string;
  readonly atMs: EpochMs;
  readonly event: TransactionEvent | UnclearMessage;
  readonly why: string;
}

/**
 * The book of transactions. Keys of idempotency: OCPP 1.6 start by (station, evse, idToken, station
 * time, meter), stop by (station, transaction), where stops that tell different parts complete one another
 * and of two that tell the same part otherwise the first wins; meter values by (station, transaction,
 * seqNo where there is one, station time, what was metered) — never by message id. An `updated` or `ended` that reaches us before its `started` (2.x, lost or
 * reordered) opens the session with what it says. All methods resolve after the commit.
 */
export interface Ledger {
  record(event: TransactionEvent): Promise<Recorded>;
  /** Keeps a message that cannot be understood in quarantine, once; false when it is there already. */
  keepAside(message: UnclearMessage, why: string): Promise<boolean>;
  /**
   * Ends a session whose stop has not come, and gives it as it then stands. Its own stop corrects the
   * end, and a later message that speaks of it as running takes it back.
   */
  endUnstopped(sessionId: string, end: UnstoppedEnd): Promise<Session>;
  /** What a driver asked for, kept with the session. */
  savePreference(sessionId: string, preference: Preference): Promise<void>;
  /** What the car told of itself; it tells only once, so a restart must find it. */
  saveNeeds(sessionId: string, needs: ChargingNeeds): Promise<void>;
  saveChargeNow(sessionId: string, chargeNow: boolean): Promise<void>;
  /** Sessions without an end, as they stood: what a restart picks up. */
  openSessions(): Promise<readonly Session[]>;
  session(sessionId: string): Promise<Session | null>;
  /** Sessions that overlap [fromMs, toMs), by start. */
  sessionsBetween(fromMs: EpochMs, toMs: EpochMs): Promise<readonly Session[]>;
  quarantined(): Promise<readonly QuarantinedMessage[]>;
  close(): Promise<void>;
}
