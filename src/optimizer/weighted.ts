import type { MeteringPoint, Problem } from "../domain/problem.js";

/** Prices of a metering point with what its carbon weighs: what a bought kWh is to the objective. */
const weightedPoint = (point: MeteringPoint, { carbon }: Problem["weights"]): MeteringPoint => ({
  ...point,
  buyPricePerKwh: point.buyPricePerKwh.map(
    (price, slot) => price + carbon * (point.carbonKgPerKwh?.[slot] ?? 0),
  ),
});

/**
 * The same problem with its weights in its prices: solvers, rounding and rules see nothing but prices. Its
 * own weights are neutral, so that weighting it again changes nothing. What money is, and why a car waits, is
 * told from the problem itself.
 */
export const weighted = (problem: Problem): Problem => ({
  ...problem,
  meteringPoints: problem.meteringPoints.map((point) => weightedPoint(point, problem.weights)),
  weights: { carbon: 0 },
});
