import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newStation, nextJumpMs, powerKw } from "../../sims/station/model.js";
import type { HeldPeriod, HeldProfile } from "../../sims/station/profiles.js";
import { type StationInput, readingOf, step } from "../../sims/station/step.js";
import { BIDIRECTIONAL, batteryOf, carOf, EVSE, HOUR, NOON, visitOf } from "../fixtures/visits.js";
import { anyBattery } from "./world.js";

const fresh = (evse = EVSE) => newStation({ stationId: "s1", version: "2.1", evse, atMs: NOON });

const profile = (periods: readonly Partial<HeldPeriod>[]): HeldProfile => ({
  id: 1,
  evseId: 1,
  purpose: "transaction",
  stackLevel: 1,
  kind: "absolute",
  startMs: NOON,
  durationMs: null,
  validFromMs: null,
  validToMs: null,
  maxOfflineMs: null,
  periods: periods.map((period) => ({
    offsetMs: 0,
    mode: "limit" as const,
    unit: "W" as const,
    value: 0,
    phases: null,
    ...period,
  })),
});

/** A station with a car charging since noon, holding one profile. */
const charging = (periods: readonly Partial<HeldPeriod>[] | null, visit = visitOf(), evse = EVSE) => {
  const inputs: StationInput[] = [
    { kind: "plug", visit },
    { kind: "start", idToken: "driver", needs: null },
    ...(periods === null ? [] : [{ kind: "install" as const, profile: profile(periods) }]),
  ];
  return inputs.reduce((model, input) => step(model, input, NOON).model, fresh(evse));
};

const bidirectionalCar = visitOf({ car: carOf({ maxDischargeKw: 6 }) });

describe("the power of a station", () => {
  it.each<[string, readonly Partial<HeldPeriod>[] | null, number]>([
    ["no profile: all that the cable gives", null, 7.04],
    ["10 A", [{ unit: "A", value: 10 }], 2.2],
    ["3 kW", [{ value: 3000 }], 3],
    ["6 A is the least that flows", [{ unit: "A", value: 6 }], 1.32],
    ["5.9 A is nothing", [{ unit: "A", value: 5.9 }], 0],
    ["more than the cable gives", [{ unit: "A", value: 63 }], 7.04],
    ["a negative limit is none to draw", [{ value: -3000 }], 0],
    ["a setpoint to discharge, at a one-way station", [{ mode: "setpoint", value: -3000 }], 0],
  ])("%s", (_name, periods, expected) => {
    expect(powerKw(charging(periods))).toBeCloseTo(expected, 9);
  });

  it.each<[string, number, number]>([
    ["follows a setpoint to discharge", -4000, -4],
    ["discharges no more than the car can", -7000, -6],
    ["follows a setpoint to charge", 3500, 3.5],
    ["rests at a setpoint of nothing", 0, 0],
  ])("%s", (_name, value, expected) => {
    const model = charging([{ mode: "setpoint", value }], bidirectionalCar, BIDIRECTIONAL);
    expect(powerKw(model)).toBeCloseTo(expected, 9);
  });

  it("of a one-phase car on three phases is one phase's", () => {
    const evse = { ...EVSE, phases: 3 as const, voltageV: 230 };
    expect(powerKw(charging([{ unit: "A", value: 10 }], visitOf(), evse))).toBeCloseTo(2.3, 9);
  });

  it("stays what it was while the station is stuck", () => {
    const stuck = step(charging([{ value: 3000 }]), { kind: "stick", on: true }, NOON).model;
    const told = step(stuck, { kind: "install", profile: profile([{ value: 0 }]) }, NOON).model;
    expect(powerKw(told)).toBe(3);
    expect(powerKw(step(told, { kind: "stick", on: false }, NOON).model)).toBe(0);
  });

  it("is nothing before the transaction starts and after it ended", () => {
    const plugged = step(fresh(), { kind: "plug", visit: visitOf() }, NOON).model;
    expect(powerKw(plugged)).toBe(0);
    const ended = step(charging(null), { kind: "stop", reason: "Remote" }, NOON + 1000).model;
    expect(powerKw(ended)).toBe(0);
    expect(ended.profiles).toEqual([]);
  });
});

const anyPeriods = fc
  .array(fc.integer({ min: -6000, max: 7000 }), { minLength: 1, maxLength: 6 })
  .map((values) =>
    values.map((value, index) => ({ offsetMs: index * HOUR * 0.4, mode: "setpoint" as const, value })),
  );

describe("time at a station", () => {
  it("gives the same registers however it is cut into steps", () => {
    fc.assert(
      fc.property(
        anyBattery,
        anyPeriods,
        fc.array(fc.integer({ min: 0, max: 4 * HOUR }), { maxLength: 30 }),
        (battery, periods, looks) => {
          const visit = visitOf({ car: carOf({ battery, maxDischargeKw: 6 }) });
          const start = charging(periods, visit, BIDIRECTIONAL);
          const end = NOON + 4 * HOUR;
          const whole = step(start, { kind: "look" }, end).model;
          let cut = start;
          for (const look of looks.sort((a, b) => a - b))
            cut = step(cut, { kind: "sample", trigger: "periodic" }, NOON + look).model;
          cut = step(cut, { kind: "look" }, end).model;
          expect(cut.importedWh).toBeCloseTo(whole.importedWh, 4);
          expect(cut.exportedWh).toBeCloseTo(whole.exportedWh, 4);
        },
      ),
    );
  });

  it("balances: registers and battery tell the same energy", () => {
    fc.assert(
      fc.property(anyBattery, anyPeriods, (battery, periods) => {
        const visit = visitOf({ car: carOf({ battery, maxDischargeKw: 6 }) });
        const after = step(charging(periods, visit, BIDIRECTIONAL), { kind: "look" }, NOON + 3 * HOUR).model;
        const stored =
          (after.importedWh * battery.chargeEfficiency - after.exportedWh / battery.dischargeEfficiency) /
          1000;
        expect((after.car?.battery.energyKwh ?? 0) - battery.energyKwh).toBeCloseTo(stored, 6);
      }),
    );
  });

  it("changes power by itself only where nextJumpMs says", () => {
    fc.assert(
      fc.property(anyPeriods, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (periods, share) => {
        const model = charging(periods, bidirectionalCar, BIDIRECTIONAL);
        const next = Math.min(nextJumpMs(model), NOON + 5 * HOUR);
        const within = step(model, { kind: "look" }, Math.floor(NOON + (next - NOON) * share)).model;
        expect(powerKw(within)).toBeCloseTo(powerKw(model), 9);
      }),
    );
  });
});

const kinds = (model: ReturnType<typeof fresh>, input: StationInput, atMs = NOON): string[] =>
  step(model, input, atMs).messages.map((message) =>
    message.kind === "status" ? `status ${message.state}` : message.kind,
  );

describe("what a station says", () => {
  it("is in the order of a real session", () => {
    const plugged = step(fresh(), { kind: "plug", visit: visitOf() }, NOON);
    expect(plugged.messages.map(({ kind }) => kind)).toEqual(["status", "authorize"]);
    expect(kinds(plugged.model, { kind: "start", idToken: "driver", needs: null })).toEqual([
      "started",
      "status Charging",
    ]);
    const full = visitOf({ car: carOf({ battery: batteryOf({ energyKwh: 49.9 }) }) });
    expect(kinds(charging(null, full), { kind: "look" }, NOON + HOUR)).toEqual(["status SuspendedEV"]);
    expect(kinds(charging(null), { kind: "install", profile: profile([{ value: 0 }]) })).toEqual([
      "status SuspendedEVSE",
    ]);
    expect(kinds(charging(null), { kind: "unplug" })).toEqual(["ended", "status Available"]);
  });

  it("counts transaction messages without a gap", () => {
    let model = charging(null);
    const seqNos: number[] = [];
    for (let minute = 1; minute <= 5; minute++) {
      const result = step(model, { kind: "sample", trigger: "periodic" }, NOON + minute * 60_000);
      model = result.model;
      for (const message of result.messages) if ("seqNo" in message) seqNos.push(message.seqNo);
    }
    for (const message of step(model, { kind: "unplug" }, NOON + HOUR).messages)
      if ("seqNo" in message) seqNos.push(message.seqNo);
    expect(seqNos).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is whole watts and watt-hours of the exact register", () => {
    const model = step(charging([{ value: 3333.3 }]), { kind: "look" }, NOON + 61_000).model;
    expect(readingOf(model)).toEqual({
      atMs: NOON + 61_000,
      powerW: 3333,
      importedWh: Math.round((3333.3 * 61) / 3600),
      exportedWh: 0,
      socPercent: null,
    });
  });
});
