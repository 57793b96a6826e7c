import type {
  MeterSample,
  TransactionEnded,
  TransactionEvent,
  TransactionStarted,
  TransactionUpdated,
} from "../../src/domain/fleet.js";
import type { Session } from "../../src/domain/session.js";

export const T0 = Date.UTC(2026, 5, 1, 17);
export const minutes = (count: number): number => T0 + count * 60_000;

export const started = (change: Partial<TransactionStarted> = {}): TransactionStarted => ({
  kind: "transaction-started",
  stationId: "CP1",
  evseId: 1,
  transactionId: "tx-1",
  seqNo: 0,
  atMs: T0,
  stationTimeMs: T0,
  idToken: "CARD",
  meterWh: 10_000,
  ...change,
});

export const sampleOf = (change: Partial<MeterSample> = {}): MeterSample => ({
  atMs: T0,
  powerKw: 7,
  importedWh: null,
  exportedWh: null,
  socPercent: null,
  ...change,
});

export const updated = (
  change: Partial<TransactionUpdated> = {},
  sample: Partial<MeterSample> = {},
): TransactionUpdated => ({
  kind: "transaction-updated",
  stationId: "CP1",
  evseId: 1,
  transactionId: "tx-1",
  seqNo: 1,
  atMs: minutes(10),
  stationTimeMs: minutes(10),
  sample: sampleOf({ importedWh: 11_000, ...sample }),
  ...change,
});

export const ended = (change: Partial<TransactionEnded> = {}): TransactionEnded => ({
  kind: "transaction-ended",
  stationId: "CP1",
  evseId: 1,
  transactionId: "tx-1",
  seqNo: 2,
  atMs: minutes(60),
  stationTimeMs: minutes(60),
  meterWh: 17_000,
  exportedWh: null,
  reason: "EVDisconnected",
  ...change,
});

/** The same station on OCPP 1.6: the ledger gives the transaction id, nothing has a sequence number. */
export const v16 = {
  started: (change: Partial<TransactionStarted> = {}) =>
    started({ transactionId: null, seqNo: null, ...change }),
  updated: (transactionId: string, change: Partial<TransactionUpdated> = {}) =>
    updated({ transactionId, seqNo: null, ...change }),
  ended: (transactionId: string, change: Partial<TransactionEnded> = {}) =>
    ended({ transactionId, seqNo: null, evseId: null, ...change }),
};

/** What a session is billed by. */
export const billOf = (session: Session) => ({
  stationId: session.stationId,
  evseId: session.evseId,
  transactionId: session.transactionId,
  idToken: session.idToken,
  startedMs: session.startedMs,
  endedMs: session.endedMs,
  importedWh: Math.round(session.importedKwh * 1000),
  exportedWh: Math.round(session.exportedKwh * 1000),
  socPercent: session.socPercent,
});

export const bills = (sessions: readonly Session[]) =>
  sessions.map(billOf).sort((a, b) => a.transactionId.localeCompare(b.transactionId));

/** The same message as it comes in again, later, out of a station's queue. */
export const resent = <E extends TransactionEvent>(event: E): E => ({ ...event, atMs: event.atMs + 90_000 });
