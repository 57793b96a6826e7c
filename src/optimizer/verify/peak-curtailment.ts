import { type Choice, chooseCurtailment, type Patience, type Scene, sceneOf } from "./curtailment.js";
import { peaksOf, type SlotFlows } from "./network.js";
import type { Statement } from "./statement.js";

interface Chosen {
  /** Per slot and node, kW. */
  readonly curtailed: readonly (readonly number[])[];
  readonly cost: number;
}

/** Steps of the search for a peak; each leaves 62 % of what is in doubt. */
const MOST_STEPS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The slots as they are, and their curtailment where peaks cost nothing. */
interface Free extends Patience {
  readonly scenes: readonly Scene[];
  readonly choices: readonly Choice[];
}

/**
 * Whether what is cheapest where peaks cost nothing is so under these, too: where it buys nothing above them,
 * or curtails nothing, as curtailment only adds to what is bought.
 */
const staysUnder = (
  { prices }: Statement,
  { curtailed, meteredKw }: Choice,
  { slot, peakKw }: { slot: number; peakKw: readonly number[] },
): boolean =>
  curtailed.every((kw) => kw === 0) ||
  prices.power.every(
    ({ meter, pricePerKw, counts }, index) =>
      pricePerKw === 0 || counts[slot] !== true || (meteredKw[meter] ?? 0) <= (peakKw[index] ?? Infinity),
  );

/** The cheapest curtailment of every slot where power up to these peaks is bought at no demand charge. */
const chooseUnder = (
  statement: Statement,
  { scenes, choices, isLate }: Free,
  peakKw: readonly number[],
): Chosen => {
  const slots = choices.map((free, slot): Choice => {
    const scene = scenes[slot];
    if (scene === undefined || staysUnder(statement, free, { slot, peakKw })) return free;
    return chooseCurtailment(statement, scene, { peakKw, isLate });
  });
  let cost = slots.reduce((total, slot) => total + slot.cost, 0);
  for (const [index, { pricePerKw, freeKw }] of statement.prices.power.entries())
    cost += pricePerKw * Math.max(0, (peakKw[index] ?? 0) - freeKw);
  return { curtailed: slots.map((slot) => slot.curtailed), cost };
};

const peaksWith = (statement: Statement, meteredKw: readonly (readonly number[])[]): number[] => {
  const peaks = peaksOf(statement, meteredKw);
  return statement.prices.power.map(
    ({ meter, kind }) => peaks[meter]?.[kind === "demand" ? "peakKw" : "highestKw"] ?? 0,
  );
};

/** Golden-section search: the cost is convex in one peak. */
const searchPeak = (
  { low, high, isLate }: { low: number; high: number } & Patience,
  costAt: (peakKw: number) => number,
): number => {
  let [from, to] = [low, high];
  let [a, b] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
  let [costA, costB] = [costAt(a), costAt(b)];
  for (let step = 0; step < MOST_STEPS && !isLate(); step++) {
    if (costA <= costB) {
      [to, b, costB] = [b, a, costA];
      a = to - GOLDEN * (to - from);
      costA = costAt(a);
    } else {
      [from, a, costA] = [a, b, costB];
      b = from + GOLDEN * (to - from);
      costB = costAt(b);
    }
  }
  return (from + to) / 2;
};

/** Prices of power that may be searched for: all of one metering point's together, then each alone. */
const searches = ({ prices }: Statement, isInDoubt: (index: number) => boolean): number[][] => {
  const inDoubt = [...prices.power.keys()].filter(isInDoubt);
  const meters = new Set(inDoubt.map((index) => prices.power[index]?.meter));
  const together = [...meters].map((meter) =>
    inDoubt.filter((index) => prices.power[index]?.meter === meter),
  );
  return [...together.filter(({ length }) => length > 1), ...inDoubt.map((index) => [index])];
};

/**
 * The cheapest curtailment of all slots. A price of power ties them together: under given peaks each slot
 * stands alone, and the peaks are searched one after the other, between those without any curtailment and
 * those that curtailment makes where they cost nothing. Exact where one of them is in doubt. Once it is late,
 * the best that is found; every limit is kept that can be.
 */
export const chooseCurtailments = (
  statement: Statement,
  drawn: readonly SlotFlows[],
  { isLate }: Patience,
): readonly (readonly number[])[] => {
  const { power } = statement.prices;
  const scenes = drawn.map((flows, slot) => sceneOf(statement, slot, flows));
  const choices = scenes.map((scene) => chooseCurtailment(statement, scene, { isLate }));
  const alone = choices.map(({ curtailed }) => curtailed);
  if (power.every(({ pricePerKw }) => pricePerKw === 0)) return alone;
  const least = peaksWith(
    statement,
    drawn.map(({ meteredKw }) => meteredKw),
  );
  const most = peaksWith(
    statement,
    choices.map(({ meteredKw }) => meteredKw),
  );
  const under = (peaks: readonly number[]): Chosen =>
    chooseUnder(statement, { scenes, choices, isLate }, peaks);
  let peakKw = [...least];
  let best = under(peakKw);
  if (isLate()) return alone;
  const isInDoubt = (index: number): boolean =>
    (most[index] ?? 0) > (least[index] ?? 0) && power[index]?.pricePerKw !== 0;
  for (const indices of searches(statement, isInDoubt)) {
    const raisedTo = (peak: number): number[] =>
      peakKw.map((kw, index) =>
        indices.includes(index) ? Math.max(least[index] ?? 0, Math.min(peak, most[index] ?? 0)) : kw,
      );
    const low = Math.min(...indices.map((index) => least[index] ?? 0));
    const high = Math.max(...indices.map((index) => most[index] ?? 0));
    const found = searchPeak({ low, high, isLate }, (peak) => under(raisedTo(peak)).cost);
    for (const peaks of [low, found, high].map(raisedTo)) {
      const chosen = under(peaks);
      // What was cut short is no choice under these peaks.
      if (isLate()) return best.curtailed;
      if (chosen.cost < best.cost) [peakKw, best] = [peaks, chosen];
    }
  }
  return best.curtailed;
};
