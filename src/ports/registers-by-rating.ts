import type { EstimateReason } from "../domain/session.js";
import { largest, smallest, sum } from "../domain/units.js";
import { type Flow, integrated } from "./integrated-power.js";
import {
  chained,
  isPossible,
  isThousandth,
  type Judge,
  type MostWh,
  type Read,
  spanMs,
  type Step,
  type Told,
  withStanding,
} from "./register-chain.js";
import { countedOf, mostOf } from "./register-tail.js";
import { type Metered, type TailEnergy, type TransactionRow, wholeWh } from "./transaction-row.js";

/**
 * Registers by the rating of their EVSE. As long as each can have come of the one before, all count, and the row's
 * least and most are enough. Where one cannot, the energy is counted anew from all messages, so that the order in
 * which they came does not matter: what the register says where it hangs together, and power over time between.
 */

/** The row with one more message: the rating that it came with, and which registers are the newest. */
export const withMetered = (row: TransactionRow, metered: Metered, ratedKw?: number): TransactionRow => {
  const { registers } = row;
  const rated = { ratedKw: atMost(registers.ratedKw, ratedKw) };
  if (metered.importedWh === null && metered.exportedWh === null)
    return rated.ratedKw === registers.ratedKw ? row : { ...row, registers: { ...registers, ...rated } };
  const { newest } = registers;
  return {
    ...row,
    registers: {
      ...registers,
      ...rated,
      first: registers.first ?? metered,
      newest: {
        ...metered,
        importedWh: metered.importedWh ?? newest?.importedWh ?? null,
        exportedWh: metered.exportedWh ?? newest?.exportedWh ?? null,
      },
    },
  };
};

const atMost = (a: number | null, b: number | undefined): number | null =>
  b === undefined ? a : Math.max(a ?? b, b);

/** Whether the registers of a row must be counted anew, over all its messages, after one more of them. */
export const isOutOfRating = (
  before: TransactionRow | null,
  row: TransactionRow,
  metered: Metered,
): boolean => {
  if (row.registers.counted !== null) return true;
  if (metered.importedWh === null && metered.exportedWh === null) return false;
  if (before === null || (before.lowWh === null && before.exportLowWh === null)) return false;
  const { newest } = before.registers;
  if (newest === null || before.endedMs !== null || metered.place === "start") return true;
  if (metered.place === "sample" && metered.atMs < newest.atMs) return true;
  return (
    !follows(newest, metered, mostOf(row)) || isBeyond(row, metered) || isThousandthOfPower(newest, metered)
  );
};

/** Whether either register went a thousandth of what the power of the two messages makes. */
const isThousandthOfPower = (before: Metered, after: Metered): boolean =>
  (["importedWh", "exportedWh"] as const).some((key) => {
    const wh = (after[key] ?? 0) - (before[key] ?? after[key] ?? 0);
    return wh > 0 && isThousandth(wh, powerOf([before, after], key)(before.atMs, after.atMs));
  });

/** What the powers told make of what one register counts. */
const powerOf = (own: readonly Metered[], key: Register): Judge["powerWh"] => {
  const flows = own.flatMap(({ atMs, powerKw }): Flow[] => (powerKw === null ? [] : [{ atMs, powerKw }]));
  return integrated(flows, key === "importedWh" ? 1 : -1);
};

const follows = (before: Metered, after: Metered, mostWh: MostWh): boolean =>
  (["importedWh", "exportedWh"] as const).every((key) => {
    const [from, to] = [before[key], after[key]];
    if (from === null || to === null) return true;
    return isPossible(
      to - from,
      [
        { ...before, wh: from },
        { ...after, wh: to },
      ],
      mostWh,
    );
  });

const spread = (lowWh: number | null, highWh: number | null): number => (highWh ?? 0) - (lowWh ?? 0);

/** Whether all that the registers went is more than its time allows. */
const isBeyond = (row: TransactionRow, metered: Metered): boolean => {
  const limitWh = mostOf(row)(spanMs(row.registers.first ?? metered, metered));
  return Math.max(spread(row.lowWh, row.highWh), spread(row.exportLowWh, row.exportHighWh)) > limitWh;
};

/** By place, then by time: a start comes before, and an end after what is metered between. */
const inOrder = (a: Metered, b: Metered): number =>
  ORDER[a.place] - ORDER[b.place] || a.atMs - b.atMs || a.heardMs - b.heardMs || low(a) - low(b);
const ORDER = { start: 0, sample: 1, end: 2 } as const;
const low = ({ importedWh, exportedWh }: Metered): number => (importedWh ?? 0) + (exportedWh ?? 0);

/** Of several ends the register of the one that counts. */
const isOwnEnd = ({ endWh }: TransactionRow, { place, importedWh }: Metered): boolean =>
  place !== "end" || endWh === null || importedWh === null || wholeWh(importedWh) === endWh;

type Register = "importedWh" | "exportedWh";

/** A row with its energy counted from all of its messages. */
export const countByRating = (row: TransactionRow, metered: readonly Metered[]): TransactionRow => {
  const own = metered.filter((one) => isOwnEnd(row, one)).sort(inOrder);
  const mostWh = mostOf(row);
  const judge = (key: Register): Judge => ({ mostWh, powerWh: powerOf(own, key) });
  const imported = countOne(toldIn(own, "importedWh"), judge("importedWh"));
  const exported = countOne(toldIn(own, "exportedWh", imported.factors), judge("exportedWh"));
  const isOdd = imported.reason !== null || exported.reason !== null;
  const registered = own.filter((one) => one.importedWh !== null || one.exportedWh !== null);
  return {
    ...row,
    lowWh: imported.lowWh,
    highWh: imported.highWh,
    exportLowWh: exported.lowWh,
    exportHighWh: exported.highWh,
    implausible: isOdd,
    registers: {
      ...row.registers,
      first: registered[0] ?? null,
      newest: newestOf(registered),
      counted: isOdd
        ? countedOf({
            imported,
            exported,
            reason: imported.reason ?? exported.reason ?? "register-impossible",
          })
        : null,
      tail: isOdd
        ? {
            countedMessages: metered.length,
            messagesSince: 0,
            energy: { imported: tailOf(imported), exported: tailOf(exported) },
          }
        : null,
    },
  };
};

const newestOf = (registered: readonly Metered[]): Metered | null => {
  const newest = registered.at(-1);
  if (newest === undefined) return null;
  const lastTold = (key: Register) => registered.findLast((one) => one[key] !== null)?.[key] ?? null;
  return { ...newest, importedWh: lastTold("importedWh"), exportedWh: lastTold("exportedWh") };
};

interface CountedOne extends TailEnergy {
  /** Least and most of those that count, as they were told. */
  readonly lowWh: number | null;
  readonly highWh: number | null;
  /** null: all that was told counts as it was told. */
  readonly reason: EstimateReason | null;
  /** By message, where some were read in another unit than they were told. */
  readonly factors: ReadonlyMap<number, number>;
}

/** What a message calls kWh or Wh is so of each of its registers. */
const toldIn = (
  own: readonly Metered[],
  key: Register,
  factors: ReadonlyMap<number, number> = new Map(),
): readonly Told[] =>
  withStanding(
    own.flatMap((one, index): Told[] => {
      const [wh, factor] = [one[key], factors.get(index)];
      return wh === null ? [] : [{ ...one, wh, index, ...(factor === undefined ? {} : { factor }) }];
    }),
  );

const factorsOf = (reads: readonly Read[]): ReadonlyMap<number, number> =>
  reads.every(({ factor }) => factor === 1)
    ? new Map()
    : new Map(reads.map(({ told, factor }) => [told.index ?? -1, factor]));

const countOne = (told: readonly Told[], judge: Judge): CountedOne => {
  const { mostWh } = judge;
  const { reads, steps } = chained(told, judge);
  const counting = reads.map((read) => read.told.wh);
  const range = { lowWh: least(counting), highWh: most(counting), factors: factorsOf(reads) };
  const gaps = [...steps.filter(({ isBroken }) => isBroken), ...cutEnds(told, reads)];
  const registeredWh = sum(steps.map(({ from, to, isBroken }) => (isBroken ? 0 : to.wh - from.wh)));
  const guessedWh = sum(gaps.map(({ from, to }) => gapWh([from.told, to.told], judge)));
  const [first, last] = [told[0], told.at(-1)];
  const end = { standing: standingOf(told), factor: reads.at(-1)?.factor ?? 1 };
  if (first === undefined || last === undefined)
    return { ...range, ...end, wh: 0, estimatedWh: 0, reason: null };
  const limitWh = mostWh(spanMs(first, last)) + (first.stepWh ?? 0);
  const wh = Math.min(registeredWh + guessedWh, limitWh);
  const isOver = wh < registeredWh + guessedWh;
  const reason = isOver ? "register-impossible" : reasonOf({ told, reads, steps }, mostWh);
  return { ...range, ...end, wh, estimatedWh: isOver ? wh : guessedWh, reason };
};

const tailOf = ({ wh, estimatedWh, standing, factor }: TailEnergy): TailEnergy => ({
  wh,
  estimatedWh,
  standing,
  factor,
});

/** The reading at which a register came to stand where it was told last. */
const standingOf = (told: readonly Told[]): Told | null => {
  const last = told.at(-1);
  if (last === undefined) return null;
  const { atMs, heardMs, isDated, toldMs, place, wh } = last.since ?? last;
  return { atMs, heardMs, isDated, place, wh, ...(toldMs === undefined ? {} : { toldMs }) };
};

const least = (whs: readonly number[]): number | null => (whs.length === 0 ? null : wholeWh(smallest(whs)));
const most = (whs: readonly number[]): number | null => (whs.length === 0 ? null : wholeWh(largest(whs)));

const asTold = (one: Told): Read => ({ told: one, wh: one.wh, factor: 1 });

/** What lies before the first and after the last that is believed. */
const cutEnds = (told: readonly Told[], reads: readonly Read[]): readonly Pick<Step, "from" | "to">[] => {
  const [first, last] = [told[0], told.at(-1)];
  const [begin, end] = [reads[0], reads.at(-1)];
  if (first === undefined || last === undefined || begin === undefined || end === undefined) return [];
  return [
    { from: asTold(first), to: begin },
    { from: end, to: asTold(last) },
  ].filter(({ from, to }) => from.told !== to.told);
};

/** Where the register says nothing: its power over the time, no more than can have been; without a power nothing. */
const gapWh = ([from, to]: readonly [Told, Told], { powerWh, mostWh }: Judge): number =>
  Math.min(powerWh(from.atMs, to.atMs) ?? 0, mostWh(spanMs(from, to)));

interface Explained {
  readonly told: readonly Told[];
  readonly reads: readonly Read[];
  readonly steps: readonly Step[];
}

const reasonOf = (explained: Explained, mostWh: MostWh): EstimateReason | null => {
  const { told, reads, steps } = explained;
  const broken = steps.find(({ isBroken }) => isBroken);
  if (broken !== undefined)
    return broken.to.wh < broken.from.wh ? "register-went-back" : "register-impossible";
  if (reads.length < told.length)
    return hasFallenBack(explained, mostWh) ? "register-went-back" : "register-impossible";
  return reads.some(({ factor }) => factor !== 1) ? "unit-mended" : null;
};

/** Whether one left out could have come of the last believed one before it: then what follows is lower. */
const hasFallenBack = ({ told, reads }: Explained, mostWh: MostWh): boolean => {
  const believed = new Map(reads.map((read) => [read.told, read]));
  let before: Read | undefined;
  for (const one of told) {
    const read = believed.get(one);
    if (read !== undefined) before = read;
    else if (before !== undefined && isPossible(one.wh - before.wh, [before.told, one], mostWh)) return true;
  }
  return false;
};
