import { statSync } from "node:fs";
import type { PriceFileOptions } from "../signals/sources/reading.js";
import { type LoadedPrices, loadPrices } from "../config/load-prices.js";
import type { Log } from "../control/contract.js";
import { Faults } from "../domain/faults.js";
import type { PriceSeries } from "../domain/signal.js";
import { SECOND_MS, SLOT_MS } from "../domain/units.js";
import type { PriceTables } from "../ports/price-tables.js";

const LOOK_EVERY_MS = 5 * SECOND_MS;

export interface WatchedPriceFiles extends PriceTables {
  close(): void;
}

/**
 * Price tables of a configuration, read again whenever a file changes: tomorrow's prices come every
 * day. A file that cannot be read then is told in the log, and the prices read last stand. Throws
 * `Faults` when they cannot be read at the start.
 */
export const openPriceFiles = (
  files: readonly PriceFileOptions[],
  log: Log,
  lookEveryMs: number = LOOK_EVERY_MS,
): WatchedPriceFiles => {
  const listeners = new Set<() => void>();
  // Looked at before reading, so that a change in between is seen at the next look.
  let seen = stampOf(files);
  const first = loadPrices(files);
  if (!first.ok) throw new Faults(first.errors);
  tellGaps(first, log);
  let series: readonly PriceSeries[] = first.series;
  const readAgain = (): void => {
    const loaded = loadPrices(files);
    if (!loaded.ok) {
      const faults = loaded.errors.map(({ code, place, message }) => ({ code, place, message }));
      log.error({ faults }, "price tables changed and cannot be read; those read before stand");
      return;
    }
    series = loaded.series;
    log.info({ prices: series.map(({ id }) => id) }, "price tables read again");
    tellGaps(loaded, log);
    listeners.forEach((listener) => listener());
  };
  const look = (): void => {
    const stamp = stampOf(files);
    if (stamp === seen) return;
    seen = stamp;
    readAgain();
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    current: () => series,
    onChange: (listener) => listeners.add(listener),
    close: () => clearInterval(timer),
  };
};

/**
 * Changes whenever a file does. That it cannot be looked at is a state of it like any other, whatever
 * the reason: reading it again then says in the log what is wrong.
 */
const stampOf = (files: readonly PriceFileOptions[]): string =>
  files.map(({ file }) => stampOfOne(file)).join(" ");

const stampOfOne = (file: string): string => {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return "cannot be looked at";
  }
};

const tellGaps = (loaded: Extract<LoadedPrices, { ok: true }>, log: Log): void => {
  for (const [id, spans] of loaded.missing) {
    const points = spans.reduce((total, { startMs, endMs }) => total + (endMs - startMs) / SLOT_MS, 0);
    if (points > 0)
      log.warn(
        { prices: id, missingPoints: points },
        "a price table has gaps; what is missing is noted in each plan",
      );
  }
};
