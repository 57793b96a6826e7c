import type { Problem } from "../../domain/problem.js";

const MS_PER_HOUR = 3_600_000;

/** A price of power: on the highest bought power of a metering point, above what is free. */
export interface PowerPrice {
  readonly meter: number;
  /** Which multipliers belong to it. */
  readonly kind: "demand" | "peak";
  /** Per kW: as the objective weighs it, and as it is paid. */
  readonly pricePerKw: number;
  readonly moneyPerKw: number;
  readonly freeKw: number;
  readonly counts: readonly boolean[];
}

/** What everything is to the objective, its weights included. */
export interface Prices {
  /** Of a kWh bought and sold, per metering point and slot. */
  readonly buy: readonly (readonly number[])[];
  readonly sell: readonly (readonly number[])[];
  readonly power: readonly PowerPrice[];
  readonly time: number;
  readonly change: number;
  /** Of a kW² for an hour of net power, per node. */
  readonly flattening: readonly number[];
  /** Of a kW² for an hour by which net power departs from the plan in force, per node. */
  readonly smoothing: readonly number[];
  readonly reserve: number;
  readonly limit: number;
  /** Factor on what is paid for reduction. */
  readonly reduction: number;
  /** Of a kWh of deviation, per target. */
  readonly targets: readonly number[];
  /** Per session: of a kWh discharged, of one kept beyond the target, and of a percent of the need. */
  readonly wear: readonly number[];
  readonly salvage: readonly number[];
  readonly percent: readonly number[];
  /** Of a battery that is not lent full, per swap station. */
  readonly stockOut: readonly number[];
}

const most = (values: Iterable<number>): number => {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
};

const slotLengthsH = ({ horizon: { startsMs, endMs } }: Problem): number[] =>
  startsMs.map((startMs, slot) => ((startsMs[slot + 1] ?? endMs) - startMs) / MS_PER_HOUR);

/** By how much what outranks money is dearer than stated. */
const rankOf = (problem: Problem): number => {
  const { meteringPoints, weights } = problem;
  const lengthsH = slotLengthsH(problem);
  const spanH = lengthsH.reduce((total, hours) => total + hours, 0);
  const tariff = most(
    meteringPoints.flatMap((point) => [point.buyPricePerKwh, point.sellPricePerKwh]).flat(),
  );
  const carbon = most(meteringPoints.flatMap(({ carbonKgPerKwh }) => carbonKgPerKwh ?? []));
  const kwh =
    tariff * weights.cost + carbon * weights.carbon + weights.peak / most(lengthsH) + spanH * weights.comfort;
  return Math.max(kwh / (tariff || 1), weights.cost, weights.wear);
};

const powerPrices = ({ meteringPoints, weights, horizon }: Problem): PowerPrice[] =>
  meteringPoints.flatMap(({ demandCharge }, meter): PowerPrice[] => {
    const always = horizon.startsMs.map(() => true);
    const peak = {
      meter,
      kind: "peak" as const,
      pricePerKw: weights.peak,
      moneyPerKw: 0,
      freeKw: 0,
      counts: always,
    };
    if (demandCharge === null) return [peak];
    const { pricePerKw, billedPeakKw, countsInSlot } = demandCharge;
    return [
      {
        meter,
        kind: "demand",
        pricePerKw: weights.cost * pricePerKw,
        moneyPerKw: pricePerKw,
        freeKw: billedPeakKw,
        counts: countsInSlot ?? always,
      },
      peak,
    ];
  });

export const pricesOf = (problem: Problem): Prices => {
  const { meteringPoints, weights, penalties, sessions, targets } = problem;
  const rank = rankOf(problem);
  return {
    buy: meteringPoints.map(({ buyPricePerKwh, carbonKgPerKwh }) =>
      buyPricePerKwh.map(
        (price, slot) => weights.cost * price + (carbonKgPerKwh?.[slot] ?? 0) * weights.carbon,
      ),
    ),
    sell: meteringPoints.map(({ sellPricePerKwh }) => sellPricePerKwh.map((price) => weights.cost * price)),
    power: powerPrices(problem),
    time: weights.comfort + weights.cost * penalties.timePerKwhHour,
    change: weights.cost * penalties.changePerKwh,
    flattening: problem.nodes.map(({ flatteningPerKw2h }) => weights.cost * flatteningPerKw2h),
    smoothing: problem.nodes.map(({ smoothChange }) => weights.cost * (smoothChange?.perKw2h ?? 0)),
    reserve: rank * penalties.reservePerKwhHour,
    limit: rank * penalties.limitSlackPerKwh,
    reduction: weights.cost,
    targets: targets.map(({ pricePerKwh }) => rank * pricePerKwh),
    wear: sessions.map(({ wearPerKwh }) => weights.wear * wearPerKwh),
    salvage: sessions.map(({ salvagePerKwh }) => weights.cost * salvagePerKwh),
    percent: sessions.map(({ shortfallPerPercent }) => rank * shortfallPerPercent),
    stockOut: problem.swapStations.map(({ stockOutPrice }) => rank * stockOutPrice),
  };
};
