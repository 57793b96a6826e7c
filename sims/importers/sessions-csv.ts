import { parse } from "csv-parse/sync";
import { z } from "zod";
import { energyKwhSchema, MOST_EVSE_POWER_KW } from "../../src/domain/bounds.js";
import { YouxuError } from "../../src/domain/errors.js";
import { type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import type { Visit } from "../world/visit.js";

const PERIOD_MS = 5 * MINUTE_MS;
/** A century of periods: what lies beyond is another unit. */
const MOST_PERIOD = 100 * 366 * 288;
/** Sums of decimals are not exact. */
const TOLERANCE_KWH = 1e-6;

const asNumber = z
  .string()
  .regex(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i, "no number, e.g. 7.4")
  .transform(Number);
const period = asNumber.pipe(z.int("no whole number of periods").min(0).max(MOST_PERIOD));
const energyKwh = asNumber.pipe(energyKwhSchema);

const rowSchema = z.object({
  session_id: z.string().min(1, "empty"),
  station_id: z.string().regex(/^[A-Za-z0-9._-]{1,48}$/, "no OCPP identity"),
  arrival_5min: period,
  departure_5min: period,
  requested_kWh: energyKwh,
  max_kW: asNumber.pipe(z.number().gt(0).max(MOST_EVSE_POWER_KW)),
  batt_capacity_kWh: energyKwh.pipe(z.number().gt(0)),
  batt_init_kWh: energyKwh,
});
type Row = z.infer<typeof rowSchema>;
type Column = keyof Row;

/**
 * Reads a table of real sessions: arrival and departure in periods of five minutes since `epochMs`,
 * energies in kWh, power in kW. Each row becomes a visit whose driver tells departure and need.
 * Batteries are taken without losses, as the table counts energy at the port. Throws
 * `sessions.invalid` with line and column of the first thing that cannot be.
 */
export const readSessions = (text: string, file: string, epochMs: EpochMs): Visit[] => {
  const table = readTable(text, file);
  if (table.length === 0) throw new YouxuError("sessions.invalid", "no session in this table", file);
  const rows = table.map(readRow);
  checkTwice(rows, table);
  return rows
    .map((row) => visitOf(row, epochMs))
    .sort((a, b) => a.arriveMs - b.arriveMs || (a.id < b.id ? -1 : 1));
};

/** A row as written, and what an error says of it. */
interface WrittenRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly fault: (column: Column, message: string) => YouxuError;
}

const tableSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) }),
);

const readTable = (text: string, file: string): WrittenRow[] => {
  const { header, rows } = parsed(text, file);
  const missing = Object.keys(rowSchema.shape).filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new YouxuError("sessions.invalid", `there is no column ${missing.join(", ")}`, `${file}:1`);
  return rows.map(({ record, info: { lines } }) => ({
    cells: record,
    fault: (column, message) =>
      new YouxuError(
        "sessions.invalid",
        `${column} ${JSON.stringify(record[column])}: ${message}`,
        `${file}:${lines}:${header.indexOf(column) + 1}`,
      ),
  }));
};

const parsed = (text: string, file: string): { header: string[]; rows: z.infer<typeof tableSchema> } => {
  let header: string[] = [];
  const columns = (names: string[]): string[] => (header = names);
  try {
    const options = { bom: true, columns, skip_empty_lines: true, trim: true, info: true } as const;
    const rows: unknown = parse(text, options);
    return { header, rows: tableSchema.parse(rows) };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new YouxuError("sessions.invalid", `not a table: ${why}`, file);
  }
};

const readRow = ({ cells, fault }: WrittenRow): Row => {
  const result = rowSchema.safeParse(cells);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw fault(rowSchema.keyof().parse(issue?.path[0]), issue?.message ?? "");
  }
  const row = result.data;
  if (row.departure_5min <= row.arrival_5min)
    throw fault("departure_5min", `does not lie after arrival_5min ${row.arrival_5min}`);
  const roomKwh = row.batt_capacity_kWh - row.batt_init_kWh;
  if (roomKwh < 0) throw fault("batt_init_kWh", `above batt_capacity_kWh ${row.batt_capacity_kWh}`);
  if (row.requested_kWh > roomKwh + TOLERANCE_KWH)
    throw fault(
      "requested_kWh",
      `more than the battery takes: from ${row.batt_init_kWh} to ${row.batt_capacity_kWh} kWh`,
    );
  return row;
};

/** Two sessions of one name, or two cars at one station at once. */
const checkTwice = (rows: readonly Row[], table: readonly WrittenRow[]): void => {
  const seen = new Set<string>();
  const placed = rows.flatMap((row, index) => {
    const written = table[index];
    if (written === undefined) return [];
    if (seen.has(row.session_id)) throw written.fault("session_id", "there is an earlier row of this name");
    seen.add(row.session_id);
    return [{ ...row, written }];
  });
  const lastAt = new Map<string, Row>();
  for (const row of placed.toSorted((a, b) => a.arrival_5min - b.arrival_5min)) {
    const before = lastAt.get(row.station_id);
    if (before !== undefined && before.departure_5min > row.arrival_5min)
      throw row.written.fault(
        "arrival_5min",
        `${row.station_id} is taken by session ${before.session_id} until ${before.departure_5min}`,
      );
    lastAt.set(row.station_id, row);
  }
};

const visitOf = (row: Row, epochMs: EpochMs): Visit => {
  const departMs = epochMs + row.departure_5min * PERIOD_MS;
  const energyNeedKwh = Math.min(row.requested_kWh, row.batt_capacity_kWh - row.batt_init_kWh);
  return {
    id: row.session_id,
    stationId: row.station_id,
    idToken: row.session_id.slice(-20),
    arriveMs: epochMs + row.arrival_5min * PERIOD_MS,
    departMs,
    energyNeedKwh,
    reserveKwh: 0,
    preference: {
      profileType: "CHEAP",
      departureMs: departMs,
      energyNeedKwh,
      dischargeAllowed: false,
      reserveKwh: null,
      maxDischargeKwh: null,
    },
    car: {
      id: row.session_id,
      className: "table",
      phases: 1,
      maxChargeKw: row.max_kW,
      maxDischargeKw: 0,
      battery: {
        capacityKwh: row.batt_capacity_kWh,
        energyKwh: row.batt_init_kWh,
        chargeEfficiency: 1,
        dischargeEfficiency: 1,
        floorKwh: 0,
        taper: null,
      },
    },
  };
};
