import { type Kysely, type RawBuilder, sql } from "kysely";
import { type EpochMs, MAX_HOLD_MS, SLOT_MS } from "../domain/units.js";
import { type Quarter, quarterOf, type Value } from "../ports/quarter.js";
import type { Series, Window } from "../ports/telemetry.js";
import type { Tables } from "./tables.js";

/** Tables of one kind of series: the values, their quarters, and the quarters that are yet to be made. */
export interface SeriesTables {
  readonly raw: "measurement" | "evse_sample";
  readonly quarter: "measurement_quarter" | "evse_quarter";
  readonly due: "measurement_due" | "evse_due";
  /** What tells one series from another. */
  readonly keys: readonly [string, string];
  /** What is kept beside power, in this order in all tables. */
  readonly registers: boolean;
}

export const MEASUREMENTS: SeriesTables = {
  raw: "measurement",
  quarter: "measurement_quarter",
  due: "measurement_due",
  keys: ["site_id", "kind"],
  registers: false,
};

export const EVSES: SeriesTables = {
  raw: "evse_sample",
  quarter: "evse_quarter",
  due: "evse_due",
  keys: ["station_id", "evse_id"],
  registers: true,
};

/** Values of a series's two keys. */
export type SeriesId = readonly [string, string | number];

export const tablesOf = (series: Series): SeriesTables => ("siteId" in series ? MEASUREMENTS : EVSES);
export const idOf = (series: Series): SeriesId =>
  "siteId" in series ? [series.siteId, series.kind] : [series.stationId, series.evseId];

export const isSeries = ({ keys }: SeriesTables, [first, second]: SeriesId): RawBuilder<unknown> =>
  sql`${sql.ref(keys[0])} = ${first} and ${sql.ref(keys[1])} = ${second}`;

interface RawRow {
  readonly at_ms: number;
  readonly power_kw: number;
  readonly imported_wh: number | null;
  readonly exported_wh: number | null;
  readonly soc_percent: number | null;
}

/** The quarter made of its values, of one that runs until `nowMs`; or null. */
export const quarterFrom = async (
  db: Kysely<Tables>,
  tables: SeriesTables,
  id: SeriesId,
  { startMs, nowMs = Infinity }: { readonly startMs: EpochMs; readonly nowMs?: EpochMs | undefined },
): Promise<Quarter | null> => {
  const registers = tables.registers
    ? sql.raw("imported_wh, exported_wh, soc_percent")
    : sql.raw("null as imported_wh, null as exported_wh, null as soc_percent");
  const { rows } = await sql<RawRow>`select at_ms, power_kw, ${registers} from ${sql.table(tables.raw)}
    where ${isSeries(tables, id)} and at_ms > ${startMs - MAX_HOLD_MS} and at_ms < ${startMs + SLOT_MS}
    order by at_ms`.execute(db);
  return quarterOf(rows.map(toValue), startMs, nowMs);
};

const toValue = (row: RawRow): Value => ({
  atMs: row.at_ms,
  powerKw: row.power_kw,
  importedWh: row.imported_wh,
  exportedWh: row.exported_wh,
  socPercent: row.soc_percent,
});

interface QuarterRow extends Omit<RawRow, "at_ms" | "power_kw"> {
  readonly start_ms: number;
  readonly covered_ms: number;
  readonly mean_kw: number;
  readonly least_kw: number;
  readonly most_kw: number;
  readonly value_count: number | null;
}

/** Quarters of a series that are made. */
export const madeQuarters = async (
  db: Kysely<Tables>,
  series: Series,
  { fromMs, toMs }: Window,
): Promise<Quarter[]> => {
  const tables = tablesOf(series);
  const { rows } = await sql<QuarterRow>`select * from ${sql.table(tables.quarter)}
    where ${isSeries(tables, idOf(series))} and start_ms >= ${fromMs} and start_ms < ${toMs}
    order by start_ms`.execute(db);
  return rows.map(toQuarter);
};

const toQuarter = (row: QuarterRow): Quarter => ({
  startMs: row.start_ms,
  coveredMs: row.covered_ms,
  meanKw: row.mean_kw,
  leastKw: row.least_kw,
  mostKw: row.most_kw,
  valueCount: row.value_count,
  importedWh: row.imported_wh ?? null,
  exportedWh: row.exported_wh ?? null,
  socPercent: row.soc_percent ?? null,
});

/** Starts of a series's quarters that are yet to be made. */
export const dueQuarters = async (
  db: Kysely<Tables>,
  series: Series,
  { fromMs, toMs }: Window,
): Promise<EpochMs[]> => {
  const tables = tablesOf(series);
  const { rows } = await sql<{ start_ms: number }>`select start_ms from ${sql.table(tables.due)}
    where ${isSeries(tables, idOf(series))} and start_ms >= ${fromMs} and start_ms < ${toMs}
    order by start_ms`.execute(db);
  return rows.map(({ start_ms }) => start_ms);
};

/** Before this, values may be gone and their quarters stand for them. */
export const prunedBefore = async (db: Kysely<Tables>): Promise<EpochMs> => {
  const row = await db.selectFrom("telemetry_state").select("pruned_before_ms").executeTakeFirst();
  return row?.pruned_before_ms ?? 0;
};
