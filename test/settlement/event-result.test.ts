import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GridEvent } from "../../src/domain/signal.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { baselineWindow, seriesResult } from "../../src/settlement/event-result.js";
import type { PowerSample } from "../../src/settlement/energy.js";

const T0 = Date.UTC(2026, 0, 14, 10);
const at = (minute: number): number => T0 + minute * MINUTE_MS;

/** 60 kW until minute 0, 20 kW after, a value each five minutes from −30 to 40. */
const measured: PowerSample[] = Array.from({ length: 15 }, (_, index) => ({
  atMs: at(index * 5 - 30),
  powerKw: index * 5 - 30 < 0 ? 60 : 20,
}));

const event = (part: Partial<GridEvent> = {}): GridEvent => ({
  id: "e",
  programId: "p",
  name: null,
  priority: null,
  modifiedMs: 0,
  nodeIds: null,
  intervals: [
    { id: 0, startMs: at(0), endMs: at(15), payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [24] }] },
    { id: 1, startMs: at(15), endMs: at(30), payloads: [{ type: "PRICE", values: [2] }] },
  ],
  ...part,
});

describe("result of an event", () => {
  it.each([
    [0, -15, 0],
    [7, -8, 7],
    [15, 0, 15],
  ])("one that begins at minute %d has its baseline from %d to %d", (begin, from, to) => {
    expect(baselineWindow(at(begin))).toEqual({ fromMs: at(from), toMs: at(to) });
  });

  it("is baseline minus measured when it is over; a price has no target", () => {
    const result = seriesResult({ event: event(), measurements: measured, nowMs: at(40) });
    expect(result).toEqual({
      baselineKw: 60,
      intervals: [
        {
          id: 0,
          startMs: at(0),
          endMs: at(15),
          baselineKwh: 15,
          targetKwh: 6,
          measuredKwh: 5,
          deliveredKwh: 10,
          gapMs: 0,
          missing: null,
          complete: true,
        },
        {
          id: 1,
          startMs: at(15),
          endMs: at(30),
          baselineKwh: 15,
          targetKwh: null,
          measuredKwh: 5,
          deliveredKwh: 10,
          gapMs: 0,
          missing: null,
          complete: true,
        },
      ],
    });
  });

  it("compares equal spans while it runs, and tells nothing of what has not begun", () => {
    const result = seriesResult({ event: event(), measurements: measured, nowMs: at(6) });
    const [running, coming] = result.intervals;
    expect(running).toMatchObject({ baselineKwh: 6, measuredKwh: 2, complete: false });
    expect(running?.targetKwh).toBeCloseTo(2.4, 12);
    expect(running?.deliveredKwh).toBeCloseTo(4, 12);
    expect(coming).toMatchObject({ baselineKwh: 15, measuredKwh: null, deliveredKwh: null, complete: false });
  });

  it("fills no gap: all energies are of the time that was measured, and it tells how much was not", () => {
    const minutes = fc.uniqueArray(fc.integer({ min: -30, max: 39 }), { minLength: 0, maxLength: 70 });
    fc.assert(
      fc.property(minutes, (lost) => {
        const kept = Array.from({ length: 70 }, (_, index) => index - 30)
          .filter((minute) => !lost.includes(minute))
          .map((minute) => ({ atMs: at(minute), powerKw: minute < 0 ? 60 : 20 }));
        const result = seriesResult({
          event: event(),
          measurements: kept,
          nowMs: at(40),
          maxHoldMs: MINUTE_MS,
        });
        const heard = (from: number, to: number) =>
          to - from - lost.filter((m) => m >= from && m < to).length;
        expect(result.baselineKw === null).toBe(heard(-15, 0) < 7.5);
        if (result.baselineKw !== null) expect(result.baselineKw).toBeCloseTo(60, 9);
        for (const [index, row] of result.intervals.entries()) {
          const measuredMin = heard(index * 15, index * 15 + 15);
          expect(row.gapMs).toBe((15 - measuredMin) * MINUTE_MS);
          if (measuredMin === 0)
            expect(row).toMatchObject({ measuredKwh: null, deliveredKwh: null, missing: "measurements" });
          else expect(row.measuredKwh).toBeCloseTo(measuredMin / 3, 9);
          if (index === 0) expect(row.targetKwh).toBeCloseTo(((measuredMin || 15) / 60) * 24, 9);
          if (measuredMin === 0 || result.baselineKw === null) expect(row.deliveredKwh).toBeNull();
          else expect(row.deliveredKwh).toBeCloseTo((measuredMin / 60) * 40, 9);
          const wanted = result.baselineKw === null ? "baseline" : row.gapMs > 0 ? "measurements" : null;
          if (measuredMin > 0) expect(row.missing).toBe(wanted);
        }
      }),
    );
  });

  it("an open-ended interval ends now; a cap that only the caller knows is taken from it", () => {
    const open = event({
      intervals: [{ id: 3, startMs: at(0), endMs: null, payloads: [{ type: "SIMPLE", values: [2] }] }],
    });
    const result = seriesResult({ event: open, measurements: measured, nowMs: at(30), capKwOf: () => 40 });
    expect(result.intervals[0]).toEqual({
      id: 3,
      startMs: at(0),
      endMs: at(30),
      baselineKwh: 30,
      targetKwh: 20,
      measuredKwh: 10,
      deliveredKwh: 20,
      gapMs: 0,
      missing: null,
      complete: false,
    });
  });

  it("before the event, and of one without intervals, there is no baseline yet", () => {
    expect(seriesResult({ event: event(), measurements: measured, nowMs: at(-20) }).baselineKw).toBeNull();
    const none = seriesResult({ event: event({ intervals: [] }), measurements: measured, nowMs: at(0) });
    expect([none.baselineKw, none.intervals]).toEqual([null, []]);
  });
});
