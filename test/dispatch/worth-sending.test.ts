import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scheduledKw } from "../../src/domain/draw.js";
import { type DispatchEvse, type GuardedNode, sumsBelow, wouldDrawKw } from "../../src/dispatch/bounds.js";
import { worthSending } from "../../src/dispatch/material.js";
import { EVENING_MS, evseOf, scheduleOfKw, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const DAY_SLOTS = 96;
const gridMs = Array.from({ length: DAY_SLOTS }, (_, slot) => EVENING_MS + slot * 900_000);
const allDay = (kw: number): number[] => gridMs.map(() => kw);

const car = (id: string, heldKw: number, wanted: number): DispatchEvse => ({
  config: SINGLE_PHASE_32A,
  evse: evseOf(id, { held: scheduleOfKw(id, allDay(heldKw)) }),
  nodePath: ["transformer"],
  wanted: scheduleOfKw(id, allDay(wanted)),
  maxPeriods: 24,
});
const guard = (headroomKw: number, counts: GuardedNode["counts"] = "draw"): GuardedNode => ({
  nodeId: "transformer",
  timesMs: gridMs,
  headroomKw: allDay(headroomKw),
  counts,
});
const sent = (cars: readonly DispatchEvse[], guards: readonly GuardedNode[]): number =>
  worthSending(cars, guards, EVENING_MS).filter(({ wanted }) => wanted !== null).length;

describe("what is worth sending", () => {
  it("is no change of a tenth of a kilowatt while every limit holds without it", () => {
    const cars = Array.from({ length: 40 }, (_, index) => car(`p${index}`, 3.3, 3.2));
    expect(sent(cars, [guard(140)])).toBe(0);
  });

  it("is every reduction of forty cars by a tenth of a kilowatt when together they break a limit", () => {
    const cars = Array.from({ length: 40 }, (_, index) => car(`p${index}`, 3.3, 3.2));
    expect(sent(cars, [guard(128)])).toBe(40);
    expect(sent(cars, [guard(128, "net")])).toBe(40);
  });

  it("is a small reduction that makes room for a large increase of another car", () => {
    const cars = [...Array.from({ length: 10 }, (_, index) => car(`p${index}`, 3.3, 3.2)), car("new", 0, 1)];
    expect(sent(cars, [guard(33)])).toBe(11);
  });

  it("leads below every limit whenever the plan as a whole does", () => {
    const kw = fc.integer({ min: 0, max: 70 }).map((tenths) => tenths / 10);
    const cars = fc.array(fc.record({ held: kw, nudge: fc.integer({ min: -15, max: 15 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(cars, (drawn) => {
        const all = drawn.map(({ held, nudge }, index) =>
          car(`p${index}`, held, Math.min(7, Math.max(0, held + nudge / 100))),
        );
        const [planned = 0] = sumsBelow(guard(0), all, wouldDrawKw);
        const kept = worthSending(all, [guard(planned)], EVENING_MS);
        const [reached = 0] = sumsBelow(guard(0), kept, wouldDrawKw);
        expect(reached).toBeLessThanOrEqual(planned + 1e-6);
        for (const { wanted } of kept)
          if (wanted !== null) expect(scheduledKw(wanted, EVENING_MS)).not.toBeNull();
      }),
    );
  });
});
