import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers; each call takes the next. */
export interface RandomStream {
  /** In [low, high). */
  uniform(low: number, high: number): number;
  /** Normal, drawn again until it lies within [low, high] (at most 64 times, then clamped). */
  normalWithin(shape: NormalWithin): number;
  /** One of the keys, by weight. */
  weighted(weights: Readonly<Record<string, number>>): string;
}

interface NormalWithin {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** FNV-1a, 32 bit. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value ^= text.charCodeAt(at);
    value = Math.imul(value, 0x01000193);
  }
  return value | 0;
};

/** Spreads the bits of near seeds (the finalizer of MurmurHash3). */
const mix = (seed: number): number => {
  let value = seed | 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) | 0;
};

/**
 * The stream of one purpose. Streams of different names are independent, so that drawing more for one
 * car, or stepping time otherwise, changes nothing for another.
 */
export const randomStream = (seed: number, name: string): RandomStream => {
  const generator = xoroshiro128plus(mix(hash(name) ^ mix(seed)));
  const next = (): number => uniformFloat64(generator);
  const uniform = (low: number, high: number): number => low + (high - low) * next();
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    uniform,
    normalWithin: ({ mean, deviation, low, high }) => {
      for (let attempt = 0; attempt < 64; attempt++) {
        const value = mean + deviation * normal();
        if (value >= low && value <= high) return value;
      }
      return Math.min(high, Math.max(low, mean));
    },
    weighted: (weights) => {
      const entries = Object.entries(weights);
      let rest = uniform(
        0,
        entries.reduce((total, [, weight]) => total + weight, 0),
      );
      for (const [key, weight] of entries) {
        rest -= weight;
        if (rest < 0) return key;
      }
      return entries.at(-1)?.[0] ?? "";
    },
  };
};
