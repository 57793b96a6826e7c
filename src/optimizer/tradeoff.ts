import type { PlanOutcome } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import { HOUR_MS, sum } from "../domain/units.js";
import {
  NEUTRAL,
  type ObjectiveWeights,
  type Preset,
  presetWeights,
  priceScaleOf,
} from "../domain/weights.js";

/** What can be traded against each other: the terms that a preset is called for. */
export const TRADED_TERMS = ["cost", "peak", "carbon", "comfort"] as const;
export type Traded = (typeof TRADED_TERMS)[number];

const PRESET_FOR: Readonly<Record<Traded, Preset>> = {
  cost: "cheapest",
  peak: "flattest",
  carbon: "greenest",
  comfort: "fastest",
};

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

/** A plan of the curve. */
export interface TradeoffPoint {
  readonly weights: ObjectiveWeights;
  readonly status: Planned["status"];
  /** Bought − sold + demand charges − paid for reduction + wear, money. */
  readonly cost: number;
  /** Highest bought power, summed over metering points, kW. */
  readonly peakKw: number;
  /** null: not known, as that of a metering point is not. */
  readonly carbonKg: number | null;
  /** Of the metering points whose CO₂ is known: what carbon multiplies. */
  readonly knownCarbonKg: number;
  /** Mean time until a kWh is charged, hours. */
  readonly meanWaitH: number;
  /** Σ kWh charged · hours until then: what comfort multiplies. */
  readonly waitKwhHours: number;
  readonly shortfallKwh: number;
  readonly gap: number | null;
}

const pointOf = (weights: ObjectiveWeights, { plan, status }: Planned): TradeoffPoint => {
  const { startsMs, endMs } = plan.horizon;
  const charged = startsMs.map((startMs, slot) => {
    const hours = ((startsMs[slot + 1] ?? endMs) - startMs) / HOUR_MS;
    return sum(plan.sessions.map(({ chargeKw }) => chargeKw[slot] ?? 0)) * hours;
  });
  const waitKwhHours = sum(
    charged.map((kwh, slot) => (kwh * ((startsMs[slot] ?? 0) - (startsMs[0] ?? 0))) / HOUR_MS),
  );
  const chargedKwh = sum(charged);
  const carbon = plan.meteringPoints.map(({ carbonKg }) => carbonKg);
  const knownCarbonKg = sum(carbon.map((kg) => kg ?? 0));
  return {
    weights,
    status,
    cost: plan.moneyCost,
    peakKw: sum(plan.meteringPoints.map(({ highestKw }) => highestKw)),
    carbonKg: carbon.includes(null) ? null : knownCarbonKg,
    knownCarbonKg,
    meanWaitH: chargedKwh === 0 ? 0 : waitKwhHours / chargedKwh,
    waitKwhHours,
    shortfallKwh: sum(plan.sessions.map(({ shortfallKwh }) => shortfallKwh)),
    gap: plan.certificate.sent.gap,
  };
};

/** What a point has of a term. */
const amountOf = (point: TradeoffPoint, term: Traded): number =>
  ({ cost: point.cost, peak: point.peakKw, carbon: point.knownCarbonKg, comfort: point.waitKwhHours })[term];

/** Money keeps this share of the larger weight where it is not traded, so that it decides between equals. */
const LEAST_COST_SHARE = 1e-3;

/** Weights with so much of each of two terms. */
const mixed = (parts: Readonly<Partial<Record<Traded, number>>>): ObjectiveWeights => {
  const cost = parts.cost ?? LEAST_COST_SHARE * Math.max(...Object.values(parts));
  return { ...NEUTRAL, ...parts, cost, wear: cost };
};

/** Differences below this share of the whole range are rounding's. */
const SAME = 1e-4;

/** Differences of a term that are no more than rounding: a share of what all points span. */
const roundingOf = (found: readonly TradeoffPoint[], term: Traded): number => {
  const amounts = found.map((point) => amountOf(point, term));
  return SAME * (Math.max(...amounts) - Math.min(...amounts));
};

/** Points that no other beats: has no more of either term, and less of one, by more than rounding. */
const unbeaten = (found: readonly TradeoffPoint[], [a, b]: readonly [Traded, Traded]): TradeoffPoint[] => {
  const [smallA, smallB] = [roundingOf(found, a), roundingOf(found, b)];
  const beats = (one: TradeoffPoint, other: TradeoffPoint): boolean => {
    const [x, y] = [amountOf(one, a) - amountOf(other, a), amountOf(one, b) - amountOf(other, b)];
    return x <= smallA && y <= smallB && (x < -smallA || y < -smallB);
  };
  return found.filter((point) => !found.some((other) => beats(other, point)));
};

/** Points that no other beats, by the first term; of those that are as good as equal one, the ends before all. */
const front = (found: readonly TradeoffPoint[], terms: readonly [Traded, Traded]): TradeoffPoint[] => {
  const [a, b] = terms;
  const points = unbeaten(found, terms).toSorted((one, other) => amountOf(one, a) - amountOf(other, a));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [wide, high] = [amountOf(last, a) - amountOf(first, a), amountOf(first, b) - amountOf(last, b)];
  const isApart = (one: TradeoffPoint, other: TradeoffPoint): boolean =>
    amountOf(other, a) - amountOf(one, a) > SAME * wide &&
    amountOf(one, b) - amountOf(other, b) > SAME * high;
  const kept = [first];
  for (const point of points)
    if (isApart(kept.at(-1) ?? first, point) && isApart(point, last)) kept.push(point);
  return wide > 0 ? [...kept, last] : kept;
};

interface Gap {
  readonly left: TradeoffPoint;
  readonly right: TradeoffPoint;
  /** Share of the box around the curve that the two span. */
  readonly size: number;
}

/** Neighbours on the curve, the widest apart first. */
const gapsOf = (points: readonly TradeoffPoint[], [a, b]: readonly [Traded, Traded]): Gap[] => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [wide, high] = [amountOf(last, a) - amountOf(first, a), amountOf(first, b) - amountOf(last, b)];
  return points
    .slice(1)
    .flatMap((right, index): Gap[] => {
      const left = points[index] ?? right;
      const [dx, dy] = [amountOf(right, a) - amountOf(left, a), amountOf(left, b) - amountOf(right, b)];
      return dx > SAME * wide && dy > SAME * high ? [{ left, right, size: (dx / wide) * (dy / high) }] : [];
    })
    .toSorted((one, other) => other.size - one.size);
};

/**
 * Plans between two objectives, from the preset of the first term to that of the second: both ends, then again
 * and again the plan that is best at the rate at which the two widest neighbours are equally good (Aneja and
 * Nair 1979), until there are `most` points or nothing lies between them any more. What another plan beats in
 * both terms is left out, so along the curve one term rises and the other falls.
 */
export const tradeoff = async (
  problem: Problem,
  {
    terms,
    most,
    plan,
  }: { terms: readonly [Traded, Traded]; most: number; plan: (problem: Problem) => Promise<Planned> },
): Promise<TradeoffPoint[]> => {
  const [a, b] = terms;
  const at = async (weights: ObjectiveWeights): Promise<TradeoffPoint> =>
    pointOf(weights, await plan({ ...problem, weights }));
  const scale = priceScaleOf(problem);
  const found = [
    await at(presetWeights(PRESET_FOR[a], scale)),
    await at(presetWeights(PRESET_FOR[b], scale)),
  ];
  const done = new Set<string>();
  const keyOf = ({ left, right }: Gap): string =>
    [left, right].map((point) => `${amountOf(point, a)} ${amountOf(point, b)}`).join(" ");
  for (;;) {
    const points = front(found, terms);
    const gap = gapsOf(points, terms).find((one) => !done.has(keyOf(one)));
    if (points.length >= most || gap === undefined) return points;
    done.add(keyOf(gap));
    const { left, right } = gap;
    const rate: [number, number] = [
      amountOf(left, b) - amountOf(right, b),
      amountOf(right, a) - amountOf(left, a),
    ];
    const unit = a === "cost" ? rate[0] : b === "cost" ? rate[1] : Math.max(...rate);
    found.push(await at(mixed({ [a]: rate[0] / unit, [b]: rate[1] / unit })));
  }
};
