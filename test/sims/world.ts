import * as fc from "fast-check";
import type { EvseConfig } from "../../src/domain/site.js";
import type { Battery } from "../../sims/world/battery.js";
import type { Car, Visit } from "../../sims/world/visit.js";

export const NOON = Date.UTC(2026, 0, 14, 4);
export const HOUR = 3_600_000;

export const EVSE: EvseConfig = { evseId: 1, phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 };
export const BIDIRECTIONAL: EvseConfig = { ...EVSE, maxDischargeKw: 7 };

export const batteryOf = (changes: Partial<Battery> = {}): Battery => ({
  capacityKwh: 50,
  energyKwh: 20,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  floorKwh: 2.5,
  taper: null,
  ...changes,
});

export const carOf = (changes: Partial<Car> = {}): Car => ({
  id: "car",
  className: "test",
  battery: batteryOf(),
  phases: 1,
  maxChargeKw: 7.04,
  maxDischargeKw: 0,
  ...changes,
});

export const visitOf = (changes: Partial<Visit> = {}): Visit => ({
  id: "visit",
  stationId: "s1",
  car: carOf(),
  idToken: "driver",
  arriveMs: NOON,
  departMs: NOON + 8 * HOUR,
  energyNeedKwh: 20,
  reserveKwh: 10,
  preference: null,
  ...changes,
});

/** Any battery, with or without a taper. */
export const anyBattery: fc.Arbitrary<Battery> = fc
  .record({
    capacityKwh: fc.double({ min: 5, max: 100, noNaN: true }),
    filled: fc.double({ min: 0, max: 1, noNaN: true }),
    chargeEfficiency: fc.double({ min: 0.7, max: 1, noNaN: true }),
    dischargeEfficiency: fc.double({ min: 0.7, max: 1, noNaN: true }),
    floor: fc.double({ min: 0, max: 0.3, noNaN: true }),
    taper: fc.option(
      fc.record({
        from: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
        fullKw: fc.double({ min: 0.5, max: 3, noNaN: true }),
        maxKw: fc.double({ min: 4, max: 12, noNaN: true }),
      }),
      { nil: null },
    ),
  })
  .map(({ capacityKwh, filled, floor, taper, ...efficiencies }) => {
    const slopeKwPerKwh =
      taper === null ? 0 : (taper.maxKw - taper.fullKw) / ((1 - taper.from) * capacityKwh);
    return {
      capacityKwh,
      energyKwh: filled * capacityKwh,
      floorKwh: floor * capacityKwh,
      ...efficiencies,
      taper:
        taper === null ? null : { slopeKwPerKwh, interceptKw: taper.fullKw + slopeKwPerKwh * capacityKwh },
    };
  });
