import {
  LARGEST_EVSE_ID,
  type MeterSample,
  type TransactionEnded,
  type TransactionEvent,
  type TransactionStarted,
  type TransactionUpdated,
} from "../domain/fleet.js";
import { MINUTE_MS } from "../domain/units.js";
import type { UnstoppedEnd } from "./ledger.js";
import { plausibleMs, registersOf, type TransactionRow, wholeWh } from "./transaction-row.js";

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
 *
 * A station may also say that the EVSE is free, or an operator that the session is over:
 *
 *     A  |--- samples --- free              no stop came → ended there, until
 *     A  |--- samples --- free --- samples  A is heard of again: it runs
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

/** `aside`: why the message is also put into quarantine: it contradicts the one that counts, or is absurd. */
export type Decision =
  | { readonly kind: "store"; readonly row: TransactionRow; readonly aside: string | null }
  | { readonly kind: "duplicate"; readonly row: TransactionRow; readonly aside: string | null }
  | { readonly kind: "quarantine"; readonly why: string };

/** OCPP 1.6: a start sent again is known by EVSE, token, the station's time and the meter. */
export const startKeyOf = (event: TransactionStarted): string | null =>
  event.transactionId === null
    ? JSON.stringify([event.evseId, event.idToken, event.stationTimeMs, event.meterWh])
    : null;

/**
 * Key of a message within its transaction. There is one start and one end, the first wins. The time
 * stands beside seqNo because some stations send seqNo 0 for ever, and what was metered beside both
 * because some tell power and energy of one moment in two messages.
 */
export const messageKeyOf = (event: TransactionEvent): string => {
  if (event.kind === "transaction-started") return "started";
  if (event.kind === "transaction-ended") return "ended";
  return `${event.seqNo ?? ""}@${event.stationTimeMs}${event.sample === null ? "" : meteredKey(event.sample)}`;
};

/** Power counts only where nothing else was told: beside a register it may be derived, and differ next time. */
const meteredKey = ({ importedWh, exportedWh, socPercent, powerKw }: MeterSample): string => {
  const told = [importedWh, exportedWh, socPercent];
  return JSON.stringify(told.every((value) => value === null) ? powerKw : told);
};

/** EVSE and time with which a message would open a transaction. */
export const openingOf = (event: TransactionEvent): { evseId: number; startedMs: number } => ({
  evseId: event.evseId ?? 0,
  startedMs: plausibleMs(event),
});

export const decide = (event: TransactionEvent, known: Known): Decision => {
  const why = unusable(event, known.row);
  if (why !== null) return { kind: "quarantine", why };
  if (event.kind === "transaction-started") return decideStart(event, known);
  const row = known.row ?? opened(event, known);
  if (event.kind === "transaction-ended") return decideEnd(event, row);
  return known.messageKnown ? { kind: "duplicate", row, aside: null } : stored(event, withSample(row, event));
};

const stored = (event: TransactionEvent, row: TransactionRow): Decision => ({
  kind: "store",
  row,
  aside: absurdity(event),
});

/** Why a message can belong to no transaction at all; null when it can. */
const unusable = (event: TransactionEvent, row: TransactionRow | null): string | null => {
  const { evseId, transactionId } = event;
  if (transactionId === "") return "it names no transaction";
  if (evseId !== null && (evseId < 1 || evseId > LARGEST_EVSE_ID)) return `there is no EVSE ${evseId}`;
  const unknown = row === null && event.kind !== "transaction-started" && event.seqNo === null;
  return unknown ? `this station has no transaction ${transactionId}` : null;
};

/** Registers that no meter can show are not counted: the transaction goes on without them. */
const absurdity = (event: TransactionEvent): string | null => {
  const { importedWh, exportedWh } = registersOf(event);
  const absurd = [importedWh, exportedWh].find((value) => value !== null && wholeWh(value) === null);
  return absurd === undefined ? null : `no meter shows ${absurd} Wh: it was not counted`;
};

const decideStart = (event: TransactionStarted, known: Known): Decision => {
  const { row } = known;
  if (row === null) return stored(event, withStart(opened(event, known), event));
  if (!row.startSeen) return stored(event, withStart(row, event));
  const same = row.startedMs === plausibleMs(event) && row.startWh === wholeWh(event.meterWh);
  if (same || row.startKey !== null) return { kind: "duplicate", row, aside: null };
  const why = `transaction ${event.transactionId ?? ""} was started before, with another time or meter`;
  return row.endedMs === null ? { kind: "duplicate", row, aside: why } : { kind: "quarantine", why };
};

const decideEnd = (event: TransactionEnded, row: TransactionRow): Decision => {
  if (row.endedMs === null) return stored(event, withEnd(row, event));
  const same = row.endedMs === endMsOf(row, event) && row.endWh === wholeWh(event.meterWh);
  const aside = same
    ? null
    : `transaction ${event.transactionId} was ended before, with another time or meter`;
  return { kind: "duplicate", row, aside };
};

/**
 * The last moments of a transaction may be told after the connector is free, and by another clock:
 * only what is later than this takes back the end of a transaction without a stop.
 */
const AFTERGLOW_MS = MINUTE_MS;

/** The row of a transaction that must have ended though no stop came; unchanged where it went on. */
export const withUnstoppedEnd = (row: TransactionRow, { atMs, reason }: UnstoppedEnd): TransactionRow => {
  const heardMs = row.heardMs ?? row.startedMs;
  // Whoever ends it by hand knows better than a clock that is ahead.
  const endMs = reason === "ended-by-operator" ? Math.max(atMs, heardMs) : atMs;
  const goneOn = heardMs - AFTERGLOW_MS > endMs;
  if (row.endedMs !== null || goneOn || endMs <= (row.unstoppedMs ?? -Infinity)) return row;
  return { ...row, unstoppedMs: endMs, unstoppedReason: reason };
};

/** What speaks of a transaction as running. */
const heard = (row: TransactionRow, event: TransactionStarted | TransactionUpdated): TransactionRow => {
  const heardMs = Math.max(row.heardMs ?? -Infinity, plausibleMs(event));
  const stands = row.unstoppedMs !== null && heardMs - AFTERGLOW_MS <= row.unstoppedMs;
  return {
    ...withToken(row, event),
    heardMs,
    unstoppedMs: stands ? row.unstoppedMs : null,
    unstoppedReason: stands ? row.unstoppedReason : null,
  };
};

/** The card shown last counts; of two at one time the refused one. */
const withToken = (row: TransactionRow, event: TransactionStarted | TransactionUpdated): TransactionRow => {
  const { authorized, stationTimeMs } = event;
  if (authorized === undefined || (row.tokenAtMs !== null && stationTimeMs < row.tokenAtMs)) return row;
  const tied = stationTimeMs === row.tokenAtMs ? row.authorized : true;
  return { ...row, authorized: authorized && tied, tokenAtMs: stationTimeMs };
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
  unstoppedMs: null,
  unstoppedReason: null,
  heardMs: null,
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
  authorized: true,
  tokenAtMs: null,
});

const withStart = (row: TransactionRow, event: TransactionStarted): TransactionRow => {
  const { evseId, startedMs } = openingOf(event);
  return {
    ...withRegisters(heard(row, event), event),
    evseId,
    startedMs,
    endedMs: row.endedMs === null ? null : Math.max(row.endedMs, startedMs),
    startSeen: true,
    idToken: event.idToken,
    startWh: wholeWh(event.meterWh),
    exportStartWh: wholeWh(event.exportedWh ?? null),
  };
};

const withSample = (before: TransactionRow, event: TransactionUpdated): TransactionRow => {
  const { sample } = event;
  const row = opening(heard(before, event), event);
  // What a station reports after its own end belongs to whatever it does next, not to this bill.
  if (sample === null || (row.endedMs !== null && plausibleMs(event) > row.endedMs)) return row;
  return withSoc(withRegisters(row, event), event.stationTimeMs, sample.socPercent);
};

const withEnd = (row: TransactionRow, event: TransactionEnded): TransactionRow => ({
  ...withRegisters(row, event),
  evseId: row.evseId === 0 ? (event.evseId ?? 0) : row.evseId,
  endedMs: endMsOf(row, event),
  endWh: wholeWh(event.meterWh),
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

const withRegisters = (row: TransactionRow, event: TransactionEvent): TransactionRow => {
  const { importedWh, exportedWh } = registersOf(event);
  return {
    ...row,
    lowWh: least(row.lowWh, importedWh),
    highWh: most(row.highWh, importedWh),
    exportLowWh: least(row.exportLowWh, exportedWh),
    exportHighWh: most(row.exportHighWh, exportedWh),
  };
};

const withSoc = (row: TransactionRow, atMs: number, socPercent: number | null): TransactionRow => {
  if (socPercent === null || (row.socAtMs !== null && atMs < row.socAtMs)) return row;
  const tied = atMs === row.socAtMs ? (row.socPercent ?? 0) : 0;
  return { ...row, socAtMs: atMs, socPercent: Math.max(socPercent, tied) };
};

const combine =
  (pick: (a: number, b: number) => number) =>
  (known: number | null, value: number | null): number | null => {
    const whole = wholeWh(value);
    if (whole === null) return known;
    return known === null ? whole : pick(known, whole);
  };
const least = combine(Math.min);
const most = combine(Math.max);
