import { MOST_EVSE_POWER_KW } from "../domain/bounds.js";
import type { TransactionEvent } from "../domain/fleet.js";
import { type EpochMs, HOUR_MS, hours } from "../domain/units.js";
import { meteredBy } from "./metered.js";
import { tellsLastExport } from "./row-rules.js";
import { countByRating, isOutOfRating } from "./registers-by-rating.js";
import { tailFor, withTail } from "./register-tail.js";
import { type Metered, type TransactionRow, wholeWh } from "./transaction-row.js";

/**
 * Which registers of a transaction count: by what its EVSE is rated, see `registers-by-rating.ts`. Where no rating
 * is known by what the strongest pile can deliver: as long as all lie together as closely as a car can draw, all
 * do, and the row's least and most are enough. Where they do not, one of them is broken: then those near
 * their median count, found anew from all messages, so that the order in which they came does not matter.
 */

const WH_PER_KWH = 1000;

/** The most between two registers of the transaction: the strongest pile for its time, an hour at least. */
const mostWh = ({ startedMs, endedMs, heardMs }: TransactionRow): number => {
  const lastMs = Math.max(endedMs ?? startedMs, heardMs ?? startedMs);
  return MOST_EVSE_POWER_KW * WH_PER_KWH * hours(Math.max(HOUR_MS, lastMs - startedMs));
};

/** Whether the registers of a row must be counted anew, over all its messages. */
export const isDoubtful = (before: TransactionRow | null, row: TransactionRow, metered: Metered): boolean => {
  if (row.registers.ratedKw !== null) return isOutOfRating(before, row, metered);
  return row.implausible || isWide(row);
};

const isWide = (row: TransactionRow): boolean =>
  Math.max(spread(row.lowWh, row.highWh), spread(row.exportLowWh, row.exportHighWh)) > mostWh(row);

/** The row with one more message where not all count, for as long as they need not be counted anew; else null. */
export const continued = (
  before: TransactionRow | null,
  row: TransactionRow,
  metered: Metered,
): TransactionRow | null => {
  const tail = tailFor(before, row, metered);
  if (before === null || tail === null) return null;
  if (tail.energy !== null || !isWide(row)) return withTail(before, row, { tail, metered });
  const { lowWh, highWh, exportLowWh, exportHighWh } = before;
  return withTail(before, { ...row, lowWh, highWh, exportLowWh, exportHighWh }, { tail, metered });
};

/** Whether another end than before decides which samples lie before it. */
export const isEndMoved = (before: TransactionRow | null, { endedMs, heardMs }: TransactionRow): boolean => {
  if (endedMs === null || before?.endedMs === endedMs) return false;
  return (heardMs ?? -Infinity) > Math.min(endedMs, before?.endedMs ?? Infinity);
};

const spread = (lowWh: number | null, highWh: number | null): number => (highWh ?? 0) - (lowWh ?? 0);

export const countRegisters = (row: TransactionRow, metered: readonly Metered[]): TransactionRow => {
  const endedMs = endIn(metered, row);
  const own = metered.flatMap((one) => {
    if (one.place !== "sample" || endedMs === null || one.atMs <= endedMs) return one;
    return tellsLastExport(one.atMs, endedMs) ? { ...one, importedWh: null } : [];
  });
  return row.registers.ratedKw === null ? countByMedian(row, own) : countByRating(row, own);
};

/** When it ended by the clock by which its samples are dated; its end keeps the time that it was told. */
const endIn = (metered: readonly Metered[], { endedMs }: TransactionRow): EpochMs | null =>
  metered.find(({ place, toldMs }) => place === "end" && toldMs === endedMs)?.atMs ?? endedMs;

const countByMedian = (row: TransactionRow, own: readonly Metered[]): TransactionRow => {
  const imported = plausible(told(own, "importedWh"), mostWh(row));
  const exported = plausible(told(own, "exportedWh"), mostWh(row));
  const isOdd =
    imported.length < told(own, "importedWh").length || exported.length < told(own, "exportedWh").length;
  return {
    ...row,
    lowWh: imported.at(0) ?? null,
    highWh: imported.at(-1) ?? null,
    exportLowWh: exported.at(0) ?? null,
    exportHighWh: exported.at(-1) ?? null,
    implausible: isOdd,
    registers: {
      ...row.registers,
      tail: isOdd ? { countedMessages: own.length, messagesSince: 0, energy: null } : null,
    },
  };
};

const told = (metered: readonly Metered[], key: "importedWh" | "exportedWh"): readonly number[] =>
  metered.flatMap((one) => wholeWh(one[key]) ?? []).sort((a, b) => a - b);

/** Of sorted registers those near the (lower) median. */
const plausible = (sorted: readonly number[], withinWh: number): readonly number[] => {
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return sorted.filter((wh) => Math.abs(wh - median) <= withinWh);
};

/** Why a message's own register does not count in the row; null when it does. */
export const uncounted = (row: TransactionRow, event: TransactionEvent): string | null => {
  const { place, atMs, ...registers } = meteredBy(event);
  const [importedWh, exportedWh] = [wholeWh(registers.importedWh), wholeWh(registers.exportedWh)];
  if (place === "sample" && row.endedMs !== null && atMs > row.endedMs) return null;
  const absurd =
    outside(importedWh, row.lowWh, row.highWh) ?? outside(exportedWh, row.exportLowWh, row.exportHighWh);
  return absurd === null
    ? null
    : `a register of ${absurd} Wh is further from the others than any car draws in the time: it was not counted`;
};

const outside = (wh: number | null, lowWh: number | null, highWh: number | null): number | null =>
  wh !== null && (wh < (lowWh ?? -Infinity) || wh > (highWh ?? Infinity)) ? wh : null;
