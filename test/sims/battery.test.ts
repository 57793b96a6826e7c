import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Battery, advanceBattery, hoursToJump, portPowerKw } from "../../sims/world/battery.js";
import { batteryOf } from "../fixtures/visits.js";
import { anyBattery } from "./world.js";

const anyPower = fc
  .double({ min: -12, max: 12, noNaN: true })
  .map((powerKw) => (Math.abs(powerKw) < 0.01 ? 0 : powerKw));
const anyHours = fc.double({ min: 0, max: 12, noNaN: true });

/** The same by many small steps of constant power: no code shared with the closed form. */
const bySmallSteps = (battery: Battery, wantedKw: number, hours: number, steps: number): number => {
  let energy = battery.energyKwh;
  for (let step = 0; step < steps; step++) {
    const dt = hours / steps;
    const { taper } = battery;
    const capKw = taper === null ? Infinity : taper.interceptKw - taper.slopeKwPerKwh * energy;
    if (wantedKw > 0)
      energy = Math.min(
        battery.capacityKwh,
        energy + Math.max(0, Math.min(wantedKw, capKw)) * dt * battery.chargeEfficiency,
      );
    else if (energy > battery.floorKwh)
      energy = Math.max(battery.floorKwh, energy + (wantedKw * dt) / battery.dischargeEfficiency);
  }
  return energy;
};

describe("a battery", () => {
  it("conserves energy: what is stored is what came through the port less the losses", () => {
    fc.assert(
      fc.property(anyBattery, anyPower, anyHours, (battery, wantedKw, hours) => {
        const after = advanceBattery(battery, wantedKw, hours);
        const stored =
          after.importedKwh * battery.chargeEfficiency - after.exportedKwh / battery.dischargeEfficiency;
        expect(after.battery.energyKwh - battery.energyKwh).toBeCloseTo(stored, 9);
        expect(Math.min(after.importedKwh, after.exportedKwh)).toBe(0);
      }),
    );
  });

  it("stays within floor and capacity, and never passes more than was offered", () => {
    fc.assert(
      fc.property(anyBattery, anyPower, anyHours, (battery, wantedKw, hours) => {
        const { battery: after, importedKwh, exportedKwh } = advanceBattery(battery, wantedKw, hours);
        expect(after.energyKwh).toBeLessThanOrEqual(battery.capacityKwh + 1e-9);
        expect(after.energyKwh).toBeGreaterThanOrEqual(Math.min(battery.energyKwh, battery.floorKwh) - 1e-9);
        expect(importedKwh).toBeLessThanOrEqual(Math.max(0, wantedKw) * hours + 1e-9);
        expect(exportedKwh).toBeLessThanOrEqual(Math.max(0, -wantedKw) * hours + 1e-9);
      }),
    );
  });

  it("does not depend on how often it is looked at", () => {
    fc.assert(
      fc.property(
        anyBattery,
        anyPower,
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 2, maxLength: 20 }),
        (battery, wantedKw, pieces) => {
          let stepped = battery;
          for (const piece of pieces) stepped = advanceBattery(stepped, wantedKw, piece).battery;
          const whole = advanceBattery(
            battery,
            wantedKw,
            pieces.reduce((a, b) => a + b, 0),
          ).battery;
          expect(stepped.energyKwh).toBeCloseTo(whole.energyKwh, 7);
        },
      ),
    );
  });

  it("agrees with many small steps", () => {
    fc.assert(
      fc.property(anyBattery, anyPower, anyHours, (battery, wantedKw, hours) => {
        const closed = advanceBattery(battery, wantedKw, hours).battery.energyKwh;
        expect(Math.abs(closed - bySmallSteps(battery, wantedKw, hours, 4000))).toBeLessThan(0.03);
      }),
      { numRuns: 50 },
    );
  });

  it("jumps to no power when it says so, and not before", () => {
    fc.assert(
      fc.property(anyBattery, anyPower, (battery, wantedKw) => {
        const hours = hoursToJump(battery, wantedKw);
        fc.pre(Number.isFinite(hours) && hours > 1e-6);
        const before = advanceBattery(battery, wantedKw, hours * 0.999).battery;
        const after = advanceBattery(battery, wantedKw, hours + 1e-6).battery;
        expect(portPowerKw(before, wantedKw)).not.toBe(0);
        expect(portPowerKw(after, wantedKw)).toBe(0);
      }),
    );
  });

  it("takes less near full where it tapers", () => {
    const taper = { interceptKw: 22, slopeKwPerKwh: 0.4 };
    const table = [20, 37, 40, 45, 49].map((energyKwh) => portPowerKw(batteryOf({ energyKwh, taper }), 7));
    expect(table.map((power) => power.toFixed(1))).toEqual(["7.0", "7.0", "6.0", "4.0", "2.4"]);
  });
});
