import type { ReductionPayment } from "../domain/problem.js";

type Segments = ReductionPayment["segments"];

/** What a kWh above the baseline costs: the most that a kWh matters to a payment. */
export const dearestPerKwh = ({ segments, excessPricePerKwh }: ReductionPayment): number =>
  excessPricePerKwh ?? segments[0]?.pricePerKwh ?? 0;

/** Reductions at which the segments end, kW, and what is paid for each, money per hour. */
const cornersOf = (segments: Segments): { kw: number; paid: number }[] => {
  let corner = { kw: 0, paid: 0 };
  return segments.map(({ kw, pricePerKwh }) => {
    corner = { kw: corner.kw + kw, paid: corner.paid + kw * pricePerKwh };
    return corner;
  });
};

/** Segments as far as a reduction, and what is beyond it. */
const splitAt = (segments: Segments, reductionKw: number): { before: Segments; beyond: Segments } => {
  let left = reductionKw;
  const parts = segments.map(({ kw, pricePerKwh }) => {
    const within = Math.min(left, kw);
    left -= within;
    return { before: { kw: within, pricePerKwh }, beyond: { kw: kw - within, pricePerKwh } };
  });
  return { before: parts.map(({ before }) => before), beyond: parts.map(({ beyond }) => beyond) };
};

const paidFor = (segments: Segments): number => cornersOf(segments).at(-1)?.paid ?? 0;

/**
 * The least concave payment that pays no less than an all-or-nothing one in a slot, whatever becomes of the others:
 * a line from nothing at `aboveKw` over the baseline, the most that there can be, to the reduction that pays the most
 * per kW from there, and the segments as they are beyond. Its segments are counted from `aboveKw` over the baseline.
 */
export const hullOf = (
  asked: Segments,
  { floorKw, aboveKw, mostKw }: { floorKw: number; aboveKw: number; mostKw: number },
): Segments => {
  if (floorKw > mostKw) return [];
  const segments = splitAt(asked, mostKw).before;
  const reductions = [floorKw, ...cornersOf(segments).map(({ kw }) => kw)].filter(
    (kw) => kw >= floorKw && kw + aboveKw > 0,
  );
  let [widthKw, pricePerKwh, beyond]: [number, number, Segments] = [0, 0, []];
  for (const kw of reductions) {
    const split = splitAt(segments, kw);
    const perKw = paidFor(split.before) / (kw + aboveKw);
    if (perKw > pricePerKwh) [widthKw, pricePerKwh, beyond] = [kw + aboveKw, perKw, split.beyond];
  }
  return [{ kw: widthKw, pricePerKwh }, ...beyond];
};
