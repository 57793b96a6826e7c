import { parse } from "csv-parse/sync";
import type { YouxuError } from "../../domain/errors.js";
import { looksLikeColumns, quarterColumns, readColumns } from "./price-columns.js";
import { readRows, rowColumns } from "./price-rows.js";
import {
  type CsvRow,
  gapsBetween,
  joinSpans,
  type MissingSpan,
  overlapErrors,
  placeOf,
  type PlacedPoint,
  priceError,
  type PriceFileOptions,
  type PriceReading,
  settleUnit,
} from "./reading.js";
import { separatorFault } from "./separator.js";

/** Lines that begin with # are comments; empty lines are skipped. */
const csvRows = (text: string): CsvRow[] => {
  const lines: number[] = [];
  const records = parse(text, {
    bom: true,
    comment: "#",
    comment_no_infix: true,
    on_record: (record, info) => {
      lines.push(info.lines);
      return record;
    },
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  return records.map((cells, index) => ({ line: lines[index] ?? 0, cells }));
};

interface Found {
  readonly points: PlacedPoint[];
  readonly missing: MissingSpan[];
  readonly errors: YouxuError[];
}

const readBody = (header: CsvRow, body: readonly CsvRow[], options: PriceFileOptions): Found => {
  const settled = settleUnit(header, options);
  const unit = "unit" in settled ? settled.unit : "per-kWh";
  const errors = "error" in settled ? [settled.error] : [];
  if (looksLikeColumns(header)) {
    const layout = quarterColumns(header, options.file);
    if (layout.errors.length > 0) return { points: [], missing: [], errors: [...errors, ...layout.errors] };
    const read = readColumns(body, { columns: layout.columns, unit, options });
    return { ...read, errors: [...errors, ...read.errors] };
  }
  const columns = rowColumns(header);
  if (columns === null) {
    const place = placeOf(options.file, header.line, 1);
    const message = "no layout known: rows `start,price`, or a date and 96 columns 00:15 to 24:00";
    return { points: [], missing: [], errors: [priceError(message, place)] };
  }
  const read = readRows(body, { columns, unit, options });
  return { points: read.points, missing: [], errors: [...errors, ...read.errors] };
};

const withoutLine = ({ startMs, endMs, pricePerKwh }: PlacedPoint) => ({ startMs, endMs, pricePerKwh });

/**
 * Reads a table of prices: rows `start,price` or the Chinese layout of 96 columns a day, whichever
 * its header shows. Negative prices are prices. A missing point is reported and left out.
 */
export const parsePrices = (text: string, options: PriceFileOptions): PriceReading => {
  const separator = separatorFault(text);
  if (separator !== null)
    return { ok: false, errors: [priceError(separator.message, placeOf(options.file, separator.line, 1))] };
  let rows: CsvRow[];
  try {
    rows = csvRows(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [priceError(`not a table: ${message}`, placeOf(options.file, 1, 1))] };
  }
  const [header, ...body] = rows;
  if (header === undefined || body.length === 0)
    return { ok: false, errors: [priceError("no prices in it", placeOf(options.file, 1, 1))] };
  const found = readBody(header, body, options);
  const points = found.points.toSorted((a, b) => a.startMs - b.startMs);
  const errors = [...found.errors, ...overlapErrors(points, options.file)];
  if (errors.length > 0) return { ok: false, errors };
  const series = {
    id: options.id,
    currency: options.currency,
    points: points.map(withoutLine),
    source: options.file,
  };
  return { ok: true, series, missing: joinSpans([...found.missing, ...gapsBetween(points)]) };
};

/** Text of a table: UTF-8, or GB 18030 as spreadsheets in China write it. */
export const decodeTable = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
};
