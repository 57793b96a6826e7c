import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { carKw, correctionSchedule } from "../../src/dispatch/correction-schedule.js";
import { scheduledKw } from "../../src/domain/draw.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const kw = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyCase = fc.record({
  config: fc.constantFrom(1 as const, 3 as const).map((phases) => ({ ...SINGLE_PHASE_32A, phases })),
  carPhases: fc.constantFrom(1 as const, null),
  rateUnit: fc.constantFrom("A" as const, "W" as const),
  countedKw: kw(0, 21),
  powerKw: kw(0, 30),
});

describe("a correction", () => {
  test.prop([anyCase])("has a car draw what it is meant to, and never more than the plan", (one) => {
    const { config, carPhases, rateUnit, countedKw, powerKw } = one;
    const planned = scheduleOfKw("p1", [countedKw], { unit: rateUnit, startMs: EVENING_MS });
    const used = { config, evse: { carPhases } };
    const told = correctionSchedule({
      ...used,
      session: sessionOf("p1"),
      capabilities: { rateUnit, maxPeriods: 24, maxStackLevel: 8, dischargeSetpoint: false },
      planned,
      powerKw,
      nowMs: EVENING_MS,
    });
    const drawsKw = carKw(told, used, EVENING_MS)!;
    const plannedKw = carKw(planned, used, EVENING_MS)!;
    expect(scheduledKw(told, EVENING_MS)!).toBeLessThanOrEqual(countedKw + 1e-6);
    expect(drawsKw).toBeLessThanOrEqual(Math.min(powerKw, plannedKw) + 1e-6);
    expect(drawsKw).toBeGreaterThanOrEqual(Math.min(powerKw, plannedKw) - 0.1);
  });
});
