import { DAY_MS, type EpochMs, hours, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import type { EnergiesBetween, EnergyBetween } from "./integrated-power.js";

/**
 * Which readings of a register hang together, by what its EVSE can deliver between them:
 *
 *     told      1000  1100  [9e6]  1200 | 81200  81300        told    1000  [1100e3]  [1200e3]  1300
 *     believed  1000  1100         1200 | 81200  81300        read    1000   1100      1200     1300
 *                            skipped    broken                             in the other unit
 *
 * Of all such readings of what was told the one that has to explain away least: a reading left out, a break
 * after which the register goes on elsewhere, a stretch that was told in Wh and called kWh, or in kWh and called Wh:
 * the latter where power says so, or what comes before or after.
 */

/** One register as it was told, in Wh. */
export interface Told {
  /** By the station's time where that can be, and when it reached us. */
  readonly atMs: EpochMs;
  readonly heardMs: EpochMs;
  /** False: the station's time cannot be, ours stands in. */
  readonly isDated: boolean;
  /** That time as the station has it: two of one clock that is wrong are as far apart as by a right one. */
  readonly toldMs?: EpochMs;
  readonly place: "start" | "sample" | "end";
  readonly wh: number;
  /** The reading at which it came to stand here; left out: it did not stand. */
  readonly since?: Told;
  /** It counts in steps of so much, and how far it was into one when it was first told nobody knows. */
  readonly stepWh?: number;
  /** Which message of its transaction told it, where that matters. */
  readonly index?: number;
  /** The unit in which that message told another register; left out: not known. */
  readonly factor?: number;
}

/** A register as it is read. */
export interface Read {
  readonly told: Told;
  /** In Wh, by the unit that fits. */
  readonly wh: number;
  readonly factor: number;
}

/** From one believed reading to the next; `isBroken`: the register tells nothing of what flowed between them. */
export interface Step {
  readonly from: Read;
  readonly to: Read;
  readonly isBroken: boolean;
}

const WH_PER_KWH = 1000;
const WH_CALLED_KWH = 1 / 1000;
const KWH_CALLED_WH = 1000;
/** A rating is nominal: that much above it may be drawn. */
const MARGIN = 1.1;
/** Times are told in whole seconds, and a clock is corrected only when it is off by this. */
const SLACK_MS = 20 * SECOND_MS;
/** So far a clock that is believed may be off, and mended between two readings. */
const CLOCK_MS = 5 * MINUTE_MS;
/** The longest that a station without a clock is believed to have kept what it tells. */
const UNDATED_MS = DAY_MS;

/** The time between two readings in which energy may have flowed, by either clock. */
export const spanMs = (from: Omit<Told, "wh">, to: Omit<Told, "wh">): number => {
  const [byStation, byUs] = [Math.max(0, to.atMs - from.atMs), Math.max(0, to.heardMs - from.heardMs)];
  const isKept = !from.isDated && (from.place === "start" || byUs < SLACK_MS);
  const byClock = byItsClock(from, to);
  if (byClock !== null && byClock >= 0) return Math.min(UNDATED_MS, Math.max(byUs, byClock));
  if (isKept || (!to.isDated && byUs < SLACK_MS)) return UNDATED_MS;
  if (!from.isDated && !to.isDated) return Math.min(UNDATED_MS, byUs);
  return Math.min(Math.max(byStation, byUs), byStation + CLOCK_MS);
};

/**
 * By a clock that is wrong at both: what was kept while the station was offline is heard all at once, and much later
 * than it was metered. Below zero: the clock began anew between them. null: it told none of both.
 */
const byItsClock = (from: Omit<Told, "wh">, to: Omit<Told, "wh">): number | null =>
  from.isDated || to.isDated || from.toldMs === undefined || to.toldMs === undefined
    ? null
    : to.toldMs - from.toldMs;

/** The most that an EVSE delivers in a time, Wh. */
export type MostWh = (forMs: number) => number;

export const mostWhOf =
  (ratedKw: number): MostWh =>
  (forMs) =>
    MARGIN * ratedKw * WH_PER_KWH * hours(forMs);

/**
 * Whether a register can have gone from one reading to another. One that stood meanwhile, since its meter counts in
 * coarse steps or tells them seldom, goes all of its step at once: that may have flowed since it came to stand. The
 * first step of one that counts in whole kWh may have begun before anybody looked.
 */
export const isPossible = (wh: number, [from, to]: readonly [Told, Told], mostWh: MostWh): boolean => {
  const since = from.since ?? from;
  const spentMs = spanMs(since.isDated ? since : from, to) + SLACK_MS;
  return wh >= 0 && wh <= mostWh(spentMs) + (since.stepWh ?? 0);
};

/** The first reading of a register that is told in whole kWh alone, and goes on. */
const withStep = (told: readonly Told[]): readonly Told[] => {
  const [first, ...others] = told;
  const isCoarse =
    first !== undefined &&
    told.every(({ wh }) => wh % WH_PER_KWH === 0) &&
    others.some(({ wh }) => wh !== first.wh);
  return isCoarse ? [{ ...first, stepWh: WH_PER_KWH }, ...others] : told;
};

/** Each with the reading at which the register came to stand where it is. */
export const withStanding = (given: readonly Told[]): readonly Told[] => {
  const found: Told[] = [];
  const told = withStep(given);
  for (const [index, one] of told.entries()) {
    const before = told[index - 1];
    if (before?.wh === one.wh) found.push({ ...one, since: found[index - 1]?.since ?? before });
    else found.push(one);
  }
  return found;
};

/**
 * What each explanation costs: nothing is believed that a smaller oddity explains. Samples are told in the wrong unit
 * rather than a start, which OCPP 1.6 tells in Wh.
 */
const COST = {
  skipped: 1,
  skippedEnd: 2.8,
  broken: 2.5,
  otherUnit: 0.5,
  unlikely: 2.2,
  thousandth: 0.7,
  startUnit: 0.1,
} as const;
/** So many times its rating no station draws: it told another unit. */
const BEYOND = 20;
/** However many are left out between two that agree: less than two breaks. */
const MOST_SKIPPED = 4;
/** So many readings in a row may be left out; all of them where the first and a later one agree. */
const LOOK_BACK = 6;
const FACTORS = [1, WH_CALLED_KWH, KWH_CALLED_WH] as const;
/** Power that makes less than this between two readings says nothing of their unit, Wh. */
const TELLING_WH = 50;
/** As near as a mean of powers comes to what flowed. */
const NEAR_SHARE = 0.25;

/** By what readings are judged. */
export interface Judge {
  readonly mostWh: MostWh;
  /** What the powers told make between two moments, Wh; null: none was told. */
  readonly powerWh: EnergyBetween;
  /** The same by each way in which the powers may be meant. */
  readonly powersWh: EnergiesBetween;
}

/** Whether a register went a thousandth of what its power may have made: it counts kWh and calls them Wh. */
export const isThousandth = (wh: number, madeWhs: readonly number[]): boolean =>
  madeWhs.some((madeWh) => madeWh >= TELLING_WH && Math.abs((wh * KWH_CALLED_WH) / madeWh - 1) < NEAR_SHARE);

interface Node {
  readonly read: Read;
  readonly cost: number;
  readonly before: Node | null;
  readonly isBroken: boolean;
}

/** The believed readings of a register, by time, the steps between them, and what is to be explained away in all. */
export interface Chain {
  readonly cost: number;
  readonly reads: readonly Read[];
  readonly steps: readonly Step[];
}

/** Where another register of its message says the unit, there is nothing to explain. */
const unitCost = ({ factor }: Told): number => (factor === undefined ? COST.otherUnit : 0);

const skipCost = ({ place }: Told): number => (place === "sample" ? COST.skipped : COST.skippedEnd);

/** Chains what was told, in order of time. */
export const chained = (told: readonly Told[], judge: Judge): Chain => {
  const nodes: (readonly Node[])[] = [];
  let skippedBefore = 0;
  for (const [index, to] of told.entries()) {
    const first = skippedBefore;
    const back = index <= LOOK_BACK ? nodes : [...nodes.slice(0, 1), ...nodes.slice(-LOOK_BACK)];
    nodes.push(
      (to.factor === undefined ? FACTORS : [to.factor]).map((factor) => {
        const read = { told: to, wh: to.wh * factor, factor };
        const alone = {
          read,
          cost: first + (factor === 1 ? 0 : unitCost(to) + (to.place === "start" ? COST.startUnit : 0)),
          before: null,
          isBroken: false,
        };
        return best(alone, read, { back, judge });
      }),
    );
    skippedBefore += skipCost(to);
  }
  return pathTo(last(nodes));
};

const best = (
  alone: Node,
  read: Read,
  { back, judge }: { readonly back: readonly (readonly Node[])[]; readonly judge: Judge },
): Node => {
  let found = alone;
  let skipped = 0;
  for (const row of back.toReversed()) {
    for (const before of row) {
      const step = stepCost(before.read, read, judge);
      const cost = before.cost + Math.min(MOST_SKIPPED, skipped) + step;
      if (cost < found.cost) found = { read, cost, before, isBroken: step >= COST.broken };
    }
    skipped += skipCost(row[0]?.read.told ?? read.told);
  }
  return found;
};

/**
 * As Wh called kWh is read only what cannot be in its own unit, or stands still; as kWh called Wh only what has a power
 * that says so, or what cannot hang together otherwise.
 */
const stepCost = (from: Read, to: Read, { mostWh, powersWh }: Judge): number => {
  if (to.told.place === "end" && !isPossible(to.wh - from.wh, [from.told, to.told], mostWh)) return Infinity;
  const between = [from.told, to.told] as const;
  const fits = isPossible(to.wh - from.wh, between, mostWh);
  const toldWh = to.told.wh - from.told.wh;
  if (from.factor !== to.factor)
    return unitCost(to.told) + (fits && isUnitNeeded(from, to, mostWh) ? 0 : COST.broken);
  if (!fits) return COST.broken;
  if (to.factor === 1 && toldWh > 0 && isThousandth(toldWh, powersWh(from.told.atMs, to.told.atMs)))
    return COST.thousandth;
  if (to.factor !== WH_CALLED_KWH || toldWh === 0) return 0;
  if (isPossible(toldWh, between, mostWh)) return COST.broken;
  return isPossible(toldWh / BEYOND, between, mostWh) ? COST.unlikely : 0;
};

/** Another unit is read only where the one before does not fit; kWh called Wh from a 0 on too, which is 0 in either. */
const isUnitNeeded = (from: Read, { told, factor }: Read, mostWh: MostWh): boolean =>
  (from.wh === 0 && factor === KWH_CALLED_WH) ||
  !isPossible(told.wh * from.factor - from.wh, [from.told, told], mostWh);

const last = (nodes: readonly (readonly Node[])[]): Found | null => {
  let found: Found | null = null;
  let skipped = 0;
  for (const row of nodes.toReversed()) {
    for (const node of row)
      if (found === null || node.cost + skipped < found.cost) found = { node, cost: node.cost + skipped };
    skipped += skipCost(row[0]?.read.told ?? NOTHING);
  }
  return found;
};
const NOTHING: Told = { atMs: 0, heardMs: 0, isDated: true, place: "sample", wh: 0 };

/** The last reading that is believed, and the cost with all that is left out after it. */
interface Found {
  readonly node: Node;
  readonly cost: number;
}

const pathTo = (end: Found | null): Chain => {
  const reads: Read[] = [];
  const steps: Step[] = [];
  for (let node = end?.node ?? null; node !== null; node = node.before) {
    reads.push(node.read);
    if (node.before !== null) steps.push({ from: node.before.read, to: node.read, isBroken: node.isBroken });
  }
  return { cost: end?.cost ?? 0, reads: reads.reverse(), steps: steps.reverse() };
};
