import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { addEnergy, openCost, type PriceStep, shownCost } from "../../src/settlement/running-cost.js";

const SLOT = 900_000;
/** A price per slot of a quarter of an hour, repeated. */
const pricesOf =
  (prices: readonly number[]) =>
  (fromMs: number, toMs: number): PriceStep[] => {
    const steps: PriceStep[] = [];
    for (let startMs = fromMs; startMs < toMs; ) {
      const slot = Math.floor(startMs / SLOT);
      const endMs = Math.min(toMs, (slot + 1) * SLOT);
      steps.push({ startMs, endMs, pricePerKwh: prices[slot % prices.length] ?? 0 });
      startMs = endMs;
    }
    return steps;
  };
const price = fc.double({ min: -1, max: 3, noNaN: true });
const energy = fc.double({ min: 0, max: 20, noNaN: true });

describe("what a session costs", () => {
  law.prop([
    fc.array(price, { minLength: 1, maxLength: 8 }),
    fc.array(energy, { minLength: 1, maxLength: 30 }),
  ])("is the sum of its energies times their prices, where each slot is told", (prices, energies) => {
    let account = openCost(0);
    let importedKwh = 0;
    let sum = 0;
    energies.forEach((kwh, slot) => {
      importedKwh += kwh;
      sum += kwh * (prices[slot % prices.length] ?? 0);
      account = addEnergy(account, { atMs: (slot + 1) * SLOT, importedKwh }, pricesOf(prices));
    });
    expect(account.cost).toBeCloseTo(sum, 6);
  });

  law.prop([
    fc.array(price, { minLength: 1, maxLength: 8 }),
    fc.integer({ min: 2, max: 100_000 }),
    fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 10 }),
    energy,
  ])("is the same however often an even charge is told", (prices, seconds, shares, totalKwh) => {
    const untilMs = seconds * 1_000;
    const told = (atShares: readonly number[]) =>
      [...atShares, 1].reduce(
        (account, share) =>
          addEnergy(
            account,
            {
              atMs: Math.round(share * untilMs),
              importedKwh: (totalKwh * Math.round(share * untilMs)) / untilMs,
            },
            pricesOf(prices),
          ),
        openCost(0),
      );
    expect(told([...shares].sort((a, b) => a - b)).cost).toBeCloseTo(told([]).cost, 6);
  });

  it("does not fall with a register that falls back, and counts what is told late at its moment", () => {
    const flat = pricesOf([0.5]);
    const first = addEnergy(openCost(1_000), { atMs: 2_000, importedKwh: 4 }, flat);
    expect(addEnergy(first, { atMs: 3_000, importedKwh: 1 }, flat)).toEqual({ ...first, notedMs: 3_000 });
    expect(addEnergy(first, { atMs: 1_500, importedKwh: 6 }, flat)).toEqual({
      notedMs: 2_000,
      importedKwh: 6,
      cost: 3,
    });
    expect(shownCost({ ...first, cost: 1.23456789 })).toBe(1.2346);
  });
});
