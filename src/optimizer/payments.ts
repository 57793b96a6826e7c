import type { ReductionPayment } from "../domain/problem.js";

/** What a kWh above the baseline costs: the most that a kWh matters to a payment. */
export const dearestPerKwh = ({ segments, excessPricePerKwh }: ReductionPayment): number =>
  excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0;
