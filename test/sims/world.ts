import * as fc from "fast-check";
import type { Battery } from "../../sims/world/battery.js";

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
