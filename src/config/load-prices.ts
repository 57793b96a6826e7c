import { readFileSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import type { PriceSeries } from "../domain/signal.js";
import { decodeTable, parsePrices } from "../signals/sources/read-prices.js";
import type { MissingSpan, PriceFileOptions, PriceReading } from "../signals/sources/reading.js";

/** All price tables of a configuration, or all that is wrong with them at once. */
export type LoadedPrices =
  | {
      readonly ok: true;
      readonly series: readonly PriceSeries[];
      /** Missing points by series id; they are for the log. */
      readonly missing: ReadonlyMap<string, readonly MissingSpan[]>;
    }
  | { readonly ok: false; readonly errors: readonly YouxuError[] };

const readOne = (options: PriceFileOptions): PriceReading => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(options.file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [new YouxuError("price.invalid", `cannot read it: ${why}`, options.file)] };
  }
  return parsePrices(decodeTable(bytes), options);
};

export const loadPrices = (files: readonly PriceFileOptions[]): LoadedPrices => {
  const read = files.map((options) => ({ id: options.id, reading: readOne(options) }));
  const errors = read.flatMap(({ reading }) => (reading.ok ? [] : reading.errors));
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    series: read.flatMap(({ reading }) => (reading.ok ? [reading.series] : [])),
    missing: new Map(read.flatMap(({ id, reading }) => (reading.ok ? [[id, reading.missing] as const] : []))),
  };
};
