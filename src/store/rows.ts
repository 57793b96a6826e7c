import type { Insertable, Selectable } from "kysely";
import type { TransactionEvent } from "../domain/fleet.js";
import type { ChargingNeeds, Preference } from "../domain/session.js";
import { meteredBy, placed } from "../ports/metered.js";
import {
  type Metered,
  type RegisterState,
  type TransactionRow,
  UNMETERED,
  type UnstoppedReason,
  wholeWh,
} from "../ports/transaction-row.js";
import type { TransactionMessageTable, TransactionTable } from "./tables.js";

/**
 * Every column, also those that may be null: rows of one table share one text of SQL (`insertOnce`), by the columns
 * of the first, so that none may leave one out.
 */
export type WholeRow<Table> = Required<Insertable<Table>>;

export const toTable = (row: TransactionRow): WholeRow<TransactionTable> => ({
  ordinal: row.order,
  session_id: row.sessionId,
  station_id: row.stationId,
  evse_id: row.evseId,
  transaction_id: row.transactionId,
  start_key: row.startKey,
  start_seen: row.startSeen ? 1 : 0,
  id_token: row.idToken,
  started_ms: row.startedMs,
  ended_ms: row.endedMs,
  next_started_ms: row.nextStartedMs,
  start_wh: row.startWh,
  low_wh: row.lowWh,
  high_wh: row.highWh,
  end_wh: row.endWh,
  end_time_rank: row.endTimeRank,
  export_start_wh: row.exportStartWh,
  export_low_wh: row.exportLowWh,
  export_high_wh: row.exportHighWh,
  implausible: row.implausible ? 1 : 0,
  soc_percent: row.socPercent,
  soc_at_ms: row.socAtMs,
  end_reason: row.endReason,
  preference: row.preference === null ? null : JSON.stringify(row.preference),
  needs: row.needs === null ? null : JSON.stringify(row.needs),
  charge_now: row.chargeNow ? 1 : 0,
  unstopped_ms: row.unstoppedMs,
  unstopped_reason: row.unstoppedReason,
  heard_ms: row.heardMs,
  authorized: row.authorized ? 1 : 0,
  token_at_ms: row.tokenAtMs,
  registers: JSON.stringify(row.registers),
});

export const fromTable = (row: Selectable<TransactionTable>): TransactionRow => ({
  order: row.ordinal,
  sessionId: row.session_id,
  stationId: row.station_id,
  evseId: row.evse_id,
  transactionId: row.transaction_id,
  startKey: row.start_key,
  startSeen: row.start_seen === 1,
  idToken: row.id_token,
  startedMs: row.started_ms,
  endedMs: row.ended_ms,
  nextStartedMs: row.next_started_ms,
  startWh: row.start_wh,
  lowWh: row.low_wh,
  highWh: row.high_wh,
  endWh: row.end_wh,
  endTimeRank: row.end_time_rank,
  exportStartWh: row.export_start_wh,
  exportLowWh: row.export_low_wh,
  exportHighWh: row.export_high_wh,
  implausible: row.implausible === 1,
  socPercent: row.soc_percent,
  socAtMs: row.soc_at_ms,
  endReason: row.end_reason,
  preference: preferenceIn(row.preference),
  needs: needsIn(row.needs),
  chargeNow: row.charge_now === 1,
  unstoppedMs: row.unstopped_ms,
  unstoppedReason: unstoppedReasonIn(row.unstopped_reason),
  heardMs: row.heard_ms,
  authorized: row.authorized === 1,
  tokenAtMs: row.token_at_ms,
  registers: registersIn(row.registers),
});

const unstoppedReasonIn = (text: string | null): UnstoppedReason | null =>
  text === "evse-available" || text === "ended-by-operator" ? text : null;

const preferenceIn = (text: string | null): Preference | null => {
  if (text === null) return null;
  const preference: Preference = JSON.parse(text);
  return preference;
};

const needsIn = (text: string | null): ChargingNeeds | null => {
  if (text === null) return null;
  const needs: ChargingNeeds = JSON.parse(text);
  return needs;
};

const registersIn = (text: string | null): RegisterState => {
  if (text === null) return UNMETERED;
  const registers: RegisterState = JSON.parse(text);
  return registers;
};

const WATTS_PER_KW = 1000;

export const toMessageTable = (
  ordinal: number,
  messageKey: string,
  event: TransactionEvent,
): WholeRow<TransactionMessageTable> => {
  const sample = event.kind === "transaction-updated" ? event.sample : null;
  const { importedWh, exportedWh } = meteredBy(event);
  return {
    ordinal,
    message_key: messageKey,
    kind: event.kind,
    seq_no: event.seqNo,
    at_ms: event.atMs,
    station_time_ms: event.stationTimeMs,
    clock_ahead_ms: event.clockAheadMs ?? 0,
    imported_wh: wholeWh(importedWh),
    exported_wh: wholeWh(exportedWh),
    power_w: sample === null ? null : sample.powerKw * WATTS_PER_KW,
    soc_percent: sample?.socPercent ?? null,
    imported_told_wh: partsOf(importedWh),
    exported_told_wh: partsOf(exportedWh),
  };
};

/** A register that is not of whole Wh. */
const partsOf = (wh: number | null): number | null => (wh === wholeWh(wh) ? null : wh);

export const toMetered = (row: Selectable<TransactionMessageTable>): Metered => ({
  ...placed({
    kind: row.kind,
    atMs: row.at_ms,
    stationTimeMs: row.station_time_ms,
    clockAheadMs: row.clock_ahead_ms,
  }),
  importedWh: row.imported_told_wh ?? row.imported_wh,
  exportedWh: row.exported_told_wh ?? row.exported_wh,
  powerKw: row.power_w === null ? null : row.power_w / WATTS_PER_KW,
});
