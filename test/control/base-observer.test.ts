import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBaseMemory } from "../../src/control/base-memory.js";
import type { EvseState, FleetState } from "../../src/domain/fleet.js";
import type { Measurement, Site } from "../../src/domain/site.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { communityOf, EVENING_MS, evseOf, scheduleOfKw, stationOf } from "../fixtures/sites.js";

const STALE_MS = 5 * MINUTE_MS;
const TYPICAL_PV_KW = 12;
const site: Site = communityOf([stationOf("p1")], {
  measurementStaleMs: STALE_MS,
  pvProfileKw: Array.from({ length: 96 }, () => TYPICAL_PV_KW),
});

const fleetOf = (evse: EvseState): FleetState => ({
  stations: new Map([
    [
      "p1",
      {
        stationId: "p1",
        version: "1.6" as const,
        connected: true,
        lastSeenMs: EVENING_MS,
        vendor: null,
        model: null,
        capabilities: null,
        evses: new Map([[1, evse]]),
      },
    ],
  ]),
});

/** One car that draws what it was told. */
const fleetDrawing = (powerKw: number): FleetState =>
  fleetOf(
    evseOf("p1", {
      held: scheduleOfKw("p1", [powerKw]),
      sample: { atMs: EVENING_MS, powerKw, importedWh: null, exportedWh: null, socPercent: null },
    }),
  );

const measured = (kind: Measurement["kind"], powerKw: number, ageMs = 0): Measurement => ({
  siteId: site.id,
  kind,
  powerKw,
  atMs: EVENING_MS + MINUTE_MS - ageMs,
});

const observed = (measurements: readonly Measurement[], evKw = 0): number | null => {
  const memory = createBaseMemory();
  for (const measurement of measurements) memory.measure(measurement);
  memory.observe(site, fleetDrawing(evKw));
  return memory.observed?.powerKw ?? null;
};

const kw = (min: number, max: number) => fc.integer({ min, max });

describe("base load seen in measurements", () => {
  it("is what remains of the site's balance: import = base + cars + battery − PV", () => {
    fc.assert(
      fc.property(kw(0, 90), kw(-7, 7), kw(-50, 50), kw(0, 60), (baseKw, evKw, batteryKw, pvKw) => {
        const importKw = baseKw + evKw + batteryKw - pvKw;
        const all = [measured("site-import", importKw), measured("pv", pvKw), measured("battery", batteryKw)];
        expect(observed(all, evKw)).toBe(baseKw);
      }),
    );
  });

  it("does not use PV older than a measurement may be: the typical day's counts", () => {
    expect(observed([measured("site-import", 40), measured("pv", 30, STALE_MS)])).toBe(70);
    expect(observed([measured("site-import", 40), measured("pv", 30, STALE_MS + 1)])).toBe(
      40 + TYPICAL_PV_KW,
    );
    expect(observed([measured("site-import", 40)])).toBe(40 + TYPICAL_PV_KW);
  });

  it("takes a battery that is silent for one that may discharge as it did, and charges as part of the load", () => {
    const all = [measured("site-import", 40), measured("pv", 0)];
    expect(observed([...all, measured("battery", -30, STALE_MS)])).toBe(70);
    // The typical 60 kW lie within what is possible: 40 to 70.
    expect(observed([...all, measured("battery", -30, STALE_MS + 1)])).toBe(60);
    expect(
      observed([measured("site-import", 95), measured("pv", 0), measured("battery", 30, STALE_MS + 1)]),
    ).toBe(95);
  });

  it("leaves a car out that came after the measurement", () => {
    const came = (afterMs: number): number | null => {
      const startedMs = EVENING_MS + MINUTE_MS + afterMs;
      const car = evseOf("p1", { held: scheduleOfKw("p1", [7]) });
      if (car.session === null) throw new Error("no session");
      const memory = createBaseMemory();
      memory.measure(measured("site-import", 70));
      memory.measure(measured("pv", 0));
      memory.observe(site, fleetOf({ ...car, session: { ...car.session, startedMs } }));
      return memory.observed?.powerKw ?? null;
    };
    expect(came(1)).toBe(70);
    // There already, it may draw 7 kW of what was measured; 60 kW are typical.
    expect(came(0)).toBe(63);
  });

  it("keeps a car that says nothing within its bounds, and the forecast load within what they leave", () => {
    fc.assert(
      fc.property(kw(0, 120), kw(0, 7), kw(0, 7), (baseKw, toldKw, drawnKw) => {
        const evKw = Math.min(toldKw, drawnKw);
        const memory = createBaseMemory();
        memory.measure(measured("site-import", baseKw + evKw));
        memory.measure(measured("pv", 0));
        memory.observe(site, fleetOf(evseOf("p1", { held: scheduleOfKw("p1", [toldKw]) })));
        const seenKw = memory.observed?.powerKw ?? NaN;
        expect(seenKw).toBeGreaterThanOrEqual(baseKw + evKw - toldKw - 1e-9);
        expect(seenKw).toBeLessThanOrEqual(baseKw + evKw + 1e-9);
        // The typical 60 kW stand where they are possible.
        expect(seenKw).toBeCloseTo(Math.min(Math.max(60, baseKw + evKw - toldKw, 0), baseKw + evKw));
      }),
    );
  });

  it("excuses a car told the same again no longer: what it was told a minute ago bounds what it draws", () => {
    const toldMs = EVENING_MS + MINUTE_MS / 2;
    const again = evseOf("p1", {
      held: scheduleOfKw("p1", [0]),
      toldMs,
      allowedBefore: [{ mostKw: 0, leastKw: 0, untilMs: toldMs }],
      sample: { atMs: EVENING_MS, powerKw: 0, importedWh: null, exportedWh: null, socPercent: null },
    });
    const memory = createBaseMemory();
    memory.measure(measured("site-import", 80));
    memory.measure(measured("pv", 0));
    memory.observe(site, fleetOf(again));
    expect(memory.observed?.powerKw).toBe(80);
  });

  /** It was told 2 kW instead of 7; 75 kW are measured, 60 are typical, and 73 are what it leaves if it follows. */
  it.each([
    ["16 s before, below the limit", 16, 80, 68],
    ["3 s before, above the limit", 3, 70, 68],
    ["16 s before, above the limit", 16, 70, 73],
  ] as const)(
    "counts a car that was told less %s, with what it may still draw",
    (_, agoS, limitKw, baseKw) => {
      const toldMs = EVENING_MS + MINUTE_MS - agoS * 1000;
      const slow = evseOf("p1", {
        held: scheduleOfKw("p1", [2]),
        toldMs,
        allowedBefore: [{ mostKw: 7, leastKw: 0, untilMs: toldMs }],
        sample: { atMs: EVENING_MS, powerKw: 7, importedWh: null, exportedWh: null, socPercent: null },
      });
      const memory = createBaseMemory();
      memory.measure(measured("site-import", 75));
      memory.measure(measured("pv", 0));
      memory.observe(site, fleetOf(slow), limitKw);
      expect(memory.observed?.powerKw).toBe(baseKw);
    },
  );

  /** 40 kW of houses, of which the car still gives 7 back: 33 kW are measured, 60 are typical. */
  it.each([
    ["below the limit", 6, 80, 40],
    ["above the limit", 6, 20, 40],
    ["above the limit, a minute ago", 60, 20, 33],
  ] as const)(
    "counts a car told to stop giving back with what it may still give, %s",
    (_, agoS, limitKw, baseKw) => {
      const toldMs = EVENING_MS + MINUTE_MS - agoS * 1000;
      const giving = evseOf("p1", {
        held: scheduleOfKw("p1", [0]),
        toldMs,
        allowedBefore: [{ mostKw: 0, leastKw: -7, untilMs: toldMs }],
        sample: { atMs: toldMs - 1, powerKw: -7, importedWh: null, exportedWh: null, socPercent: null },
      });
      const v2g = { ...site, stations: [stationOf("p1", { maxDischargeKw: 7 })] };
      const memory = createBaseMemory();
      memory.measure(measured("site-import", 33));
      memory.measure(measured("pv", 0));
      memory.observe(v2g, fleetOf(giving), limitKw);
      expect(memory.observed?.powerKw).toBe(baseKw);
    },
  );

  /** 60 kW are typical; nine seconds after the measurement the car is told something else, and follows at once. */
  it.each([
    ["drew nothing and is told 7 kW", { importKw: 75, beforeKw: 0, toldKw: 7, baseKw: 75 }],
    ["drew 7 kW and is told nothing", { importKw: 75, beforeKw: 7, toldKw: 0, baseKw: 68 }],
    ["gave 7 kW back and is told nothing", { importKw: 50, beforeKw: -7, toldKw: 0, baseKw: 57 }],
  ])("does not take what a car does since for what it did when the site was measured: %s", (_, told) => {
    const toldMs = EVENING_MS + MINUTE_MS + 9_000;
    const { importKw, beforeKw, toldKw, baseKw } = told;
    const changed = evseOf("p1", {
      held: scheduleOfKw("p1", [toldKw]),
      toldMs,
      allowedBefore: [{ mostKw: Math.max(0, beforeKw), leastKw: Math.min(0, beforeKw), untilMs: toldMs }],
      sample: { atMs: toldMs + 2_000, powerKw: toldKw, importedWh: null, exportedWh: null, socPercent: null },
    });
    const v2g = { ...site, stations: [stationOf("p1", { maxDischargeKw: 7 })] };
    const memory = createBaseMemory();
    memory.measure(measured("site-import", importKw));
    memory.measure(measured("pv", 0));
    memory.observe(v2g, fleetOf(changed));
    expect(memory.observed?.powerKw).toBe(baseKw);
  });

  it("takes only the latest of each kind for the present", () => {
    const memory = createBaseMemory();
    expect(memory.measure(measured("site-import", 70))).toBe(true);
    expect(memory.measure(measured("site-import", 120, 1))).toBe(false);
    expect(memory.siteImport?.powerKw).toBe(70);
  });

  it("tells PV and battery only while they are fresh", () => {
    const memory = createBaseMemory();
    memory.measure(measured("pv", 3));
    memory.measure(measured("battery", -4));
    const told = (ageMs: number) => {
      const nowMs = EVENING_MS + MINUTE_MS + ageMs;
      return [memory.pvKw(nowMs, STALE_MS), memory.battery(nowMs, STALE_MS)?.powerKw ?? null];
    };
    expect(told(STALE_MS)).toEqual([3, -4]);
    expect(told(STALE_MS + 1)).toEqual([null, null]);
  });
});
