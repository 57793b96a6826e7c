/** What a meter tells is held against what it told before, and against what its EVSE can draw at all. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStationMemory } from "../../src/ocpp/common/codec.js";
import { type Reading, toSample } from "../../src/ocpp/common/meter.js";
import type { MeterFinding } from "../../src/ocpp/common/plausible.js";

const MINUTE = 60_000;
const T0 = Date.parse("2026-11-02T18:00:00Z");

interface Told {
  readonly kw: number | null;
  readonly wh: number;
}

/** A meter told once a minute, or as often as is said. */
const metered = (told: readonly Told[], everyMs = MINUTE) => {
  const found: MeterFinding[] = [];
  const context = {
    memory: createStationMemory(),
    electrics: () => ({ voltageV: 230, phases: 1, ratedKw: 7.4 }) as const,
    found: (finding: MeterFinding) => void found.push(finding),
  };
  const samples = told.map(({ kw, wh }, index) => {
    const reading: Reading = {
      atMs: T0 + index * everyMs,
      powerKw: kw,
      importedWh: wh,
      exportedWh: null,
      socPercent: null,
      opens: false,
    };
    return toSample(reading, 1, context);
  });
  return { samples, what: found.map(({ values }) => values) };
};

/** A car's power by the minute, and the register that it makes. */
const honest = (powersKw: readonly number[], factor = 1): Told[] => {
  let wh = 0;
  return powersKw.map((kw, minute) => {
    wh += minute === 0 ? 0 : ((powersKw[minute - 1] ?? 0) * 1000) / 60;
    return { kw, wh: wh * factor };
  });
};

describe("a meter", () => {
  it("that is right is never doubted, whatever its car draws", () => {
    const powers = fc.array(fc.double({ min: 0, max: 7.4, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(powers, fc.boolean(), (kws, whole) => {
        const told = honest(kws).map(({ kw, wh }) => ({ kw, wh: whole ? Math.round(wh) : wh }));
        expect(metered(told).what).toEqual([]);
      }),
    );
  });

  const steady = Array.from({ length: 8 }, () => 6);
  it("that tells no power while its energy rises is read by its energy", () => {
    const { samples, what } = metered(honest(steady).map(({ wh }) => ({ kw: 0, wh })));
    expect(what).toEqual([{ powerFrom: "register" }]);
    expect(samples.at(3)?.powerKw).toBeCloseTo(6, 6);
  });

  it("that calls Wh kWh is mended with the third reading that no car can have made; the energy before is nobody's", () => {
    const { samples, what } = metered(honest(steady, 1000));
    expect(what[0]).toEqual({ registerFactor: 0.001 });
    expect(samples.slice(0, 3).map((sample) => sample?.importedWh)).toEqual([0, null, null]);
    expect(samples.at(3)?.importedWh).toBeCloseTo(300, 6);
    expect(samples.map((sample) => sample?.powerKw)).toEqual(steady);
  });

  it("whose register jumps once or twice and then goes on is not taken for one that calls Wh kWh", () => {
    for (const jumps of [[4], [3, 5]]) {
      const jumped = honest(steady).map(({ kw, wh }, minute) => ({
        kw,
        wh: wh + 100_000 * jumps.filter((at) => minute >= at).length,
      }));
      expect(metered(jumped).what).toEqual([]);
    }
  });

  it("that stands where it cannot have come to is believed no more than when it came there", () => {
    const { samples } = metered([0, 100_000, 100_000, 100_000, 100_100].map((wh) => ({ kw: 6, wh })));
    expect(samples.map((sample) => sample?.importedWh)).toEqual([0, null, null, null, 100_100]);
    expect(samples.map((sample) => sample?.unbelieved?.importedWh)).toEqual([
      undefined,
      100_000,
      100_000,
      100_000,
      undefined,
    ]);
  });

  it("that tells one jump in many readings within seconds has jumped once", () => {
    const jump = Array.from({ length: 6 }, () => ({ kw: 6, wh: 5_000 }));
    const { samples, what } = metered([{ kw: 6, wh: 0 }, ...jump], 3_000);
    expect(what).toEqual([]);
    expect(samples.at(1)?.importedWh).toBeNull();
  });

  it("that calls kWh Wh is mended when its power contradicts it three times", () => {
    const { samples, what } = metered(honest(steady, 0.001));
    expect(what[0]).toEqual({ registerFactor: 1000 });
    expect(samples.at(2)?.importedWh).toBeCloseTo(0.2, 6);
    expect(samples.at(3)?.importedWh).toBeCloseTo(300, 6);
  });

  it("whose energy is twice its power is told, and left as it is", () => {
    const { samples, what } = metered(honest(steady, 2));
    expect(what).toEqual([null]);
    expect(samples.at(7)?.importedWh).toBeCloseTo(1400, 6);
  });
});
