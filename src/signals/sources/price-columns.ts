import type { YouxuError } from "../../domain/errors.js";
import { type EpochMs, SLOT_MS } from "../../domain/units.js";
import { momentsOf } from "../local-time.js";
import {
  type CsvRow,
  type MissingSpan,
  placeOf,
  type PlacedPoint,
  priceError,
  type PriceFileOptions,
  priceIn,
  type PriceUnit,
} from "./reading.js";

const QUARTERS = 96;

/** Quarter 1–96 that a column's label names by its END: `0:15`, `00:15:00`, `24:00`, `时段7`, `7`. */
const quarterOfLabel = (label: string): number | null => {
  const clock = /^(\d{1,2}):(\d{2})(?::00)?$/.exec(label);
  if (clock !== null) {
    const minutes = Number(clock[1]) * 60 + Number(clock[2]);
    return minutes % 15 === 0 && minutes <= 1440 ? minutes / 15 : null;
  }
  const counted = /^(?:时段|时点|点|[pPtT])?\s*(\d{1,2})$/.exec(label);
  const quarter = counted === null ? null : Number(counted[1]);
  return quarter !== null && quarter >= 1 && quarter <= QUARTERS ? quarter : null;
};

/** Whether a header looks like the layout of one row a day. */
export const looksLikeColumns = (header: CsvRow): boolean =>
  header.cells.slice(1).filter((cell) => quarterOfLabel(cell) !== null).length >= QUARTERS / 2;

interface QuarterColumn {
  readonly column: number;
  readonly quarter: number;
}

/** Column of each quarter of the day; a trailing `00:00` after `23:45` is the day's own 24:00. */
export const quarterColumns = (
  header: CsvRow,
  file: string,
): { columns: QuarterColumn[]; errors: YouxuError[] } => {
  const labelled = header.cells.flatMap((label, column) => {
    const quarter = column === 0 ? null : quarterOfLabel(label);
    if (quarter === null) return [];
    return [{ column, quarter: quarter === 0 && column > 1 ? QUARTERS : quarter }];
  });
  const place = (column: number): string => placeOf(file, header.line, column + 1);
  const errors: YouxuError[] = [];
  if (labelled[0]?.quarter === 0)
    errors.push(
      priceError(
        "columns must name the END of their quarter, 00:15 to 24:00; these begin with 00:00",
        place(labelled[0].column),
      ),
    );
  const seen = new Set<number>();
  for (const { column, quarter } of labelled) {
    if (seen.has(quarter))
      errors.push(priceError(`a second column for ${header.cells[column]}`, place(column)));
    seen.add(quarter);
  }
  const absent = Array.from({ length: QUARTERS }, (_, index) => index + 1).filter((q) => !seen.has(q));
  if (absent.length > 0 && errors.length === 0)
    errors.push(
      priceError(
        `${QUARTERS - absent.length} of 96 columns; the first that lacks ends at ${endLabel(absent[0] ?? 1)}`,
        place(0),
      ),
    );
  return { columns: labelled, errors };
};

const endLabel = (quarter: number): string =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;

/** Local midnight of a date as if it were UTC; null when there is no such day. */
const readDay = (cell: string): number | null => {
  const match = /^(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?$/.exec(cell);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const wallMs = Date.UTC(year, month - 1, day);
  const date = new Date(wallMs);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? wallMs : null;
};

interface ReadDays {
  readonly points: PlacedPoint[];
  readonly missing: MissingSpan[];
  readonly errors: YouxuError[];
}

/** Start of the quarters that a column names on a day: none, one or, in autumn, two. */
const startsOf = (timeZone: string, dayWallMs: number, quarter: number): EpochMs[] =>
  momentsOf(timeZone, dayWallMs + (quarter - 1) * SLOT_MS);

/**
 * One row a day: the date, then 96 columns that name the END of their quarter. Where the clock is put
 * forward the skipped hour's columns must be empty; where it is put back, a column stands for the
 * first of the two quarters and the second is reported missing, since the layout cannot hold both.
 */
export const readColumns = (
  rows: readonly CsvRow[],
  {
    columns,
    unit,
    options,
  }: { columns: readonly QuarterColumn[]; unit: PriceUnit; options: PriceFileOptions },
): ReadDays => {
  const result: ReadDays = { points: [], missing: [], errors: [] };
  for (const row of rows) {
    const dayWallMs = readDay(row.cells[0] ?? "");
    if (dayWallMs === null) {
      const place = placeOf(options.file, row.line, 1);
      result.errors.push(priceError(`"${row.cells[0] ?? ""}" is no date, e.g. 2026-01-14`, place));
      continue;
    }
    for (const { column, quarter } of columns) {
      const cell = row.cells[column] ?? "";
      const at = { line: row.line, place: placeOf(options.file, row.line, column + 1) };
      readCell(cell, { starts: startsOf(options.timeZone, dayWallMs, quarter), at, unit, result });
    }
  }
  return result;
};

interface CellContext {
  readonly starts: readonly EpochMs[];
  readonly at: { readonly line: number; readonly place: string };
  readonly unit: PriceUnit;
  readonly result: ReadDays;
}

const readCell = (cell: string, { starts, at, unit, result }: CellContext): void => {
  const [first, second] = starts;
  const read = priceIn(cell, unit);
  if ("fault" in read) {
    result.errors.push(priceError(read.fault, at.place));
    return;
  }
  const { pricePerKwh } = read;
  if (first === undefined) {
    if (pricePerKwh !== null)
      result.errors.push(priceError("a price in the hour that the clock skips on this day", at.place));
    return;
  }
  const span = { startMs: first, endMs: first + SLOT_MS };
  if (pricePerKwh === null) result.missing.push(span);
  else result.points.push({ ...span, line: at.line, pricePerKwh });
  if (second !== undefined) result.missing.push({ startMs: second, endMs: second + SLOT_MS });
};
