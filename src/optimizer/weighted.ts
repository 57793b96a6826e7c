import { slotHours } from "../domain/horizon.js";
import type { MeteringPoint, Problem } from "../domain/problem.js";

const times = (values: readonly number[], by: number): number[] => values.map((value) => value * by);

/** Prices of a metering point: what a bought kWh, a sold one and a kW above the billed peak are to the objective. */
const weightedPoint = (point: MeteringPoint, { cost, carbon }: Problem["weights"]): MeteringPoint => ({
  ...point,
  buyPricePerKwh: point.buyPricePerKwh.map(
    (price, slot) => cost * price + carbon * (point.carbonKgPerKwh?.[slot] ?? 0),
  ),
  sellPricePerKwh: times(point.sellPricePerKwh, cost),
  demandCharge: point.demandCharge && {
    ...point.demandCharge,
    pricePerKw: cost * point.demandCharge.pricePerKw,
  },
});

const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * By how much what outranks money must be dearer than it is stated: a kWh may be worth so many times the
 * dearest tariff by the weights together. 1 where money alone counts; all weights times a factor make it so
 * many times as large.
 */
const rankFactor = ({ meteringPoints, weights, horizon }: Problem): number => {
  const { cost, peak, carbon, wear, comfort } = weights;
  const tariff = largest(
    meteringPoints.flatMap((point) => [...point.buyPricePerKwh, ...point.sellPricePerKwh]),
  );
  const dirtiest = largest(meteringPoints.flatMap(({ carbonKgPerKwh }) => carbonKgPerKwh ?? []));
  const slotsH = horizon.startsMs.map((_, slot) => slotHours(horizon, slot));
  const horizonH = slotsH.reduce((total, hours) => total + hours, 0);
  const perKwh = cost * tariff + carbon * dirtiest + peak / largest(slotsH) + comfort * horizonH;
  return Math.max(cost, wear, perKwh / (tariff === 0 ? 1 : tariff));
};

/**
 * The same problem with its weights in its prices: solvers, rounding and rules see nothing but prices, and the
 * weights of the peak and of fairness, which are prices already. For problems as they are asked: what comes
 * out is not weighted again. What money is, and why a car waits, is told from the problem itself.
 */
export const weighted = (problem: Problem): Problem => {
  const { weights, penalties } = problem;
  const rank = rankFactor(problem);
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      flatteningPerKw2h: weights.cost * node.flatteningPerKw2h,
      smoothChange: node.smoothChange && {
        ...node.smoothChange,
        perKw2h: weights.cost * node.smoothChange.perKw2h,
      },
    })),
    meteringPoints: problem.meteringPoints.map((point) => weightedPoint(point, weights)),
    sessions: problem.sessions.map((session) => ({
      ...session,
      wearPerKwh: weights.wear * session.wearPerKwh,
      salvagePerKwh: weights.cost * session.salvagePerKwh,
      shortfallPerPercent: rank * session.shortfallPerPercent,
    })),
    payments: problem.payments.map((payment) => ({
      ...payment,
      segments: payment.segments.map(({ kw, pricePerKwh }) => ({
        kw,
        pricePerKwh: weights.cost * pricePerKwh,
      })),
      excessPricePerKwh: payment.excessPricePerKwh === null ? null : weights.cost * payment.excessPricePerKwh,
    })),
    swapStations: problem.swapStations.map((station) => ({
      ...station,
      stockOutPrice: rank * station.stockOutPrice,
    })),
    targets: problem.targets.map((target) => ({ ...target, pricePerKwh: rank * target.pricePerKwh })),
    penalties: {
      limitSlackPerKwh: rank * penalties.limitSlackPerKwh,
      reservePerKwhHour: rank * penalties.reservePerKwhHour,
      timePerKwhHour: weights.cost * penalties.timePerKwhHour + weights.comfort,
      changePerKwh: weights.cost * penalties.changePerKwh,
    },
    weights: { ...weights, cost: 1, carbon: 0, wear: 1, comfort: 0 },
  };
};
