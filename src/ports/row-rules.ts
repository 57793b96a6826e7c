import type {
  TransactionEnded,
  TransactionEvent,
  TransactionStarted,
  TransactionUpdated,
} from "../domain/fleet.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import type { UnstoppedEnd } from "./ledger.js";
import {
  endTimeRankOf,
  isEndBroken,
  plausibleMs,
  registersOf,
  type TransactionRow,
  UNMETERED,
  wholeWh,
} from "./transaction-row.js";

/** What each message adds to a transaction's row: first known, least, most or latest, whatever the order. */

/** Given to a row when it is opened. */
export interface FreshRow {
  readonly order: number;
  readonly sessionId: string;
  readonly transactionId: string;
  readonly startKey: string | null;
}

/** OCPP 1.6: a start sent again is known by EVSE, token, the station's time as it came and the meter. */
export const startKeyOf = (event: TransactionStarted): string | null =>
  event.transactionId === null
    ? JSON.stringify([event.evseId, event.idToken, event.unreadTime ?? event.stationTimeMs, event.meterWh])
    : null;

/** EVSE and time with which a message would open a transaction. */
export const openingOf = (event: TransactionEvent): { evseId: number; startedMs: number } => ({
  evseId: event.evseId ?? 0,
  startedMs: plausibleMs(event),
});

/**
 * The last moments of a transaction may be told after the connector is free, and by another clock:
 * only what is later than this takes back the end of a transaction without a stop.
 */
const AFTERGLOW_MS = MINUTE_MS;

/** Whether a sample may tell what an end of OCPP 1.6 cannot: the register of what was given back, as it then stood. */
export const tellsLastExport = (atMs: EpochMs, endedMs: EpochMs): boolean => atMs - endedMs <= AFTERGLOW_MS;

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

/** The row that a message opens; what the message says is not yet in it. */
export const opened = (event: TransactionEvent, fresh: FreshRow): TransactionRow => ({
  ...fresh,
  ...openingOf(event),
  stationId: event.stationId,
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
  endTimeRank: 0,
  exportStartWh: null,
  exportLowWh: null,
  exportHighWh: null,
  implausible: false,
  socPercent: null,
  socAtMs: null,
  endReason: null,
  preference: null,
  needs: null,
  chargeNow: false,
  authorized: true,
  tokenAtMs: null,
  registers: UNMETERED,
});

export const withStart = (row: TransactionRow, event: TransactionStarted): TransactionRow => {
  const { evseId, startedMs } = openingOf(event);
  return {
    ...withRegisters(heard(row, event), event),
    evseId,
    startedMs,
    endedMs: row.endedMs === null ? null : Math.max(row.endedMs, startedMs),
    startSeen: true,
    idToken: event.idToken ?? row.idToken,
    startWh: wholeWh(event.meterWh),
    exportStartWh: wholeWh(event.exportedWh ?? null),
  };
};

export const withSample = (before: TransactionRow, event: TransactionUpdated): TransactionRow => {
  const { sample, idToken = null } = event;
  // A start that told one stands; of those that come after the cable the first.
  const row = withCard(opening(heard(before, event), event), idToken);
  if (sample === null) return row;
  return withSoc(withSampled(row, event), event.stationTimeMs, sample.socPercent);
};

const withCard = (row: TransactionRow, idToken: string | null): TransactionRow =>
  row.idToken === null && idToken !== null ? { ...row, idToken } : row;

/** What a station meters after its own end belongs to whatever it does next, not to this bill. */
const withSampled = (row: TransactionRow, event: TransactionUpdated): TransactionRow => {
  const { endedMs } = row;
  const atMs = plausibleMs(event);
  if (endedMs === null || atMs <= endedMs) return withRegisters(row, event);
  return tellsLastExport(atMs, endedMs) ? withExported(row, event) : row;
};

/**
 * Ends complete one another: each part is that of the first end that tells it, the time that of the first
 * of the highest rank. So a poor end before a full one leaves the same as a full one before a poor one. A
 * register that cannot be is as good as none once another is told.
 */
export const withEnd = (row: TransactionRow, event: TransactionEnded): TransactionRow => {
  const meterWh = wholeWh(event.meterWh);
  const metered = withRegisters(row, event);
  const isMended = isEndBroken(row) && meterWh !== null && !isEndBroken({ ...metered, endWh: meterWh });
  const rank = endTimeRankOf(event);
  const isTimeKept = row.endedMs !== null && rank <= Math.min(row.endTimeRank, isMended ? 1 : 2);
  return {
    ...metered,
    evseId: row.evseId === 0 ? (event.evseId ?? 0) : row.evseId,
    endedMs: isTimeKept ? row.endedMs : endMsOf(row, event),
    endTimeRank: Math.max(rank, row.endTimeRank),
    endWh: isMended ? meterWh : (row.endWh ?? meterWh),
    endReason: row.endReason ?? event.reason,
  };
};

/** Before its start is seen, a transaction began at the earliest time anything was heard of it. */
const opening = (row: TransactionRow, event: TransactionUpdated): TransactionRow =>
  row.startSeen
    ? row
    : {
        ...row,
        evseId: row.evseId === 0 ? event.evseId : row.evseId,
        startedMs: Math.min(row.startedMs, plausibleMs(event)),
      };

export const endMsOf = (row: TransactionRow, event: TransactionEnded): number =>
  row.startSeen ? Math.max(row.startedMs, plausibleMs(event)) : plausibleMs(event);

const withRegisters = (row: TransactionRow, event: TransactionEvent): TransactionRow => {
  const { importedWh } = registersOf(event);
  return {
    ...withExported(row, event),
    lowWh: least(row.lowWh, importedWh),
    highWh: most(row.highWh, importedWh),
  };
};

const withExported = (row: TransactionRow, event: TransactionEvent): TransactionRow => {
  const { exportedWh } = registersOf(event);
  return {
    ...row,
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
