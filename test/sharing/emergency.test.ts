import { describe, expect, it } from "vitest";
import type { EmergencyTerms } from "../../src/domain/sharing.js";
import { boundedUse } from "../../src/sharing/emergency.js";
import { dearestPricePerKwh } from "../../src/sharing/who-waits.js";
import { START_MS } from "./waiting.js";

const TERMS: EmergencyTerms = {
  surchargePerKwh: 1.5,
  mostKwhPerUse: 12,
  mostMinutesPerUse: 30,
  mostUsesPerDay: 1,
  mostKwhPerDay: 15,
  comeWithinMinutes: 10,
};

describe("what a use may take", () => {
  it.each([
    ["what the pile gives in the stay", { pileKw: 3.6, energyKwh: 6, minutes: 20 }, 1.2, 20],
    ["what it gives in the longest stay", { pileKw: 7.2, energyKwh: 6, minutes: 90 }, 3.6, 30],
    ["less than is worth a use in a minute", { pileKw: 3.6, energyKwh: 6, minutes: 1 }, 0.06, 1],
    ["what is asked for", { pileKw: 41.58, energyKwh: 6, minutes: 20 }, 6, 20],
    ["the most of a use", { pileKw: 41.58, energyKwh: 40, minutes: 30 }, 12, 30],
  ])("is %s", (_, { pileKw, ...wish }, energyKwh, minutes) => {
    const found = boundedUse({ idToken: "card", ...wish }, [], {
      terms: TERMS,
      pileKw,
      midnightMs: START_MS,
    });
    expect(found?.energyKwh).toBeCloseTo(energyKwh, 9);
    expect(found?.minutes).toBe(minutes);
  });
});

describe("the dearest price of a time", () => {
  const horizon = { startsMs: [0, 10, 20, 30], endMs: 40 };
  it.each([
    ["of the slots that begin before its end", 25, 0.9],
    ["not of one that begins at its end", 20, 0.5],
    ["of the first slot in any case", 0, 0.4],
    ["of all where it is longer than they are", 99, 1.2],
  ])("is that %s", (_, untilMs, price) => {
    expect(dearestPricePerKwh(horizon, [0.4, 0.5, 0.9, 1.2], untilMs)).toBe(price);
  });
});
