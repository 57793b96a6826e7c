import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  floorBetween,
  type LimitedInverter,
  limitsNow,
  type PvScene,
} from "../../src/dispatch/inverter-limits.js";
import { mostGeneratedKw } from "../../src/domain/inverter.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { inverterOf } from "../fixtures/inverters.js";
import { EVENING_MS } from "../fixtures/sites.js";

const NOW_MS = EVENING_MS + MINUTE_MS;

const one = (change: Partial<LimitedInverter> = {}): LimitedInverter => ({
  config: inverterOf(),
  measuredKw: 20,
  following: true,
  steered: true,
  inPlay: [],
  lastToldKw: 40,
  ...change,
});

const floorOf = (netKw: number) => ({ netKw, reason: { key: "export-limit" as const, limitKw: -netKw } });

const sceneOf = (
  change: Partial<PvScene> & { importKw?: number; pvKw?: number; ageS?: number },
): PvScene => ({
  nowMs: NOW_MS,
  floor: floorOf(-10),
  inverters: [one()],
  changedMs: NOW_MS - MINUTE_MS,
  around: {
    measured: {
      importKw: change.importKw ?? 0,
      pvKw: change.pvKw ?? 20,
      atMs: NOW_MS - (change.ageS ?? 0) * SECOND_MS,
    },
    leastDrawnKw: 5,
    othersKw: 0,
  },
  ...change,
});

describe("limits of PV inverters", () => {
  it.each<[string, Parameters<typeof sceneOf>[0], number[]]>([
    ["what the site draws and the limit lets out", { importKw: 0, pvKw: 20 }, [30]],
    ["its rating where there is room for more", { importKw: 30, pvKw: 20 }, [40]],
    ["nothing where cars give back more than goes out", { importKw: -50, pvKw: 20 }, [0]],
    ["no floor, no limit", { floor: null }, [40]],
    [
      "just changed and in excess: less at once",
      { importKw: -15, pvKw: 40, changedMs: NOW_MS - SECOND_MS },
      [35],
    ],
    [
      "just changed and room: not yet",
      { importKw: 5, pvKw: 20, changedMs: NOW_MS, inverters: [one({ lastToldKw: 22 })] },
      [22],
    ],
    [
      "measured before the change: not yet",
      {
        importKw: 5,
        pvKw: 20,
        ageS: 20,
        changedMs: NOW_MS - 15 * SECOND_MS,
        inverters: [one({ lastToldKw: 22 })],
      },
      [22],
    ],
    [
      "not measured: by the least that is drawn",
      { around: { measured: null, leastDrawnKw: 5, othersKw: 0 } },
      [15],
    ],
    [
      "PV that is not commanded comes first",
      { around: { measured: null, leastDrawnKw: 5, othersKw: 9 } },
      [6],
    ],
    [
      "without a watchdog never more than by the least",
      { importKw: 0, pvKw: 20, inverters: [one({ config: inverterOf({ watchdogMs: null }) })] },
      [15],
    ],
    [
      "by their ratings",
      { importKw: 0, pvKw: 20, inverters: [one(), one({ config: inverterOf({ ratedKw: 10 }) })] },
      [24, 6],
    ],
    [
      "one that does not follow counts in full, and is told its failsafe",
      { importKw: 50, pvKw: 20, inverters: [one(), one({ following: false, steered: false })] },
      [40, 0],
    ],
    [
      "so in full that the other has nothing",
      { importKw: 0, pvKw: 20, inverters: [one(), one({ following: false, steered: false })] },
      [0, 0],
    ],
    [
      "a failsafe that has no room is told as much as has",
      { inverters: [one({ steered: false, config: inverterOf({ failsafeKw: 40 }) })] },
      [15],
    ],
  ])("%s", (_name, given, told) => {
    const limits = limitsNow(sceneOf(given));
    expect(limits).toHaveLength(told.length);
    limits.forEach((kw, at) => expect(kw).toBeCloseTo(told[at] ?? NaN, 9));
  });

  it("of all inverters together are never above the room that is left by those that are not steered", () => {
    const someInverter = fc
      .record({
        ratedKw: fc.double({ min: 1, max: 100, noNaN: true }),
        steered: fc.boolean(),
        following: fc.boolean(),
      })
      .map(({ ratedKw, steered, following }) =>
        one({ config: inverterOf({ ratedKw }), steered: steered && following, following }),
      );
    const kw = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(someInverter, { minLength: 1, maxLength: 5 }),
        fc.record({ leastDrawnKw: kw, othersKw: fc.double({ min: 0, max: 50, noNaN: true }), netKw: kw }),
        (inverters, { leastDrawnKw, othersKw, netKw }) => {
          const around = { measured: null, leastDrawnKw, othersKw };
          const limits = limitsNow(sceneOf({ inverters, around, floor: floorOf(netKw) }));
          const steeredKw = limits.reduce((sum, limit, at) => sum + (inverters[at]?.steered ? limit : 0), 0);
          const others = inverters
            .filter(({ steered }) => !steered)
            .reduce((sum, inverter) => sum + mostGeneratedKw(inverter, NOW_MS), othersKw);
          expect(steeredKw).toBeLessThanOrEqual(Math.max(0, leastDrawnKw - netKw - others) + 1e-6);
          limits.forEach((limit, at) => {
            expect(limit).toBeGreaterThanOrEqual(0);
            expect(limit).toBeLessThanOrEqual(inverters[at]?.config.ratedKw ?? 0);
          });
        },
      ),
    );
  });

  it("hold the highest floor of all moments until the watchdog would end them", () => {
    const horizon = quarterHourHorizon(EVENING_MS, 3);
    const floors = { horizon, bySlot: [floorOf(-10), floorOf(-2), null] };
    const at = (minutes: number, holdS: number): number | undefined =>
      floorBetween(
        floors,
        EVENING_MS + minutes * MINUTE_MS,
        EVENING_MS + minutes * MINUTE_MS + holdS * SECOND_MS,
      )?.netKw;
    expect([at(1, 65), at(14.5, 65), at(29.5, 65), at(31, 65), at(-1, 10)]).toEqual([
      -10,
      -2,
      -2,
      undefined,
      -10,
    ]);
    expect(at(600, 65)).toBeUndefined();
    expect(
      floorBetween({ horizon, bySlot: [null, null, floorOf(-1)] }, horizon.endMs + MINUTE_MS, Infinity)
        ?.netKw,
    ).toBe(-1);
  });
});
