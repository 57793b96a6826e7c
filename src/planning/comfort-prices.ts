import { MOST_PRICE_PER_KWH } from "../domain/bounds.js";
import { MOST_PENALTY, type Problem } from "../domain/problem.js";
import type { LaidSignals } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import { hours, largest, SLOT_MS, sum } from "../domain/units.js";

/** Prices that rank what a plan gives up, in the currency of the site. */
export interface ComfortPrices {
  /** Of one whole need left unmet; per percent it is the same for a small and a large need. */
  readonly wholeNeed: number;
  /** Of a kWh of deviation from each target, in their order. */
  readonly targetsPerKwh: readonly number[];
  readonly penalties: Problem["penalties"];
}

/** The figures below, and a target's price, are for tariffs up to this; they grow with dearer ones. */
const DEAREST_PER_KWH = 1;
const WHOLE_NEED_PRICE = 1_000;
const RESERVE_PER_KWH_HOUR = 20;
/** Breaking a limit is the last resort: dearer than any shortfall can be. */
const LIMIT_SLACK_PER_KWH = 5_000;
/** Small enough never to outweigh a price difference, large enough to break ties towards sooner. */
const TIME_PER_KWH_HOUR = 2e-4;
const CHANGE_PER_KWH = 1e-4;

/**
 * A kWh of the largest need is worth this many of the dearest: more than a kWh can earn or save by being
 * left out, given back, stored with losses and moved against a target together.
 */
const NEED_OVER_DEAREST = 10;

/** A kWh of a need is dearer than the peak it makes when charged in one slot, with losses. */
const NEED_OVER_DEMAND = 1.5;

/**
 * `flatteningPerKwh` is the most that flattening may add to the price of a kWh.
 *
 * The order of what gives way: cost first, then demand response, targets, minimum energy and reserves,
 * and node limits last. Whatever the currency, a kWh of a need is dearer than all that a kWh can bring.
 */
export const comfortPrices = (
  site: Pick<Site, "wearPerKwh" | "meteringPoints">,
  signals: Pick<LaidSignals, "prices" | "targets">,
  { largestNeedKwh, flatteningPerKwh = 0 }: { largestNeedKwh: number; flatteningPerKwh?: number },
): ComfortPrices => {
  const tariffPerKwh = dearestKwh(signals);
  const scale = Math.max(1, tariffPerKwh / DEAREST_PER_KWH);
  const targetsPerKwh = signals.targets.map(({ pricePerKwh }) =>
    Math.min(scale * pricePerKwh, MOST_PRICE_PER_KWH),
  );
  const dearest = tariffPerKwh + site.wearPerKwh + flatteningPerKwh + sum(targetsPerKwh);
  return {
    targetsPerKwh,
    wholeNeed: Math.max(
      scale * WHOLE_NEED_PRICE,
      (NEED_OVER_DEAREST * dearest + NEED_OVER_DEMAND * demandPerKwh(site)) * largestNeedKwh,
    ),
    penalties: {
      limitSlackPerKwh: Math.min(scale * LIMIT_SLACK_PER_KWH, MOST_PENALTY),
      reservePerKwhHour: scale * RESERVE_PER_KWH_HOUR,
      timePerKwhHour: TIME_PER_KWH_HOUR,
      changePerKwh: CHANGE_PER_KWH,
    },
  };
};

/** What a kWh adds to a demand charge that is bought within one slot, all of it above the peak. */
const demandPerKwh = ({ meteringPoints }: Pick<Site, "meteringPoints">): number =>
  largest(
    meteringPoints.map(({ demandCharge }) => demandCharge?.pricePerKw ?? 0),
    0,
  ) / hours(SLOT_MS);

/** Largest price of a tariff, bought or sold, of either sign. */
const dearestKwh = ({ prices }: Pick<LaidSignals, "prices">): number => {
  let dearest = 0;
  for (const { buyPerKwh, sellPerKwh } of prices.values())
    for (const price of [...buyPerKwh, ...sellPerKwh]) dearest = Math.max(dearest, Math.abs(price));
  return dearest;
};
