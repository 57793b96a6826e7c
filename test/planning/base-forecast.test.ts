import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { experienceOf, type SeenBase } from "../../src/planning/base-experience.js";
import { type BaseForecast, type BaseForecastInput, forecastBase } from "../../src/planning/base-forecast.js";
import { forecastOf } from "../fixtures/forecast.js";
import { communityOf, EVENING_MS } from "../fixtures/sites.js";

const DAY = 96;
const site = communityOf([]);
const horizon = quarterHourHorizon(EVENING_MS, 32);
const seenAt = (powerKw: number) => ({ powerKw, atMs: EVENING_MS, exactMs: EVENING_MS });

const forecast = (change: Partial<BaseForecastInput>): BaseForecast =>
  forecastOf({ site, horizon, ...change });

describe("the forecast of base load", () => {
  it("follows a fresh observation now and returns to the typical day", () => {
    const { meanKw } = forecast({ observed: seenAt(80) });
    expect(meanKw[0]).toBeCloseTo(80);
    meanKw.slice(1).forEach((kw, slot) => expect(kw).toBeLessThan(meanKw[slot]!));
    expect(Math.min(...meanKw)).toBeGreaterThan(60);
  });

  it("says when the observation is stale, and does not use it", () => {
    const atMs = EVENING_MS - HOUR_MS;
    const { stale, meanKw } = forecast({ observed: { powerKw: 80, atMs, exactMs: atMs } });
    expect([stale, meanKw[0]]).toEqual([true, 60]);
  });

  it("has forecasts of the stated margin above and below mean and typical day while less than a day is known", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 200, noNaN: true }), (powerKw) => {
        const { meanKw, upperKw, lowerKw } = forecast({ observed: seenAt(powerKw) });
        lowerKw.forEach((lower, slot) => expect(lower).toBeCloseTo(0.9 * Math.min(60, meanKw[slot]!), 9));
        upperKw.forEach((upper, slot) => expect(upper).toBeCloseTo(1.1 * Math.max(60, meanKw[slot]!), 9));
      }),
    );
  });

  it("counts what the battery charges as load for as long as its measurement may hold, its discharge as none", () => {
    const at = (powerKw: number) => forecast({ battery: { powerKw, atMs: EVENING_MS } }).upperKw.slice(0, 4);
    const [, ...rest] = at(30).map((kw) => Math.round(kw - 66));
    expect([Math.round(at(30)[0]! - 66), ...rest]).toEqual([30, 30, 0, 0]);
    at(-30).forEach((kw) => expect(kw).toBeCloseTo(66));
  });

  it("takes off what the battery discharges where exports are concerned, and what it charges adds nothing", () => {
    const at = (powerKw: number) => forecast({ battery: { powerKw, atMs: EVENING_MS } }).lowerKw.slice(0, 4);
    expect(at(-30).map((kw) => Math.round(kw))).toEqual([24, 24, 54, 54]);
    at(30).forEach((kw) => expect(kw).toBeCloseTo(54));
  });

  it("counts on less PV than is forecast for imports, on no less than that and the typical day for exports", () => {
    const pvProfileKw = Array<number>(DAY).fill(10);
    const typical = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(typical, (pvKw) => {
        const { pvKw: counted, upperPvKw } = forecast({ site: { ...site, pvProfileKw }, pvKw });
        expect(counted[0]).toBeCloseTo(0.7 * Math.min(12, pvKw), 9);
        expect(upperPvKw[0]).toBeCloseTo(Math.max(10, Math.min(12, pvKw)), 9);
        upperPvKw.forEach((kw, slot) => expect(kw).toBeGreaterThanOrEqual(counted[slot]!));
      }),
    );
  });
});

/** A typical day with a night and an evening, some kW large. */
const profiles = fc
  .tuple(fc.double({ min: 5, max: 100, noNaN: true }), fc.double({ min: 0, max: 0.8, noNaN: true }))
  .map(([meanKw, swing]) =>
    Array.from(
      { length: DAY },
      (_, quarter) => meanKw * (1 + swing * Math.sin((quarter / DAY) * 2 * Math.PI)),
    ),
  );

const START_MS = Math.ceil(EVENING_MS / SLOT_MS) * SLOT_MS;
const quarterAt = (index: number): number => index % DAY;
const seenBy = (profileKw: readonly number[], powersKw: readonly number[]): SeenBase[] =>
  powersKw.map((powerKw, index) => ({
    quarterMs: START_MS + index * SLOT_MS,
    powerKw,
    mostKw: powerKw,
    leastKw: powerKw,
    typicalKw: profileKw[quarterAt(index)]!,
  }));

/** The forecast made at a quarter of an hour, knowing all loads up to it. */
const forecastAt = (
  profileKw: readonly number[],
  powersKw: readonly number[],
  index: number,
): BaseForecast => {
  const nowMs = START_MS + index * SLOT_MS;
  const ahead = quarterHourHorizon(nowMs, 32);
  return forecastBase({
    site: { ...site, baseProfileKw: profileKw },
    horizon: ahead,
    quarters: ahead.startsMs.map((_, slot) => quarterAt(index + slot)),
    nowQuarter: quarterAt(index),
    nowMs,
    observed: { powerKw: powersKw[index]!, atMs: nowMs, exactMs: nowMs },
    pvKw: null,
    battery: null,
    experience: experienceOf(seenBy(profileKw, powersKw.slice(0, index + 1))),
  });
};

describe("what is learnt of the base load", () => {
  it("forecasts a load that is a multiple of its profile as that multiple, after a day", () => {
    const multiple = fc.double({ min: 0.1, max: 4, noNaN: true });
    fc.assert(
      fc.property(profiles, multiple, fc.integer({ min: DAY, max: 3 * DAY }), (profileKw, times, known) => {
        const powersKw = Array.from({ length: known }, (_, index) => times * profileKw[quarterAt(index)]!);
        const { upperKw } = forecastAt(profileKw, powersKw, known - 1);
        upperKw.forEach((upper, slot) => {
          const dueKw = times * profileKw[quarterAt(known - 1 + slot)]!;
          expect(upper).toBeGreaterThanOrEqual(dueKw * (1 - 1e-9));
          expect(upper).toBeLessThanOrEqual(dueKw * 1.01);
        });
      }),
    );
  });

  it("covers at least 95 of 100 noisy loads a quarter of an hour, one hour and six hours ahead", () => {
    const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 6 * DAY,
      maxLength: 6 * DAY,
    });
    const drawn = fc.record({
      profileKw: profiles,
      noise: fc.noShrink(noise),
      share: fc.double({ min: 0.01, max: 0.4, noNaN: true }),
      // Noise that stays for a while, as a household's does.
      stays: fc.double({ min: 0, max: 0.8, noNaN: true }),
      times: fc.double({ min: 0.5, max: 2, noNaN: true }),
    });
    const [came, covered, above] = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ];
    fc.assert(
      fc.property(drawn, ({ profileKw, noise: draws, share, stays, times }) => {
        let kept = 0;
        const powersKw = draws.map((draw, index) => {
          kept = stays * kept + (1 - stays) * draw;
          return Math.max(0, times * profileKw[quarterAt(index)]! * (1 + share * kept));
        });
        for (let index = 4 * DAY; index < 6 * DAY - 25; index += 5) {
          const { upperKw, lowerKw } = forecastAt(profileKw, powersKw, index);
          [1, 4, 24].forEach((lead, which) => {
            came[which]! += 1;
            if (powersKw[index + lead]! <= upperKw[lead]! + 1e-9) covered[which]! += 1;
            if (powersKw[index + lead]! >= lowerKw[lead]! - 1e-9) above[which]! += 1;
          });
        }
      }),
      { numRuns: 30 },
    );
    for (const counts of [covered, above])
      came.forEach((many, which) => expect(counts[which]! / many).toBeGreaterThanOrEqual(0.95));
  });

  it("covers the most and the least of a quarter of an hour, not only how it begins", () => {
    const calm = seenBy(site.baseProfileKw, Array<number>(2 * DAY).fill(60));
    const peaks = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(peaks, (peak) => {
        const experience = experienceOf(
          calm.map((one) => ({ ...one, mostKw: 60 * (1 + peak), leastKw: 60 * (1 - peak) })),
        );
        const { meanKw, upperKw, lowerKw } = forecast({ experience, observed: seenAt(60) });
        upperKw.forEach((upper, slot) => expect(upper).toBeCloseTo(meanKw[slot]! * (1 + peak), 6));
        lowerKw.forEach((lower, slot) => expect(lower).toBeCloseTo(meanKw[slot]! * (1 - peak), 6));
      }),
    );
  });

  it("keeps the stated margin until a day was seen", () => {
    expect(experienceOf(seenBy(site.baseProfileKw, Array(DAY - 1).fill(60)))).toBeNull();
    expect(experienceOf(seenBy(site.baseProfileKw, Array(DAY).fill(60)))).not.toBeNull();
  });

  it("grows less sure the longer the cars have hidden the load", () => {
    const powersKw = Array.from({ length: 2 * DAY }, (_, index) => 60 + 20 * Math.sin(index / 9));
    const experience = experienceOf(seenBy(site.baseProfileKw, powersKw));
    const upper = (hiddenMs: number): number =>
      forecast({ experience, observed: { ...seenAt(60), exactMs: EVENING_MS - hiddenMs } }).upperKw[0]!;
    expect(upper(3 * HOUR_MS)).toBeGreaterThan(upper(MINUTE_MS));
  });
});
