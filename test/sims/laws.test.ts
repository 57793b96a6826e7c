import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../sims/scenario.js";
import { compositeOf } from "../../sims/station/composite.js";
import { type StationModel, newStation, powerKw } from "../../sims/station/model.js";
import type { HeldProfile } from "../../sims/station/profiles.js";
import { type StationInput, step } from "../../sims/station/step.js";
import { createBackground, STEP_MS } from "../../sims/world/background.js";
import { BIDIRECTIONAL, carOf, HOUR, NOON, visitOf } from "../fixtures/visits.js";
import { anyBattery } from "./world.js";

const anyPeriods = fc
  .array(
    fc.record({
      value: fc.integer({ min: 0, max: 40 }),
      unit: fc.constantFrom("A" as const, "W" as const),
      phases: fc.constantFrom(null, 1 as const, 3 as const),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((periods) =>
    periods.map(({ value, unit, phases }, index) => ({
      offsetMs: index * 24 * 60_000,
      mode: "limit" as const,
      unit,
      value: unit === "A" ? value : value * 200,
      phases,
    })),
  );

/** Any profile of limits: purpose, level, kind, span and validity as they come. */
const anyProfile: fc.Arbitrary<HeldProfile> = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  evseId: fc.constantFrom(0, 1),
  purpose: fc.constantFrom("transaction", "default", "maximum"),
  stackLevel: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom("absolute", "daily", "relative"),
  startMs: fc.integer({ min: -2, max: 2 }).map((hours) => NOON + hours * HOUR),
  durationMs: fc.option(fc.integer({ min: HOUR / 10, max: 5 * HOUR }), { nil: null }),
  validFromMs: fc.constant(null),
  validToMs: fc.option(fc.constant(NOON + 2 * HOUR), { nil: null }),
  periods: anyPeriods,
  maxOfflineMs: fc.constant(null),
});

const fed = (inputs: readonly StationInput[], phases: 1 | 3): StationModel =>
  inputs.reduce(
    (model, input) => step(model, input, NOON).model,
    newStation({ stationId: "s1", version: "2.1", evse: { ...BIDIRECTIONAL, phases }, atMs: NOON }),
  );
const installs = (profiles: readonly HeldProfile[]): StationInput[] =>
  profiles.map((profile) => ({ kind: "install", profile }));

const anyStation = fc.record({
  battery: anyBattery,
  phases: fc.constantFrom(1 as const, 3 as const),
  carPhases: fc.constantFrom(1 as const, 3 as const),
  profiles: fc.array(anyProfile, { maxLength: 5 }),
});

describe("a virtual station", () => {
  it("never draws more than the composite schedule that it tells", () => {
    fc.assert(
      fc.property(
        anyStation,
        fc.integer({ min: 0, max: 4 * HOUR }),
        ({ battery, phases, carPhases, profiles }, afterMs) => {
          const car = carOf({ battery, phases: carPhases, maxChargeKw: 22 });
          const start: StationInput = { kind: "start", idToken: "driver", needs: null };
          const model = fed(
            [{ kind: "plug", visit: visitOf({ car }) }, start, ...installs(profiles)],
            phases,
          );
          const told = compositeOf(model, NOON, 5 * 3600).findLast(
            ({ startMs }) => startMs <= NOON + afterMs,
          );
          const later = step(model, { kind: "look" }, NOON + afterMs).model;
          expect(powerKw(later)).toBeLessThanOrEqual((told?.powerKw ?? 0) + 1e-9);
        },
      ),
    );
  });

  it("draws nothing without a car or a transaction, whatever it holds", () => {
    fc.assert(
      fc.property(anyStation, fc.boolean(), ({ battery, phases, profiles }, plugged) => {
        const visit = visitOf({ car: carOf({ battery }) });
        const model = fed(
          [...(plugged ? [{ kind: "plug" as const, visit }] : []), ...installs(profiles)],
          phases,
        );
        const later = step(model, { kind: "look" }, NOON + 3 * HOUR).model;
        expect([powerKw(model), powerKw(later), later.importedWh, later.exportedWh]).toEqual([0, 0, 0, 0]);
      }),
    );
  });
});

describe("what the seed draws", () => {
  const scenario = loadScenario("scenarios/jinan-community.yaml");

  it("does not depend on when or in which order somebody looks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 20 }),
        (seed, steps) => {
          const [asked, inOrder] = [0, 1].map(() => createBackground({ ...scenario, seed }));
          for (let at = 0; at <= 300; at++) inOrder?.baseKw(scenario.startMs + at * STEP_MS);
          for (const at of steps) {
            const atMs = scenario.startMs + at * STEP_MS;
            expect(asked?.baseKw(atMs)).toBe(inOrder?.baseKw(atMs));
            expect(asked?.pvKw(atMs)).toBe(inOrder?.pvKw(atMs + STEP_MS / 2));
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
