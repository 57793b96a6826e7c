import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seenPhases } from "../../src/fleet/seen-phases.js";
import { evseOf, EVENING_MS, scheduleOfKw } from "../fixtures/sites.js";

const MINUTE_MS = 60_000;
const V = 230;

/** An EVSE of three phases that was told `amps` two minutes ago, and a sample `afterMs` later. */
const seen = (amps: number, powerKw: number, afterMs = 2 * MINUTE_MS, judged: 1 | null = null) =>
  seenPhases(
    evseOf("p1", {
      held: scheduleOfKw("p1", [(3 * amps * V) / 1000], { startMs: EVENING_MS }),
      carPhases: judged,
      toldMs: EVENING_MS,
    }),
    { atMs: EVENING_MS + afterMs, powerKw, importedWh: null, exportedWh: null, socPercent: null },
  );

const anyAmps = fc.double({ min: 6, max: 32, noNaN: true });
/** The grid's voltage and the meter's error. */
const nearly = fc.double({ min: 0.95, max: 1.05, noNaN: true });

describe("the phases that a car uses", () => {
  it("is one when it settles at a third of what three phases allow", () => {
    fc.assert(
      fc.property(anyAmps, nearly, (amps, error) => {
        expect(seen(amps, (amps * V * error) / 1000)).toBe(1);
      }),
    );
  });

  it("is no longer judged one when it draws more than one phase can", () => {
    fc.assert(
      fc.property(anyAmps, nearly, fc.constantFrom(2, 3), (amps, error, phases) => {
        expect(seen(amps, (phases * amps * V * error) / 1000, 2 * MINUTE_MS, 1)).toBe(null);
        expect(seen(amps, 0, 2 * MINUTE_MS, 1)).toBe(1);
      }),
    );
  });

  it("stays open when it draws on two or three, nothing, or has just been told", () => {
    fc.assert(
      fc.property(anyAmps, nearly, fc.constantFrom(0, 2, 3), (amps, error, phases) => {
        expect(seen(amps, (phases * amps * V * error) / 1000)).toBe(null);
        expect(seen(amps, (amps * V * error) / 1000, 10_000)).toBe(null);
      }),
    );
  });
});
