import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scheduledKw } from "../../src/domain/draw.js";
import type { StationCapabilities } from "../../src/domain/fleet.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { SessionPlan } from "../../src/domain/plan.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { isMaterial } from "../../src/dispatch/material.js";
import { scheduleOf } from "../../src/dispatch/schedules.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";
import { inShape } from "../../src/domain/held-shape.js";

const AMPERES: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 0,
  dischargeSetpoint: false,
};

const planOf = (netKw: readonly number[]): SessionPlan => ({
  sessionId: "p1.1.s",
  chargeKw: netKw.map((kw) => Math.max(0, kw)),
  dischargeKw: netKw.map((kw) => Math.max(0, -kw)),
  energyKwh: [],
  shortfallKwh: 0,
  shortfallCause: null,
  reasons: [],
});

const make = (netKw: readonly number[], capabilities: StationCapabilities, maxDischargeKw = 0): Schedule =>
  scheduleOf({
    session: sessionOf("p1"),
    plan: planOf(netKw),
    horizon: quarterHourHorizon(EVENING_MS, netKw.length),
    config: { ...SINGLE_PHASE_32A, maxDischargeKw },
    evse: { carPhases: null },
    capabilities,
  });

const signed = (minutes: number): string => (minutes < 0 ? `${minutes}` : `+${minutes}`);

const table = (schedule: Schedule): string[] =>
  schedule.periods.map(
    ({ startMs, mode, value }) =>
      `${signed((startMs - EVENING_MS) / 60_000)}min ${mode} ${value} ${schedule.unit}`,
  );

describe("a schedule made from a plan", () => {
  it("is in amperes, rounded down to 0.1 A, equal slots merged", () => {
    expect(table(make([0, 0, 7.04, 7.04, 3.333, 0], AMPERES))).toEqual([
      "-1min charge-limit 0 A",
      "+30min charge-limit 32 A",
      "+60min charge-limit 15.1 A",
      "+75min charge-limit 0 A",
    ]);
  });

  it("hands power over at one whole second, whenever two schedules were made", () => {
    const boundaryMs = EVENING_MS + 192_441;
    const madeAt = (nowMs: number, netKw: readonly number[]): Schedule =>
      scheduleOf({
        session: sessionOf("p1"),
        plan: planOf(netKw),
        horizon: { startsMs: [nowMs, boundaryMs], endMs: EVENING_MS + 900_000 },
        config: SINGLE_PHASE_32A,
        evse: { carPhases: null },
        capabilities: AMPERES,
      });
    const [ends, begins] = [madeAt(EVENING_MS + 441, [7.04, 0]), madeAt(EVENING_MS + 2_930, [0, 7.04])];
    for (const { periods } of [ends, begins])
      expect(periods.map(({ startMs }) => startMs % 1000)).toEqual([0, 0]);
    expect(begins.periods[1]?.startMs).toBe(ends.periods[1]?.startMs);
  });

  it("is a signed setpoint in watts where the station discharges", () => {
    const capabilities = { ...AMPERES, dischargeSetpoint: true };
    expect(table(make([5, -6.5004, 0], capabilities, 7))).toEqual([
      "-1min setpoint 5000 W",
      "+15min setpoint -6501 W",
      "+30min setpoint 0 W",
    ]);
  });

  it.each([
    ["negative-limit-W", ["-1min charge-limit 0 W", "+15min setpoint -3000 W", "+30min charge-limit 0 W"]],
    ["negative-limit-A", ["-1min charge-limit 0 A", "+15min setpoint -13.6 A", "+30min charge-limit 0 A"]],
    ["data-transfer", ["-1min charge-limit 0 A"]],
  ] as const)("gives back by %s for half an hour ahead: no profile ends with its connection", (way, rows) => {
    const schedule = make([0, -3, -3, -3], { ...AMPERES, dischargesBy: { way, evseIds: [1] } }, 7);
    expect(table(schedule)).toEqual(rows);
    expect(schedule.dischargeBy).toBe(way);
  });

  it.each([
    ["gives back", -3, 30],
    ["charges", 3, 7 * 24 * 60 - 1],
  ] as const)("of one value that %s holds so long without the next", (_, powerKw, minutes) => {
    const told = { ...AMPERES, oneValue: true, dischargesBy: { way: "setting", evseIds: [1] } } as const;
    const schedule = make([powerKw, powerKw, powerKw, powerKw], told, 7);
    expect((schedule.endMs - EVENING_MS) / 60_000).toBe(minutes);
    // A station that takes no end takes the same: its word is what we end.
    expect(inShape(schedule, { maxPeriods: 1, oneValue: true })).toEqual(schedule);
  });

  it("gives nothing back where no way was proven, or the pile cannot", () => {
    expect(table(make([-3, 2], AMPERES, 7))).toEqual(table(make([0, 2], AMPERES)));
    expect(
      table(make([-3, 2], { ...AMPERES, dischargesBy: { way: "negative-limit-W", evseIds: [1] } })),
    ).toEqual(table(make([0, 2], AMPERES)));
  });

  it("that was told beside the profile goes on being told there, also once that is no way any more", () => {
    const held = make([-3], { ...AMPERES, dischargesBy: { way: "setting", evseIds: [1] } }, 7);
    const next = scheduleOf({
      session: sessionOf("p1"),
      plan: planOf([-3, 2]),
      horizon: quarterHourHorizon(EVENING_MS, 2),
      config: { ...SINGLE_PHASE_32A, maxDischargeKw: 7 },
      evse: { carPhases: null, held },
      capabilities: AMPERES,
    });
    expect([next.dischargeBy, ...table(next)]).toEqual(["setting", "-1min charge-limit 0 A"]);
  });

  it("counts the amperes of a car on one phase on every phase of the pile", () => {
    const input = {
      session: sessionOf("p1"),
      plan: planOf([6]),
      horizon: quarterHourHorizon(EVENING_MS, 1),
      config: { ...SINGLE_PHASE_32A, phases: 3 as const },
      evse: { carPhases: 1 as const },
      capabilities: AMPERES,
    };
    const { phases, periods } = scheduleOf(input);
    expect([phases, periods[0]?.value, periods[0]?.powerKw]).toEqual([1, 27.2, expect.closeTo(17.952, 3)]);
  });

  it("of which a station holds one period is what is planned now, and ends with it", () => {
    const schedule = make([7.04, 7.04, 0, 3], { ...AMPERES, maxPeriods: 1 });
    expect(table(schedule)).toEqual(["-1min charge-limit 32 A"]);
    expect(schedule.endMs).toBe(EVENING_MS + 30 * 60_000);
  });

  it("never allows more than the plan, and holds at most the periods that the station takes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1.4, 2.77, 5.123, 7.04), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 24 }),
        (netKw, maxPeriods) => {
          const schedule = make(netKw, { ...AMPERES, maxPeriods });
          expect(schedule.periods.length).toBeLessThanOrEqual(maxPeriods);
          netKw.forEach((kw, slot) => {
            const atMs = EVENING_MS + slot * 900_000;
            const allowed = scheduledKw(schedule, atMs);
            if (atMs < schedule.endMs) expect(allowed).toBeLessThanOrEqual(kw + 1e-9);
            else expect(allowed).toBeNull();
          });
        },
      ),
    );
  });
});

describe("a material change", () => {
  const held = scheduleOfKw(
    "p1",
    Array.from({ length: 96 }, () => 3),
  );
  const changed = (slot: number, kw: number): Schedule =>
    scheduleOfKw(
      "p1",
      Array.from({ length: 96 }, (_, at) => (at === slot ? kw : 3)),
    );
  const cases: [string, Schedule | null, Schedule, boolean][] = [
    ["nothing held", null, held, true],
    ["the same", held, held, false],
    ["0.05 kW in one slot", held, changed(40, 3.05), false],
    ["1 kW in one slot", held, changed(40, 4), true],
    ["1 kW less in the last slot", held, changed(95, 2), true],
    ["0.12 kW in one slot, half an ampere of one phase", held, changed(40, 3.12), true],
    ["another transaction", held, { ...held, transactionId: "other" }, true],
  ];
  it.each(cases)("%s", (_name, before, after, expected) => {
    expect(isMaterial({ held: before, wanted: after, config: SINGLE_PHASE_32A }, EVENING_MS)).toBe(expected);
  });

  it("is half an ampere on each of three phases", () => {
    const config = { ...SINGLE_PHASE_32A, phases: 3 as const };
    expect(isMaterial({ held, wanted: changed(40, 3.3), config }, EVENING_MS)).toBe(false);
    expect(isMaterial({ held, wanted: changed(40, 3.4), config }, EVENING_MS)).toBe(true);
  });

  it.each([
    ["a day, of which a quarter is left", 96, 5.9, true],
    ["a day, of which more is left", 96, 7, false],
    ["an hour, in the pass before its end", 4, 0.3, true],
    ["an hour, that still holds for two passes", 4, 0.6, false],
  ])("renews %s", (_name, slots, hoursLeft, expected) => {
    const schedule = scheduleOfKw(
      "p1",
      Array.from({ length: slots }, () => 3),
    );
    const nowMs = schedule.endMs - hoursLeft * 3_600_000;
    expect(isMaterial({ held: schedule, wanted: schedule, config: SINGLE_PHASE_32A }, nowMs)).toBe(expected);
  });
});
