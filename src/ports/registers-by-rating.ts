import type { EstimateReason } from "../domain/session.js";
import { largest, smallest, sum } from "../domain/units.js";
import { type EnergiesBetween, type Flow, integrated, integratedVariously } from "./integrated-power.js";
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
    return wh > 0 && isThousandth(wh, powersOf([before, after], key)(before.atMs, after.atMs));
  });

const flowsIn = (own: readonly Metered[]): readonly Flow[] =>
  own.flatMap(({ atMs, powerKw }): Flow[] => (powerKw === null ? [] : [{ atMs, powerKw }]));

const signOf = (key: Register): 1 | -1 => (key === "importedWh" ? 1 : -1);

/** What the powers told may make of what one register counts. */
const powersOf = (own: readonly Metered[], key: Register): EnergiesBetween =>
  integratedVariously(flowsIn(own), signOf(key));

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
  const { imported, exported } = countBoth(own, mostOf(row));
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

interface Both {
  readonly imported: CountedOne;
  readonly exported: CountedOne;
}

/** Two registers of one message that are told in two units. */
const TWO_UNITS_COST = 1;

/**
 * What a message calls kWh or Wh is so of each of its registers, whichever of them says it: a car that mostly gave back
 * shows it there. Of the units by one register, by the other, and by each its own, those that have to explain away least.
 */
const countBoth = (own: readonly Metered[], mostWh: MostWh): Both => {
  const judgeOf = (key: Register): Judge => ({
    mostWh,
    powerWh: integrated(flowsIn(own), signOf(key)),
    powersWh: powersOf(own, key),
  });
  const judges = { importedWh: judgeOf("importedWh"), exportedWh: judgeOf("exportedWh") };
  const count = (key: Register, factors?: Factors): CountedOne =>
    countOne(toldIn(own, key, factors), judges[key]);
  const [imported, exported] = [count("importedWh"), count("exportedWh")];
  if (isAsTold(imported) && isAsTold(exported)) return { imported, exported };
  const byImported = { imported, exported: count("exportedWh", imported.factors) };
  const byExported = { imported: count("importedWh", exported.factors), exported };
  const apart = { imported, exported };
  const ways = [
    { both: byImported, cost: costOf(byImported) },
    { both: byExported, cost: costOf(byExported) },
    { both: apart, cost: costOf(apart) + TWO_UNITS_COST },
  ];
  return ways.reduce((least, way) => (way.cost < least.cost ? way : least)).both;
};

const costOf = ({ imported, exported }: Both): number => imported.cost + exported.cost;

const isAsTold = ({ factors }: CountedOne): boolean => [...factors.values()].every((factor) => factor === 1);

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
  /** In which unit each message that is believed was read, where it says one. */
  readonly factors: Factors;
  readonly cost: number;
}

type Factors = ReadonlyMap<number, number>;

const toldIn = (own: readonly Metered[], key: Register, factors: Factors = new Map()): readonly Told[] =>
  withStanding(
    own.flatMap((one, index): Told[] => {
      const [wh, factor] = [one[key], factors.get(index)];
      return wh === null ? [] : [{ ...one, wh, index, ...(factor === undefined ? {} : { factor }) }];
    }),
  );

/** 0 is 0 in any unit: it is in that of the next number; without one it says nothing. */
const factorsOf = (reads: readonly Read[]): Factors => {
  const factors = new Map<number, number>();
  let next: number | undefined;
  for (const { told, factor } of reads.toReversed()) {
    if (told.wh !== 0) next = factor;
    if (next !== undefined && told.index !== undefined) factors.set(told.index, next);
  }
  return factors;
};

const countOne = (told: readonly Told[], judge: Judge): CountedOne => {
  const { mostWh } = judge;
  const { cost, reads, steps } = chained(told, judge);
  const counting = reads.map((read) => read.told.wh);
  const range = { lowWh: least(counting), highWh: most(counting), factors: factorsOf(reads), cost };
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
