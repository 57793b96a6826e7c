import type {
  TransactionEnded,
  TransactionEvent,
  TransactionStarted,
  TransactionUpdated,
} from "../domain/fleet.js";
import { plausibleMs, type TransactionRow } from "./transaction-row.js";

/**
 * Which message does what to which transaction: pure, and shared by every ledger.
 *
 * A second start on an EVSE closes the first there, since an EVSE holds one car:
 *
 *     A  |--- samples ---            no stop came → lost, ends where B begins
 *     B                 |--- samples --- stop|
 *
 * The closing is derived from the starts alone. If A's stop comes after all, out of a station's
 * offline queue, it replaces the derived end; if B's start comes before A's, the outcome is the same.
 */

/** What the ledger knows when a message comes in. */
export interface Known {
  /** The transaction that the message names; for an OCPP 1.6 start the one of the same key. */
  readonly row: TransactionRow | null;
  /** A message of the same key is stored. */
  readonly messageKnown: boolean;
  /** For the row that may have to be opened. */
  readonly fresh: { readonly order: number; readonly sessionId: string; readonly transactionId: string };
}

/** `aside`: why the message is also put into quarantine, since it contradicts the one that counts. */
export type Decision =
  | { readonly kind: "store"; readonly row: TransactionRow }
  | { readonly kind: "duplicate"; readonly row: TransactionRow; readonly aside: string | null }
  | { readonly kind: "quarantine"; readonly why: string };

/** OCPP 1.6: a start sent again is known by EVSE, token, the station's time and the meter. */
export const startKeyOf = (event: TransactionStarted): string | null =>
  event.transactionId === null
    ? JSON.stringify([event.evseId, event.idToken, event.stationTimeMs, event.meterWh])
    : null;

/**
 * Key of a message within its transaction. There is one start and one end, the first wins. The time
 * stands beside seqNo because some stations send seqNo 0 for ever.
 */
export const messageKeyOf = (event: TransactionEvent): string => {
  if (event.kind === "transaction-started") return "started";
  if (event.kind === "transaction-ended") return "ended";
  return `${event.seqNo ?? ""}@${event.stationTimeMs}`;
};

/** EVSE and time with which a message would open a transaction. */
export const openingOf = (event: TransactionEvent): { evseId: number; startedMs: number } => ({
  evseId: event.evseId ?? 0,
  startedMs: plausibleMs(event),
});

export const decide = (event: TransactionEvent, known: Known): Decision => {
  if (event.kind === "transaction-started") return decideStart(event, known);
  const { row } = known;
  if (row === null && event.seqNo === null)
    return { kind: "quarantine", why: `this station has no transaction ${event.transactionId}` };
  if (event.kind === "transaction-ended") return decideEnd(event, row ?? opened(event, known));
  if (known.messageKnown && row !== null) return { kind: "duplicate", row, aside: null };
  return { kind: "store", row: withSample(row ?? opened(event, known), event) };
};

const decideStart = (event: TransactionStarted, known: Known): Decision => {
  const { row } = known;
  if (row === null) return { kind: "store", row: withStart(opened(event, known), event) };
  if (!row.startSeen) return { kind: "store", row: withStart(row, event) };
  const same = row.startedMs === plausibleMs(event) && row.startWh === whOrNull(event.meterWh);
  if (same || row.startKey !== null) return { kind: "duplicate", row, aside: null };
  const why = `transaction ${event.transactionId ?? ""} was started before, with another time or meter`;
  return row.endedMs === null ? { kind: "duplicate", row, aside: why } : { kind: "quarantine", why };
};

const decideEnd = (event: TransactionEnded, row: TransactionRow): Decision => {
  if (row.endedMs === null) return { kind: "store", row: withEnd(row, event) };
  const same = row.endedMs === endMsOf(row, event) && row.endWh === whOrNull(event.meterWh);
  const aside = same
    ? null
    : `transaction ${event.transactionId} was ended before, with another time or meter`;
  return { kind: "duplicate", row, aside };
};

const opened = (event: TransactionEvent, { fresh }: Known): TransactionRow => ({
  ...fresh,
  ...openingOf(event),
  stationId: event.stationId,
  startKey: event.kind === "transaction-started" ? startKeyOf(event) : null,
  startSeen: false,
  idToken: null,
  endedMs: null,
  nextStartedMs: null,
  startWh: null,
  lowWh: null,
  highWh: null,
  endWh: null,
  exportStartWh: null,
  exportLowWh: null,
  exportHighWh: null,
  socPercent: null,
  socAtMs: null,
  endReason: null,
  preference: null,
  needs: null,
  chargeNow: false,
});

const withStart = (row: TransactionRow, event: TransactionStarted): TransactionRow => {
  const { evseId, startedMs } = openingOf(event);
  return {
    ...withRegisters(row, event.meterWh, event.exportedWh ?? null),
    evseId,
    startedMs,
    endedMs: row.endedMs === null ? null : Math.max(row.endedMs, startedMs),
    startSeen: true,
    idToken: event.idToken,
    startWh: whOrNull(event.meterWh),
    exportStartWh: whOrNull(event.exportedWh ?? null),
  };
};

const withSample = (row: TransactionRow, event: TransactionUpdated): TransactionRow => {
  const { sample } = event;
  // What a station reports after its own end belongs to whatever it does next, not to this bill.
  if (sample === null || (row.endedMs !== null && plausibleMs(event) > row.endedMs))
    return opening(row, event);
  const metered = withRegisters(row, sample.importedWh, sample.exportedWh);
  return opening(withSoc(metered, event.stationTimeMs, sample.socPercent), event);
};

const withEnd = (row: TransactionRow, event: TransactionEnded): TransactionRow => ({
  ...withRegisters(row, event.meterWh, event.exportedWh),
  evseId: row.evseId === 0 ? (event.evseId ?? 0) : row.evseId,
  endedMs: endMsOf(row, event),
  endWh: whOrNull(event.meterWh),
  endReason: event.reason,
});

/** Before its start is seen, a transaction began at the earliest time anything was heard of it. */
const opening = (row: TransactionRow, event: TransactionUpdated): TransactionRow =>
  row.startSeen
    ? row
    : {
        ...row,
        evseId: row.evseId === 0 ? event.evseId : row.evseId,
        startedMs: Math.min(row.startedMs, plausibleMs(event)),
      };

const endMsOf = (row: TransactionRow, event: TransactionEnded): number =>
  row.startSeen ? Math.max(row.startedMs, plausibleMs(event)) : plausibleMs(event);

const withRegisters = (
  row: TransactionRow,
  imported: number | null,
  exported: number | null,
): TransactionRow => ({
  ...row,
  lowWh: least(row.lowWh, imported),
  highWh: most(row.highWh, imported),
  exportLowWh: least(row.exportLowWh, exported),
  exportHighWh: most(row.exportHighWh, exported),
});

const withSoc = (row: TransactionRow, atMs: number, socPercent: number | null): TransactionRow => {
  if (socPercent === null || (row.socAtMs !== null && atMs < row.socAtMs)) return row;
  const tied = atMs === row.socAtMs ? (row.socPercent ?? 0) : 0;
  return { ...row, socAtMs: atMs, socPercent: Math.max(socPercent, tied) };
};

const whOrNull = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.round(value);

const combine =
  (pick: (a: number, b: number) => number) =>
  (known: number | null, value: number | null): number | null => {
    const whole = whOrNull(value);
    if (whole === null) return known;
    return known === null ? whole : pick(known, whole);
  };
const least = combine(Math.min);
const most = combine(Math.max);
