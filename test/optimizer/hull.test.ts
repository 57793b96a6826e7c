import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hullOf } from "../../src/optimizer/payments.js";

type Segment = { kw: number; pricePerKwh: number };

const half = (max: number) => fc.integer({ min: 0, max: 2 * max }).map((value) => value / 2);

/** Segments of falling price, a floor within them, how far above the baseline a node may be, and how far below. */
const drawnArb = fc
  .record({
    widths: fc.array(half(8), { minLength: 1, maxLength: 3 }),
    first: half(4),
    falls: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 3, maxLength: 3 }),
    floorShare: fc.integer({ min: 0, max: 10 }),
    aboveKw: half(20),
    mostKw: half(30),
  })
  .map(({ widths, first, falls, floorShare, ...reach }) => {
    let pricePerKwh = first + 0.1;
    const segments = widths.map((kw, index): Segment => {
      const segment = { kw, pricePerKwh };
      pricePerKwh *= (falls[index] ?? 0) / 10;
      return segment;
    });
    return { segments, floorKw: (floorShare / 10) * widths.reduce((total, kw) => total + kw, 0), ...reach };
  });

const paidAt = (segments: readonly Segment[], reductionKw: number): number => {
  let [left, paid] = [Math.max(0, reductionKw), 0];
  for (const { kw, pricePerKwh } of segments) {
    paid += Math.min(left, kw) * pricePerKwh;
    left -= Math.min(left, kw);
  }
  return paid;
};

test("the hull of an event is concave, pays no less than the event, and no more where it turns", () => {
  fc.assert(
    fc.property(drawnArb, ({ segments, floorKw, aboveKw, mostKw }) => {
      const hull = hullOf(segments, { floorKw, aboveKw, mostKw }).filter(({ kw }) => kw > 0);
      const event = (kw: number): number => (kw >= floorKw ? paidAt(segments, kw) : 0);
      for (const [at, { pricePerKwh }] of hull.entries())
        expect(pricePerKwh).toBeLessThanOrEqual((hull[at - 1]?.pricePerKwh ?? Infinity) + 1e-12);
      for (let step = 0; step <= 40; step++) {
        const kw = -aboveKw + ((mostKw + aboveKw) * step) / 40;
        expect(paidAt(hull, kw + aboveKw)).toBeGreaterThanOrEqual(event(kw) - 1e-9);
      }
      // The least there is: at the end of its reach, and where it turns, it is the event itself.
      if (floorKw <= mostKw) expect(paidAt(hull, mostKw + aboveKw)).toBeCloseTo(event(mostKw), 6);
      let turn = -aboveKw;
      for (const { kw, pricePerKwh } of hull) {
        turn += kw;
        if (pricePerKwh > 0) expect(paidAt(hull, turn + aboveKw)).toBeCloseTo(event(turn + 1e-12), 6);
      }
    }),
    { numRuns: 500 },
  );
});
