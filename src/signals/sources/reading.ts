import { isPricePerKwh, MOST_PRICE_PER_KWH } from "../../domain/bounds.js";
import { YouxuError } from "../../domain/errors.js";
import type { PriceSeries } from "../../domain/signal.js";
import type { EpochMs } from "../../domain/units.js";

/** What is known of a price file besides its text. */
export interface PriceFileOptions {
  /** Name of the series; sites name it as `sellPrice`. */
  readonly id: string;
  /** As shown in errors: usually the path. */
  readonly file: string;
  readonly currency: string;
  /** IANA zone of local times; a time with its own offset goes before. */
  readonly timeZone: string;
  /** null: as the header says. */
  readonly unit: PriceUnit | null;
}

export type PriceUnit = "per-kWh" | "per-MWh";

export interface MissingSpan {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** All faults at once, or the series with what is missing within it. Nothing is filled in. */
export type PriceReading =
  | { readonly ok: true; readonly series: PriceSeries; readonly missing: readonly MissingSpan[] }
  | { readonly ok: false; readonly errors: readonly YouxuError[] };

/** One line of the file: its number from 1 and its cells, trimmed. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface PricePoint extends MissingSpan {
  readonly pricePerKwh: number;
}

/** A point with the line it stands on, so that a clash can name both. */
export interface PlacedPoint extends PricePoint {
  readonly line: number;
}

/** `prices.csv:12:3`: line and column, both from 1. */
export const placeOf = (file: string, line: number, column: number): string => `${file}:${line}:${column}`;

export const priceError = (message: string, place: string): YouxuError =>
  new YouxuError("price.invalid", message, place);

const PER_MWH = /mwh|兆瓦时/i;
const PER_KWH = /kwh|千瓦时|元\s*\/\s*度/i;

/** Unit named by a header; null when none or both are. */
const unitOfHeader = (header: readonly string[]): PriceUnit | null => {
  const text = header.join(" ");
  const [mwh, kwh] = [PER_MWH.test(text), PER_KWH.test(text)];
  if (mwh === kwh) return null;
  return mwh ? "per-MWh" : "per-kWh";
};

/** The unit to read by, or why there is none. */
export const settleUnit = (
  header: CsvRow,
  options: PriceFileOptions,
): { readonly unit: PriceUnit } | { readonly error: YouxuError } => {
  const named = unitOfHeader(header.cells);
  const place = placeOf(options.file, header.line, 1);
  if (named !== null && options.unit !== null && named !== options.unit)
    return { error: priceError(`the header says ${named}, the configuration ${options.unit}`, place) };
  const unit = named ?? options.unit;
  return unit === null
    ? {
        error: priceError(
          "unit unknown: name it in the header (元/MWh, CNY/kWh) or give `unit: per-kWh` or `per-MWh`",
          place,
        ),
      }
    : { unit };
};

/** A decimal number as written, thousands separators not allowed; null when it is none. */
const numberIn = (cell: string): number | null =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : null;

const toPerKwh = (value: number, unit: PriceUnit): number =>
  unit === "per-kWh" ? value : Math.round((value / 1000) * 1e9) / 1e9;

/** Cells that say that a point is missing. */
const isMissing = (cell: string): boolean => cell === "" || /^(-{1,2}|—|null|nan|n\/a)$/i.test(cell);

/** A cell as a price per kWh, null where the point is missing; or why it is neither. */
export const priceIn = (
  cell: string,
  unit: PriceUnit,
): { readonly pricePerKwh: number | null } | { readonly fault: string } => {
  if (isMissing(cell)) return { pricePerKwh: null };
  const value = numberIn(cell);
  if (value === null) return { fault: `"${cell}" is no number` };
  const pricePerKwh = toPerKwh(value, unit);
  return isPricePerKwh(pricePerKwh)
    ? { pricePerKwh }
    : { fault: `${cell} ${unit} is beyond ±${MOST_PRICE_PER_KWH} per kWh` };
};

/** Faults between points: two for the same time. Points must be in order of time. */
export const overlapErrors = (points: readonly PlacedPoint[], file: string): YouxuError[] =>
  points.flatMap((point, index) => {
    const before = points[index - 1];
    return before !== undefined && point.startMs < before.endMs
      ? [
          priceError(
            `a second price for the same time; line ${before.line} has one`,
            placeOf(file, point.line, 1),
          ),
        ]
      : [];
  });

/** Spans between the first and the last point that no point covers. */
export const gapsBetween = (points: readonly PricePoint[]): MissingSpan[] =>
  points.flatMap((point, index) => {
    const before = points[index - 1];
    return before !== undefined && before.endMs < point.startMs
      ? [{ startMs: before.endMs, endMs: point.startMs }]
      : [];
  });

/** Neighbouring spans joined, in order of time. */
export const joinSpans = (spans: readonly MissingSpan[]): MissingSpan[] => {
  const joined: MissingSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last !== undefined && span.startMs <= last.endMs)
      joined[joined.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) };
    else joined.push(span);
  }
  return joined;
};
