import { DateTime } from "luxon";
import type { Site } from "../../src/domain/site.js";
import { type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import { randomStream } from "./random.js";

/** Households and PV change at these steps, piecewise constant. */
export const STEP_MS = 5 * MINUTE_MS;
const STEPS_PER_SLOW = 6;

/** What the site draws and generates beside the cars. */
export interface Background {
  baseKw(atMs: EpochMs): number;
  pvKw(atMs: EpochMs): number;
  /** Start of the next step. */
  nextStepMs(atMs: EpochMs): EpochMs;
}

export interface BackgroundShape {
  readonly site: Site;
  readonly seed: number;
  readonly startMs: EpochMs;
  /** Largest relative deviation of the households from the site's typical profile. */
  readonly baseNoiseShare: number;
  /** Largest relative reduction of PV below the typical profile. */
  readonly pvCloudShare: number;
}

/** A series that is made step by step as far as somebody looks, so that a world has no end. */
const growing = (make: (step: number) => number): ((step: number) => number) => {
  const values: number[] = [];
  return (step) => {
    while (values.length <= step) values.push(make(values.length));
    return values[step] ?? 0;
  };
};

/**
 * Noise within [−1, 1], mean 0: a slow part that keeps its value for half an hour and a fast one.
 * Drawn in order of the steps, so that it does not depend on when somebody looks.
 */
const noise = (seed: number, name: string): ((step: number) => number) => {
  const slow = randomStream(seed, `${name}/slow`);
  const fast = randomStream(seed, `${name}/fast`);
  let level = 0;
  return growing((step) => {
    if (step % STEPS_PER_SLOW === 0) level = slow.uniform(-0.6, 0.6);
    return level + fast.uniform(-0.4, 0.4);
  });
};

const quarterOf = (atMs: EpochMs, zone: string): number => {
  const local = DateTime.fromMillis(atMs, { zone });
  return local.hour * 4 + Math.floor(local.minute / 15);
};

/** Households around the site's typical base profile, PV below its typical profile. */
export const createBackground = (shape: BackgroundShape): Background => {
  const { site, seed } = shape;
  const firstMs = Math.floor(shape.startMs / STEP_MS) * STEP_MS;
  const baseNoise = noise(seed, "households");
  const pvNoise = noise(seed, "pv");
  const series = (profile: readonly number[], factor: (step: number) => number) =>
    growing((step) => {
      const quarter = quarterOf(firstMs + step * STEP_MS, site.timeZone);
      return Math.max(0, (profile[quarter] ?? 0) * factor(step));
    });
  const base = series(site.baseProfileKw, (step) => 1 + shape.baseNoiseShare * baseNoise(step));
  const pv = series(site.pvProfileKw, (step) => 1 - shape.pvCloudShare * (0.5 + 0.5 * pvNoise(step)));
  const stepAt = (atMs: EpochMs): number => Math.max(0, Math.floor((atMs - firstMs) / STEP_MS));
  return {
    baseKw: (atMs) => base(stepAt(atMs)),
    pvKw: (atMs) => pv(stepAt(atMs)),
    nextStepMs: (atMs) => (Math.floor(atMs / STEP_MS) + 1) * STEP_MS,
  };
};
