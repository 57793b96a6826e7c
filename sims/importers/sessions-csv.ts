import { parse } from "csv-parse/sync";
import { z } from "zod";
import { energyKwhSchema, MOST_EVSE_POWER_KW } from "../../src/domain/bounds.js";
import { YouxuError } from "../../src/domain/errors.js";
import { Faults } from "../../src/domain/faults.js";
import { nearest } from "../../src/domain/nearest.js";
import { type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import { separatorFault } from "../../src/signals/sources/separator.js";
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

/** A stay of the table with the line on which it stands. */
export interface TableSession {
  readonly visit: Visit;
  readonly line: number;
}

/** A table with more faults than this has one that they share. */
const MOST_FAULTS = 20;

/**
 * Reads a table of real sessions: arrival and departure in periods of five minutes since `epochMs`,
 * energies in kWh, power in kW. Each row becomes a visit whose driver tells departure and need.
 * Batteries are taken without losses, as the table counts energy at the port. Throws `Faults` of
 * `sessions.invalid`, each with line and column, of all that cannot be.
 */
export const readSessions = (text: string, file: string, epochMs: EpochMs): TableSession[] => {
  const table = readTable(text, file);
  if (table.length === 0) throw new YouxuError("sessions.invalid", "no session in this table", file);
  const read = table.map((written) => ({ ...readRow(written), written }));
  const sound = read.flatMap(({ row, written }) => (row === null ? [] : [{ row, written }]));
  const faults = [...read.flatMap((each) => each.faults), ...twiceFaults(sound)];
  if (faults.length > 0) throw new Faults(firstOf(faults, file));
  return sound
    .map(({ row, written }) => ({ visit: visitOf(row, epochMs), line: written.line }))
    .sort((a, b) => a.visit.arriveMs - b.visit.arriveMs || (a.visit.id < b.visit.id ? -1 : 1));
};

const firstOf = (faults: readonly YouxuError[], file: string): YouxuError[] =>
  faults.length <= MOST_FAULTS
    ? [...faults]
    : [
        ...faults.slice(0, MOST_FAULTS),
        new YouxuError("sessions.invalid", `and ${faults.length - MOST_FAULTS} faults more`, file),
      ];

/** A row as written, and what an error says of it. */
interface WrittenRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly line: number;
  readonly fault: (column: Column, message: string) => YouxuError;
}

const tableSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) }),
);

const readTable = (text: string, file: string): WrittenRow[] => {
  const { header, rows } = parsed(text, file);
  const missing = missingColumns(header);
  if (missing.length > 0)
    throw new Faults(missing.map((message) => new YouxuError("sessions.invalid", message, `${file}:1`)));
  return rows.map(({ record, info: { lines } }) => ({
    cells: record,
    line: lines,
    fault: (column, message) =>
      new YouxuError(
        "sessions.invalid",
        `${column} ${JSON.stringify(record[column])}: ${message}`,
        `${file}:${lines}:${header.indexOf(column) + 1}`,
      ),
  }));
};

/** Columns that are not there, each with the unknown one that may be meant. */
const missingColumns = (header: readonly string[]): string[] => {
  const known = Object.keys(rowSchema.shape);
  const others = header.filter((name) => !known.includes(name));
  return known
    .filter((column) => !header.includes(column))
    .map((column) => {
      const near = nearest(column, others);
      return `there is no column ${column}${near === null ? "" : `; is "${near}" meant to be it?`}`;
    });
};

const parsed = (text: string, file: string): { header: string[]; rows: z.infer<typeof tableSchema> } => {
  const separator = separatorFault(text);
  if (separator !== null)
    throw new YouxuError("sessions.invalid", separator.message, `${file}:${separator.line}`);
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

interface ReadRow {
  /** null: it has faults. */
  readonly row: Row | null;
  readonly faults: readonly YouxuError[];
}

const readRow = ({ cells, fault }: WrittenRow): ReadRow => {
  const result = rowSchema.safeParse(cells);
  if (result.success) {
    const faults = contradictions(result.data).map(([column, message]) => fault(column, message));
    return { row: faults.length === 0 ? result.data : null, faults };
  }
  const byColumn = new Map(
    result.error.issues
      .toReversed()
      .map(({ path, message }) => [rowSchema.keyof().parse(path[0]), message] as const),
  );
  return { row: null, faults: [...byColumn].toReversed().map(([column, why]) => fault(column, why)) };
};

/** Columns of a row that cannot be together, and why. */
const contradictions = (row: Row): (readonly [Column, string])[] => {
  const roomKwh = row.batt_capacity_kWh - row.batt_init_kWh;
  const found: (readonly [Column, string])[] = [];
  if (row.departure_5min <= row.arrival_5min)
    found.push(["departure_5min", `does not lie after arrival_5min ${row.arrival_5min}`]);
  if (roomKwh < 0) found.push(["batt_init_kWh", `above batt_capacity_kWh ${row.batt_capacity_kWh}`]);
  else if (row.requested_kWh > roomKwh + TOLERANCE_KWH)
    found.push([
      "requested_kWh",
      `more than the battery takes: from ${row.batt_init_kWh} to ${row.batt_capacity_kWh} kWh`,
    ]);
  return found;
};

interface SoundRow {
  readonly row: Row;
  readonly written: WrittenRow;
}

/** Two sessions of one name, or two cars at one station at once. */
const twiceFaults = (rows: readonly SoundRow[]): YouxuError[] => {
  const faults: YouxuError[] = [];
  const seen = new Set<string>();
  const lastAt = new Map<string, Row>();
  for (const { row, written } of rows.toSorted((a, b) => a.row.arrival_5min - b.row.arrival_5min)) {
    const before = lastAt.get(row.station_id);
    if (seen.has(row.session_id))
      faults.push(written.fault("session_id", "there is another row of this name"));
    else if (before !== undefined && before.departure_5min > row.arrival_5min)
      faults.push(
        written.fault(
          "arrival_5min",
          `${row.station_id} is taken by session ${before.session_id} until ${before.departure_5min}`,
        ),
      );
    seen.add(row.session_id);
    lastAt.set(row.station_id, row);
  }
  return faults;
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
