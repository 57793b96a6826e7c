import { describe, expect, it } from "vitest";
import type { EmergencyTerms, EmergencyUse } from "../../src/domain/sharing.js";
import { boundedUse, surchargeOf } from "../../src/sharing/emergency.js";
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
    ["what is asked for", { pileKw: 41.58, energyKwh: 6, minutes: 20 }, 6, 20],
    ["the most of a use", { pileKw: 41.58, energyKwh: 40, minutes: 30 }, 12, 30],
  ])("is %s", (_, { pileKw, ...wish }, energyKwh, minutes) => {
    const found = boundedUse({ idToken: "card", ...wish }, [], {
      terms: TERMS,
      pileKw,
      midnightMs: START_MS,
    });
    expect(found).toEqual({ energyKwh: expect.closeTo(energyKwh, 9), minutes });
  });

  const taken: EmergencyUse = {
    id: "before",
    stationId: "fast",
    evseId: 1,
    driver: "Ya",
    idToken: "CARD",
    energyKwh: 12,
    minutes: 30,
    surchargePerKwh: 1.5,
    status: "over",
    madeMs: START_MS,
    untilMs: START_MS,
    sessionId: "s",
    startKwh: 0,
    deliveredKwh: 14.6,
  };
  it.each([
    ["too little: a minute of a slow pile", { pileKw: 3, energyKwh: 6, minutes: 1 }, [], "too-little"],
    ["too little: what is asked for", { pileKw: 41.58, energyKwh: 0.4, minutes: 20 }, [], "too-little"],
    ["used up: the uses of the day", { pileKw: 41.58, energyKwh: 6, minutes: 20 }, [taken], "used-up"],
    ["used up, though it is too little", { pileKw: 3, energyKwh: 6, minutes: 1 }, [taken], "used-up"],
  ] as const)("is nothing where it is %s", (_, { pileKw, ...wish }, uses, why) => {
    const bounds = { terms: TERMS, pileKw, midnightMs: START_MS };
    expect(boundedUse({ idToken: "card", ...wish }, uses, bounds)).toBe(why);
  });

  it("is nothing where less than is worth a use is left of the day's energy", () => {
    const bounds = { terms: { ...TERMS, mostUsesPerDay: 9 }, pileKw: 41.58, midnightMs: START_MS };
    const wish = { idToken: "card", energyKwh: 6, minutes: 20 };
    expect(boundedUse(wish, [taken], bounds)).toBe("used-up");
    expect(boundedUse(wish, [{ ...taken, deliveredKwh: 14 }], bounds)).toMatchObject({ energyKwh: 1 });
  });
});

describe("what is due above the tariff", () => {
  it.each([
    [0, 0, 0],
    [3, 4.5, 0],
    [4, 6, 0],
    [6.5, 6, 2.5],
  ])("for %d kWh of 4 quoted is %d, and %d kWh are beyond", (deliveredKwh, surchargeDue, beyondQuoteKwh) => {
    const due = surchargeOf({ energyKwh: 4, deliveredKwh, surchargePerKwh: 1.5 });
    expect(due).toEqual({ surchargeDue, beyondQuoteKwh });
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
