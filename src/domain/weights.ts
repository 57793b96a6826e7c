import type { Problem } from "./problem.js";
import { HOUR_MS } from "./units.js";

/** What the objective weighs; see docs/optimizer.md for what each multiplies. */
export type ObjectiveWeights = Problem["weights"];

/** Objectives by name. */
export const PRESETS = ["cheapest", "flattest", "greenest", "fastest"] as const;
export type Preset = (typeof PRESETS)[number];

/** Money alone. */
export const NEUTRAL: ObjectiveWeights = { cost: 1, peak: 0, carbon: 0, wear: 1, fairness: 0, comfort: 0 };

/** What weights of other units than money are measured by. */
export interface PriceScale {
  /** Largest price of a kWh, of either sign; 1 where all are 0. */
  readonly dearestPerKwh: number;
  readonly horizonH: number;
}

export const priceScaleOf = ({
  meteringPoints,
  horizon,
}: Pick<Problem, "meteringPoints" | "horizon">): PriceScale => {
  let dearest = 0;
  for (const { buyPricePerKwh, sellPricePerKwh } of meteringPoints)
    for (const price of [...buyPricePerKwh, ...sellPricePerKwh]) dearest = Math.max(dearest, Math.abs(price));
  return {
    dearestPerKwh: dearest === 0 ? 1 : dearest,
    horizonH: (horizon.endMs - (horizon.startsMs[0] ?? horizon.endMs)) / HOUR_MS,
  };
};

/** A tenth of a kg is worth more than any kWh. */
const KWH_PER_KG = 10;
/** A kWh waits no quarter of an hour for any price. */
const KWH_PER_WAITED_KWH_HOUR = 8;

/**
 * The weights of a preset. Each is the cheapest with one more weight, large in terms of the dearest tariff price
 * (demand charges and flattening are not in it). Where needs and limits are met alike, none has more of what it
 * is called for than the cheapest, and no other costs less than that.
 */
export const presetWeights = (preset: Preset, { dearestPerKwh, horizonH }: PriceScale): ObjectiveWeights => {
  const more: Readonly<Record<Preset, Partial<ObjectiveWeights>>> = {
    cheapest: {},
    // A kW less of peak can cost a kWh in every hour.
    flattest: { peak: 2 * dearestPerKwh * Math.max(1, horizonH) },
    greenest: { carbon: KWH_PER_KG * dearestPerKwh },
    fastest: { comfort: KWH_PER_WAITED_KWH_HOUR * dearestPerKwh },
  };
  return { ...NEUTRAL, ...more[preset] };
};
