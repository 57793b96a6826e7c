import { parse } from "csv-parse/sync";
import { z } from "zod";
import { YouxuError } from "../../src/domain/errors.js";
import { type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import type { Visit } from "../world/visit.js";

const PERIOD_MS = 5 * MINUTE_MS;

const number = z.coerce.number();
const rowSchema = z.object({
  session_id: z.string().min(1),
  station_id: z.string().regex(/^[A-Za-z0-9._-]{1,48}$/, "an OCPP identity"),
  arrival_5min: number.pipe(z.int().min(0)),
  departure_5min: number.pipe(z.int().min(0)),
  requested_kWh: number.pipe(z.number().min(0)),
  max_kW: number.pipe(z.number().gt(0)),
  batt_capacity_kWh: number.pipe(z.number().gt(0)),
  batt_init_kWh: number.pipe(z.number().min(0)),
});
type Row = z.infer<typeof rowSchema>;

/**
 * Reads a table of real sessions: arrival and departure in periods of five minutes since `epochMs`,
 * energies in kWh, power in kW. Each row becomes a visit whose driver tells departure and need.
 * Batteries are taken without losses, as the table counts energy at the port.
 */
export const readSessions = (text: string, file: string, epochMs: EpochMs): Visit[] => {
  const rows = readRows(text, file);
  if (rows.length === 0) throw new YouxuError("sessions.invalid", "no session in this table", file);
  return rows
    .map(({ record, info }) => visitOf(readRow(record, `${file}:${info.lines}`), epochMs))
    .sort((a, b) => a.arriveMs - b.arriveMs || (a.id < b.id ? -1 : 1));
};

const tableSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) }),
);

const readRows = (text: string, file: string): z.infer<typeof tableSchema> => {
  try {
    const options = { columns: true, skip_empty_lines: true, trim: true, info: true } as const;
    const rows: unknown = parse(text, options);
    return tableSchema.parse(rows);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new YouxuError("sessions.invalid", `not a table: ${why}`, file);
  }
};

const readRow = (record: Record<string, string>, place: string): Row => {
  const result = rowSchema.safeParse(record);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new YouxuError("sessions.invalid", `${issue?.path.join(".")}: ${issue?.message}`, place);
  }
  if (result.data.departure_5min <= result.data.arrival_5min)
    throw new YouxuError("sessions.invalid", "departure_5min does not lie after arrival_5min", place);
  return result.data;
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
