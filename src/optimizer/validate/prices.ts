import type { DemandCharge, Problem, ReductionPayment } from "../../domain/problem.js";
import { MOST_MONEY, number, type Say, series, statedSeries } from "./say.js";

const checkDemandCharge = (
  say: Say,
  charge: DemandCharge | null,
  { place, slots }: { place: string; slots: number },
): void => {
  if (charge === null) return;
  const { pricePerKw, billedPeakKw, countsInSlot } = charge;
  number(say, `${place}.pricePerKw`, pricePerKw, { least: 0, most: MOST_MONEY });
  number(say, `${place}.billedPeakKw`, billedPeakKw, { least: 0 });
  if (countsInSlot !== null && countsInSlot.length !== slots)
    say(`${place}.countsInSlot`, `must have one value per slot (${slots}), has ${countsInSlot.length}`);
};

/** What is paid for a reduction must not rise with it, or there would be better and worse halves of a plan. */
const checkPayment = (
  say: Say,
  { baselineKw, segments, excessPricePerKwh }: ReductionPayment,
  { place, slots }: { place: string; slots: number },
): void => {
  series(say, `${place}.baselineKw`, baselineKw, { slots, mayBeNull: true });
  if (baselineKw.every((kw) => kw === null))
    say(`${place}.baselineKw`, "has no value in any slot: from what is a reduction counted?");
  let before = Infinity;
  if (excessPricePerKwh !== null)
    number(say, `${place}.excessPricePerKwh`, excessPricePerKwh, { least: segments[0]?.pricePerKwh ?? 0 });
  for (const [index, { kw, pricePerKwh }] of segments.entries()) {
    number(say, `${place}.segments[${index}].kw`, kw, { least: 0 });
    number(say, `${place}.segments[${index}].pricePerKwh`, pricePerKwh, { least: 0 });
    if (pricePerKwh > before)
      say(
        `${place}.segments[${index}].pricePerKwh`,
        `is ${pricePerKwh}, above ${before} of the segment before`,
      );
    before = pricePerKwh;
  }
};

export const checkPrices = (
  say: Say,
  { meteringPoints, targets, payments, penalties, weights }: Problem,
  slots: number,
): void => {
  for (const [index, point] of meteringPoints.entries()) {
    statedSeries(say, `meteringPoints[${index}].buyPricePerKwh`, point.buyPricePerKwh, { slots });
    statedSeries(say, `meteringPoints[${index}].sellPricePerKwh`, point.sellPricePerKwh, { slots });
    series(say, `meteringPoints[${index}].carbonKgPerKwh`, point.carbonKgPerKwh, { slots, least: 0 });
    checkDemandCharge(say, point.demandCharge, { place: `meteringPoints[${index}].demandCharge`, slots });
  }
  for (const [index, target] of targets.entries()) {
    series(say, `targets[${index}].powerKw`, target.powerKw, { slots, mayBeNull: true });
    number(say, `targets[${index}].pricePerKwh`, target.pricePerKwh, { least: 0 });
  }
  for (const [index, payment] of payments.entries())
    checkPayment(say, payment, { place: `payments[${index}]`, slots });
  for (const [field, value] of Object.entries(penalties))
    number(say, `penalties.${field}`, value, { least: 0, most: MOST_MONEY });
  for (const [field, value] of Object.entries(weights))
    number(say, `weights.${field}`, value, { least: 0, most: MOST_MONEY });
  const { cost, peak, carbon, comfort } = weights;
  if (Math.max(cost, peak, carbon, comfort) <= 0)
    say("weights", "must weigh something: one of cost, peak, carbon and comfort above 0");
};
