/** What authorities told is kept within bounds: the oldest makes room. */
import { describe, expect, it } from "vitest";
import { createStandingCache } from "../../src/certificates/status/cache.js";

const KIB = 1024;

const told = (ocspBase64: string | null = null) =>
  ({ status: "Good", nextUpdateMs: 100, ocspBase64, isProven: true }) as const;

/** Keys that are still there of so many that were put, one after the other. */
const kept = (count: number, ocspBase64: string | null = null): number[] => {
  const cache = createStandingCache();
  const all = Array.from({ length: count }, (_, index) => index);
  for (const index of all) cache.put(`${index}`, told(ocspBase64), 0);
  return all.filter((index) => cache.get(`${index}`, 1) !== null);
};

describe("answers are kept", () => {
  it("2,000 of them, the oldest goes", () => {
    expect(kept(2_000)).toHaveLength(2_000);
    const left = kept(2_003);
    expect([left.length, left[0], left.at(-1)]).toEqual([2_000, 3, 2_002]);
  });

  it("8 MiB of them, the oldest go", () => {
    // With their keys, 127 are below 8 MiB, and 128 above.
    const left = kept(150, "A".repeat(64 * KIB));
    expect([left.length, left[0], left.at(-1)]).toEqual([127, 23, 149]);
  });

  it("for no longer where the clock is put back: what is from later than now counts no more", () => {
    const cache = createStandingCache();
    cache.put("first", told(), 50);
    expect([cache.get("first", 50), cache.get("first", 49), cache.get("first", 50)]).toEqual([
      told(),
      null,
      null,
    ]);
  });

  it("each counted once, however often it is told anew, and no more once it is forgotten", () => {
    const cache = createStandingCache();
    const large = told("A".repeat(64 * KIB));
    cache.put("first", told(), 0);
    for (let turn = 0; turn < 300; turn += 1) cache.put("same", large, 0);
    for (let turn = 0; turn < 300; turn += 1) {
      cache.put("brief", { ...large, nextUpdateMs: 2 }, 0);
      expect(cache.get("brief", 2)).toBeNull();
    }
    expect(cache.get("first", 1)).toEqual(told());
  });
});
