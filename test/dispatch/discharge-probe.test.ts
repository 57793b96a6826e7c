import { describe, expect, it } from "vitest";
import { judgeProbe, probePowerKw, probeSchedule } from "../../src/dispatch/discharge-probe.js";
import type { MeterSample } from "../../src/domain/fleet.js";
import { sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const T0 = Date.parse("2026-11-02T18:00:00Z");
/** Powers by the second. */
type Metered = Readonly<Record<number, number>>;

/** What a register tells of the energy that was given back, Wh. */
type Register = (givenWh: number) => number | null;
const WHOLE_WH: Register = (givenWh) => 4_711 + Math.floor(givenWh);

const judged = (metered: Metered, { atS = 40, register = WHOLE_WH } = {}) => {
  let [givenWh, beforeS] = [0, 0];
  const samples = Object.entries(metered).map(([second, powerKw]): MeterSample => {
    givenWh += (-Math.min(0, powerKw) * 1_000 * (Number(second) - beforeS)) / 3_600;
    beforeS = Number(second);
    const atMs = T0 + Number(second) * 1_000;
    return { atMs, powerKw, importedWh: 0, exportedWh: register(givenWh), socPercent: null };
  });
  const found = judgeProbe({ askedKw: 1.4, takenMs: T0, samples }, T0 + atS * 1_000);
  return found.verdict === "fails" ? `fails: ${found.why}` : found.verdict;
};

describe("what a meter proves of a discharge", () => {
  it.each<[string, Metered, { atS?: number; register?: Register }, string]>([
    ["power that reversed, twice, 10 s apart", { 10: 0, 20: -1.4, 30: -1.4 }, {}, "works"],
    ["a little less than asked", { 20: -0.8, 30: -0.9 }, {}, "works"],
    ["a spike", { 10: -1.4, 12: -1.4 }, {}, "open"],
    ["nothing yet", { 10: 0, 20: 0 }, {}, "open"],
    [
      "nothing in time",
      { 30: 0, 60: 0 },
      { atS: 90 },
      "fails: its meter saw no power given back within 90 s",
    ],
    [
      "only its own consumption",
      { 30: -0.1, 60: -0.1 },
      { atS: 90 },
      "fails: its meter saw no power given back within 90 s",
    ],
    ["charging", { 30: 1.4, 60: 1.4 }, { atS: 90 }, "fails: its meter saw no power given back within 90 s"],
    ["a meter that is silent", {}, { atS: 90 }, "fails: its meter told nothing meanwhile within 90 s"],
    ["too much, at once", { 10: -2.2 }, {}, "fails: gave back 2.2 kW, asked for 1.4 kW"],
    ["energy that nobody counts yet", { 20: -1.4, 30: -1.4 }, { register: () => null }, "open"],
    [
      "energy that nobody counts",
      { 20: -1.4, 110: -1.4 },
      { atS: 110, register: () => null },
      "fails: gives back and does not count the energy",
    ],
    [
      "a register that stands still at some value",
      { 20: -1.4, 60: -1.4, 110: -1.4 },
      { atS: 110, register: () => 4_711 },
      "fails: gives back and does not count the energy",
    ],
    [
      "a register that counts a third of it",
      { 20: -1.4, 110: -1.4 },
      { atS: 110, register: (givenWh) => givenWh / 3 },
      "fails: gives back and does not count the energy",
    ],
    [
      "a register in steps of 10 Wh, after its first",
      { 20: -1.4, 30: -1.4 },
      { register: (givenWh) => 10 * Math.floor(givenWh / 10) },
      "open",
    ],
    [
      "a register in steps of 10 Wh",
      { 20: -1.4, 50: -1.4 },
      { register: (givenWh) => 10 * Math.floor(givenWh / 10) },
      "works",
    ],
    [
      "a register that counts three times as much",
      { 20: -1.4, 30: -1.4, 60: -1.4 },
      { atS: 60, register: (givenWh) => 3 * givenWh },
      "fails: counts 47 Wh where it gave back 16 Wh",
    ],
    [
      "a register that counts other energies",
      { 20: -1.4, 40: -1.4 },
      { register: (givenWh) => 1_000 * givenWh },
      "fails: counts 7778 Wh where it gave back 8 Wh",
    ],
  ])("%s", (_, metered, when, expected) => {
    expect(judged(metered, when)).toBe(expected);
  });
});

describe("what is asked in a probe", () => {
  const config = { ...SINGLE_PHASE_32A, maxDischargeKw: 7 };
  it("is the least that flows, and ends by itself after three minutes", () => {
    expect(probePowerKw(config)).toBeCloseTo(1.32, 6);
    expect(probePowerKw({ ...config, maxDischargeKw: 1 })).toBe(1);
    const probe = { way: "negative-limit-A", powerKw: 1.32, sinceMs: T0, endMs: T0 + 180_000 } as const;
    const told = probeSchedule(probe, { session: sessionOf("p1"), config, rateUnit: "W" });
    expect(told).toMatchObject({ unit: "A", endMs: T0 + 180_000, dischargeBy: "negative-limit-A" });
    expect(told.periods).toEqual([
      { startMs: T0 - 60_000, mode: "setpoint", value: -6, powerKw: expect.closeTo(-1.32, 6) },
    ]);
  });
});
