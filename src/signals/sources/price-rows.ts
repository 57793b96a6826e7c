import { DateTime } from "luxon";
import type { YouxuError } from "../../domain/errors.js";
import { type EpochMs, HOUR_MS, SLOT_MS } from "../../domain/units.js";
import { momentsOf } from "../local-time.js";
import {
  type CsvRow,
  placeOf,
  type PlacedPoint,
  priceError,
  type PriceFileOptions,
  priceIn,
  type PriceUnit,
} from "./reading.js";

const START = /^(start|time|datetime|timestamp|from|开始|起始|时间)/i;
const PRICE = /price|电价|价格|出清/i;

interface Columns {
  readonly start: number;
  readonly price: number;
}

/** Columns of the `start,price` layout by their header; null when it is another layout. */
export const rowColumns = (header: CsvRow): Columns | null => {
  const start = header.cells.findIndex((cell) => START.test(cell));
  const price = header.cells.findIndex((cell) => PRICE.test(cell));
  return start < 0 || price < 0 ? null : { start, price };
};

const HAS_OFFSET = /(z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads `2026-01-14T17:00`, `2026-01-14 17:00:00`, `2026/1/14 17:00` or the same with an offset.
 * In the hour that autumn repeats, the first reading that is later than the row before holds.
 */
const readStart = (cell: string, timeZone: string, afterMs: EpochMs): EpochMs | null => {
  const text = cell
    .replaceAll("/", "-")
    .replace(/^(\d{4})-(\d{1,2})-(\d{1,2})/, (_, y, m, d) =>
      [y, String(m).padStart(2, "0"), String(d).padStart(2, "0")].join("-"),
    );
  const iso = text.replace(
    /^(\d{4}-\d{2}-\d{2}) +(\d{1,2}):/,
    (_, day, hour) => `${String(day)}T${String(hour).padStart(2, "0")}:`,
  );
  const read = DateTime.fromISO(iso, { zone: "utc" });
  if (!read.isValid || !iso.includes("T")) return null;
  if (HAS_OFFSET.test(iso.slice(10))) return read.toMillis();
  const moments = momentsOf(timeZone, read.toMillis());
  return moments.find((atMs) => atMs > afterMs) ?? moments[0] ?? null;
};

interface StartedRow {
  readonly line: number;
  readonly startMs: EpochMs;
  readonly price: number | null;
}

const STEPS_MS = [SLOT_MS, 2 * SLOT_MS, HOUR_MS];

/** Length of a point: the shortest distance between rows. null when it is no market interval. */
const stepOf = (rows: readonly StartedRow[]): number | null => {
  const steps = rows.flatMap((row, index) => {
    const step = row.startMs - (rows[index - 1]?.startMs ?? row.startMs);
    return step > 0 ? [step] : [];
  });
  if (steps.length === 0) return SLOT_MS;
  const shortest = Math.min(...steps, HOUR_MS);
  return STEPS_MS.includes(shortest) && steps.every((step) => step % shortest === 0) ? shortest : null;
};

/** Rows `start,price`, 15, 30 or 60 minutes each. */
export const readRows = (
  rows: readonly CsvRow[],
  { columns, unit, options }: { columns: Columns; unit: PriceUnit; options: PriceFileOptions },
): { points: PlacedPoint[]; errors: YouxuError[] } => {
  const errors: YouxuError[] = [];
  const started: StartedRow[] = [];
  let beforeMs = -Infinity;
  for (const { line, cells } of rows) {
    const [start, price] = [cells[columns.start] ?? "", cells[columns.price] ?? ""];
    const startMs = readStart(start, options.timeZone, beforeMs);
    const read = priceIn(price, unit);
    if (startMs === null)
      errors.push(
        priceError(
          `"${start}" is no time in ${options.timeZone}, e.g. 2026-01-14T17:00 or 2026-01-14T17:00+08:00`,
          placeOf(options.file, line, columns.start + 1),
        ),
      );
    if ("fault" in read) errors.push(priceError(read.fault, placeOf(options.file, line, columns.price + 1)));
    if (startMs === null) continue;
    beforeMs = startMs;
    started.push({ line, startMs, price: "fault" in read ? null : read.pricePerKwh });
  }
  const ordered = started.toSorted((a, b) => a.startMs - b.startMs);
  const stepMs = stepOf(ordered);
  if (stepMs === null)
    errors.push(
      priceError("rows must be 15, 30 or 60 minutes apart", placeOf(options.file, rows[0]?.line ?? 1, 1)),
    );
  const points = ordered.flatMap(({ line, startMs, price }) =>
    price === null ? [] : [{ line, startMs, endMs: startMs + (stepMs ?? SLOT_MS), pricePerKwh: price }],
  );
  return { points, errors };
};
