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
  nodeIds: [],
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

  it("fills no gap: without the quarter before there is no baseline, with a hole nothing measured", () => {
    const late = measured.filter(({ atMs }) => atMs >= at(-5));
    const withoutBaseline = seriesResult({ event: event(), measurements: late, nowMs: at(40) });
    expect(withoutBaseline.baselineKw).toBeNull();
    expect(withoutBaseline.intervals[0]).toMatchObject({
      baselineKwh: null,
      measuredKwh: 5,
      deliveredKwh: null,
    });
    const holed = measured.filter(({ atMs }) => atMs < at(5) || atMs > at(20));
    const [first, second] = seriesResult({ event: event(), measurements: holed, nowMs: at(40) }).intervals;
    expect(first).toMatchObject({ baselineKwh: 15, measuredKwh: 5, deliveredKwh: 10 });
    expect(second).toMatchObject({ measuredKwh: null, deliveredKwh: null, complete: true });
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
