import type { Generated } from "kysely";
import type { TransactionEvent } from "../domain/fleet.js";

/** One transaction; see `TransactionRow`. `ordinal` is its order, energies are whole Wh. */
export interface TransactionTable {
  ordinal: number;
  session_id: string;
  station_id: string;
  evse_id: number;
  transaction_id: string;
  start_key: string | null;
  start_seen: number;
  id_token: string | null;
  started_ms: number;
  ended_ms: number | null;
  next_started_ms: number | null;
  start_wh: number | null;
  low_wh: number | null;
  high_wh: number | null;
  end_wh: number | null;
  end_time_rank: number;
  export_start_wh: number | null;
  export_low_wh: number | null;
  export_high_wh: number | null;
  implausible: number;
  soc_percent: number | null;
  soc_at_ms: number | null;
  end_reason: string | null;
  preference: string | null;
  needs: string | null;
  charge_now: number;
  unstopped_ms: number | null;
  unstopped_reason: string | null;
  heard_ms: number | null;
  authorized: number;
  token_at_ms: number | null;
  /** `RegisterState` as JSON; null in rows of older tables. */
  registers: string | null;
}

/** Every transaction message that counted, with what it metered. */
export interface TransactionMessageTable {
  ordinal: number;
  message_key: string;
  kind: TransactionEvent["kind"];
  seq_no: number | null;
  at_ms: number;
  station_time_ms: number;
  imported_wh: number | null;
  exported_wh: number | null;
  power_w: number | null;
  soc_percent: number | null;
  /** So far its station's clock was known to be ahead; 0 in rows of older tables. */
  clock_ahead_ms: number;
  /** Where a register was told in parts of a Wh; null: it was not. */
  imported_told_wh: number | null;
  exported_told_wh: number | null;
}

interface QuarantineTable {
  id: Generated<number>;
  message_key: string;
  station_id: string;
  at_ms: number;
  event: string;
  why: string;
}

interface MeasurementTable {
  site_id: string;
  kind: string;
  at_ms: number;
  power_kw: number;
}

/** Of an EVSE, registers in Wh. */
interface EvseSampleTable {
  station_id: string;
  evse_id: number;
  at_ms: number;
  power_kw: number;
  imported_wh: number | null;
  exported_wh: number | null;
  soc_percent: number | null;
}

interface MeasurementQuarterTable {
  site_id: string;
  kind: string;
  start_ms: number;
  covered_ms: number;
  mean_kw: number;
  least_kw: number;
  most_kw: number;
  value_count: number | null;
}

/** Values of quarters that begin before this may have been taken away. */
interface TelemetryStateTable {
  id: number;
  pruned_before_ms: number;
}

interface DocumentTable {
  id: Generated<number>;
  collection: string;
  document_id: string;
  body: string;
}

export interface Tables {
  ledger_transaction: TransactionTable;
  ledger_message: TransactionMessageTable;
  quarantine: QuarantineTable;
  measurement: MeasurementTable;
  measurement_quarter: MeasurementQuarterTable;
  evse_sample: EvseSampleTable;
  telemetry_state: TelemetryStateTable;
  document: DocumentTable;
}
