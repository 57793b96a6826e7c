import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { energyKwhBetween, meanPowerKw, type PowerSample } from "../../src/settlement/energy.js";

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
  it("is additive over neighbouring spans, a gap in either being a gap in the whole", () => {
    const minute = fc.integer({ min: -5, max: 120 });
    fc.assert(
      fc.property(samplesOf, fc.tuple(minute, minute, minute), (samples, cuts) => {
        const [from = 0, middle = 0, to = 0] = cuts.toSorted((a, b) => a - b).map((cut) => cut * MINUTE_MS);
        const first = energyKwhBetween(samples, { fromMs: from, toMs: middle });
        const second = energyKwhBetween(samples, { fromMs: middle, toMs: to });
        const whole = energyKwhBetween(samples, { fromMs: from, toMs: to });
        if (first === null || second === null) expect(whole).toBeNull();
        else expect(whole).toBeCloseTo(first + second, 9);
      }),
    );
  });

  it("agrees with a sum minute by minute, whatever the order of the samples", () => {
    fc.assert(
      fc.property(samplesOf, fc.integer({ min: 1, max: 40 }), (samples, lengthMin) => {
        const fromMs = samples[0]?.atMs ?? 0;
        const span = { fromMs, toMs: fromMs + lengthMin * MINUTE_MS };
        let sum: number | null = 0;
        for (let at = span.fromMs; at < span.toMs; at += MINUTE_MS) {
          const holding = samples.filter(({ atMs }) => atMs <= at).at(-1);
          if (holding === undefined || at >= holding.atMs + 15 * MINUTE_MS) sum = null;
          else if (sum !== null) sum += holding.powerKw / 60;
        }
        const energy = energyKwhBetween(samples, span);
        if (sum === null) expect(energy).toBeNull();
        else expect(energy).toBeCloseTo(sum, 9);
        const distinct = new Set(samples.map(({ atMs }) => atMs)).size === samples.length;
        if (distinct) expect(energyKwhBetween(samples.toReversed(), span)).toBe(energy);
      }),
    );
  });

  it("of a constant is power times hours; no measurement is null, not zero; an empty span is zero", () => {
    const steady = Array.from({ length: 13 }, (_, index) => ({ atMs: index * 5 * MINUTE_MS, powerKw: 12 }));
    expect(energyKwhBetween(steady, { fromMs: 0, toMs: HOUR_MS })).toBeCloseTo(12, 12);
    expect(meanPowerKw(steady, { fromMs: 0, toMs: HOUR_MS / 3 })).toBeCloseTo(12, 12);
    expect(energyKwhBetween([], { fromMs: 0, toMs: 1 })).toBeNull();
    expect(energyKwhBetween(steady, { fromMs: -1, toMs: HOUR_MS })).toBeNull();
    expect(energyKwhBetween([], { fromMs: 5, toMs: 5 })).toBe(0);
    expect(meanPowerKw(steady, { fromMs: 0, toMs: 0 })).toBeNull();
  });
});
