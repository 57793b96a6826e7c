import * as fc from "fast-check";
import { expect, it } from "vitest";
import { scheduleOf } from "../../src/dispatch/schedules.js";
import { smallerOfBoth } from "../../src/dispatch/smaller-of-both.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { Schedule } from "../../src/domain/schedule.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { EVENING_MS, evseOf, sessionOf } from "../fixtures/sites.js";

const SLOTS = 5;
const horizon = quarterHourHorizon(EVENING_MS, SLOTS);

interface Pile {
  readonly config: EvseConfig;
  readonly carPhases: 1 | null;
  readonly rateUnit: "A" | "W";
}

const piles: fc.Arbitrary<Pile> = fc.record({
  config: fc.record({
    evseId: fc.constant(1),
    phases: fc.constantFrom(1 as const, 3 as const),
    voltageV: fc.constant(230),
    minA: fc.constant(6),
    maxA: fc.constantFrom(16, 32),
    maxDischargeKw: fc.constant(0),
  }),
  carPhases: fc.constantFrom(1 as const, null),
  rateUnit: fc.constantFrom("A" as const, "W" as const),
});

/** Shares of what the car can draw. */
const shares = fc.array(fc.constantFrom(0, 0.2, 0.4, 0.7, 1), { minLength: SLOTS, maxLength: SLOTS });

const scheduleFor = ({ config, carPhases, rateUnit }: Pile, parts: readonly number[]): Schedule => {
  const mostKw = ((carPhases ?? config.phases) * config.voltageV * config.maxA) / 1000;
  const none = parts.map(() => 0);
  return scheduleOf({
    session: sessionOf("p1"),
    plan: {
      sessionId: "p1.1.s",
      chargeKw: parts.map((part) => part * mostKw),
      dischargeKw: none,
      energyKwh: [],
      shortfallKwh: 0,
      shortfallCause: null,
      reasons: [],
    },
    horizon,
    config,
    evse: { carPhases },
    capabilities: { rateUnit, maxPeriods: 24, maxStackLevel: 0, dischargeSetpoint: false },
  });
};

const valueAt = ({ periods }: Schedule, atMs: number): number =>
  periods.findLast(({ startMs }) => startMs <= atMs)?.value ?? Number.NaN;

it("the smaller of two profiles never allows more than either, in the units that the station is told", () => {
  let made = 0;
  fc.assert(
    fc.property(piles, shares, shares, (pile, heldShares, wantedShares) => {
      const held = scheduleFor(pile, heldShares);
      const wanted = scheduleFor(pile, wantedShares);
      const evse = evseOf("p1", { held, carPhases: pile.carPhases });
      const one = { config: pile.config, evse, nodePath: [], wanted, maxPeriods: 24 };
      for (const smaller of smallerOfBoth(one, horizon.startsMs)) {
        made++;
        for (const atMs of horizon.startsMs) {
          const least = Math.min(valueAt(held, atMs), valueAt(wanted, atMs));
          expect(valueAt(smaller, atMs)).toBeLessThanOrEqual(least + 1e-9);
          // Rounded down once more: at most a step of the station's grid below.
          expect(valueAt(smaller, atMs)).toBeGreaterThanOrEqual(
            least - (pile.rateUnit === "A" ? 0.1 : 1) - 1e-9,
          );
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(made).toBeGreaterThan(100);
});
