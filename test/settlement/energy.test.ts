import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { measuredPart, type PowerSample } from "../../src/settlement/energy.js";

const samplesOf = fc
  .array(fc.record({ gapMin: fc.integer({ min: 0, max: 14 }), powerKw: fc.integer({ min: -50, max: 50 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ gapMin, powerKw }): PowerSample => {
      atMs += gapMin * MINUTE_MS;
      return { atMs, powerKw };
    });
  });

describe("energy of a measured power", () => {
  it("is additive over neighbouring spans, and so are its gaps", () => {
    const minute = fc.integer({ min: -5, max: 120 });
    fc.assert(
      fc.property(samplesOf, fc.tuple(minute, minute, minute), (samples, cuts) => {
        const [from = 0, middle = 0, to = 0] = cuts.toSorted((a, b) => a - b).map((cut) => cut * MINUTE_MS);
        const first = measuredPart(samples, { fromMs: from, toMs: middle });
        const second = measuredPart(samples, { fromMs: middle, toMs: to });
        const whole = measuredPart(samples, { fromMs: from, toMs: to });
        expect(whole.gapMs).toBe(first.gapMs + second.gapMs);
        expect(whole.energyKwh).toBeCloseTo(first.energyKwh + second.energyKwh, 9);
      }),
    );
  });

  it("agrees with a sum minute by minute, whatever the order of the samples", () => {
    fc.assert(
      fc.property(samplesOf, fc.integer({ min: 1, max: 40 }), (samples, lengthMin) => {
        const fromMs = samples[0]?.atMs ?? 0;
        const span = { fromMs, toMs: fromMs + lengthMin * MINUTE_MS };
        let [sum, gapMs] = [0, 0];
        for (let at = span.fromMs; at < span.toMs; at += MINUTE_MS) {
          const holding = samples.filter(({ atMs }) => atMs <= at).at(-1);
          if (holding === undefined || at >= holding.atMs + 15 * MINUTE_MS) gapMs += MINUTE_MS;
          else sum += holding.powerKw / 60;
        }
        const part = measuredPart(samples, span);
        expect(part.gapMs).toBe(gapMs);
        expect(part.energyKwh).toBeCloseTo(sum, 9);
        const distinct = new Set(samples.map(({ atMs }) => atMs)).size === samples.length;
        if (distinct) expect(measuredPart(samples.toReversed(), span)).toEqual(part);
      }),
    );
  });

  it("of a constant is power times hours; what was not measured is a gap; an empty span is nothing", () => {
    const steady = Array.from({ length: 13 }, (_, index) => ({ atMs: index * 5 * MINUTE_MS, powerKw: 12 }));
    const hour = { fromMs: 0, toMs: HOUR_MS };
    expect(measuredPart(steady, hour)).toEqual({ energyKwh: 12, gapMs: 0 });
    expect(measuredPart([], hour)).toEqual({ energyKwh: 0, gapMs: HOUR_MS });
    expect(measuredPart(steady, { fromMs: -1, toMs: HOUR_MS })).toEqual({ energyKwh: 12, gapMs: 1 });
    expect(measuredPart([], { fromMs: 5, toMs: 5 })).toEqual({ energyKwh: 0, gapMs: 0 });
  });
});
