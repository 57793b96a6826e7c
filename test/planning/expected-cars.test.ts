import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetState, StationState } from "../../src/domain/fleet.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { ExpectedCar, SharingOutlook } from "../../src/domain/outlook.js";
import type { Problem } from "../../src/domain/problem.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { faultsOf } from "../../src/optimizer/index.js";
import { formulate } from "../../src/planning/formulate.js";
import { forecastOf } from "../fixtures/forecast.js";
import { communityOf, EVENING_MS, evseOf, stationOf } from "../fixtures/sites.js";

const SLOTS = 24;
const horizon = quarterHourHorizon(EVENING_MS, SLOTS);
const site = communityOf([stationOf("p1"), stationOf("p2"), stationOf("p3")]);
const signals: LaidSignals = {
  prices: new Map([["ev", { buyPerKwh: Array(SLOTS).fill(0.5), sellPerKwh: Array(SLOTS).fill(0) }]]),
  caps: [],
  targets: [],
  notes: [],
};
const base = forecastOf({ site, horizon });

const fleetOf = (isThere: boolean, isConnected: boolean): FleetState => {
  const station = (id: string, evse = evseOf(id)): [string, StationState] => [
    id,
    {
      stationId: id,
      version: "1.6",
      connected: id === "p1" ? isConnected : true,
      lastSeenMs: EVENING_MS,
      vendor: null,
      model: null,
      capabilities: null,
      evses: new Map([[1, evse]]),
    },
  ];
  const p1 = isThere ? station("p1") : station("p1", evseOf("p1", { session: null, status: "Available" }));
  return { stations: new Map([p1, station("p2")]) };
};

const problemOf = (fleet: FleetState, sharing?: SharingOutlook): Problem =>
  formulate({
    site,
    fleet,
    signals,
    base,
    horizon,
    nowMs: EVENING_MS,
    defaultsOf: new Map(),
    previous: null,
    ...(sharing === undefined ? {} : { sharing }),
  });

const expected: fc.Arbitrary<ExpectedCar[]> = fc
  .array(
    fc.record({
      energyNeedKwh: fc.integer({ min: 1, max: 40 }),
      fromH: fc.integer({ min: 0, max: 8 }),
      stayH: fc.integer({ min: 0, max: 10 }),
      isUrgent: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((cars) =>
    cars.map(({ fromH, stayH, ...car }, index) => ({
      ...car,
      id: `queue:${index}`,
      fromMs: EVENING_MS + fromH * HOUR_MS,
      untilMs: EVENING_MS + (fromH + stayH) * HOUR_MS,
    })),
  );
const pileOf = (cars: readonly ExpectedCar[]) => ({
  stationId: "p1",
  evseId: 1,
  handoverMinutes: 15,
  expected: cars,
});

describe("cars that are expected", () => {
  it("make a valid problem, in which no limit, no load and no fail-safe row of the site is another", () => {
    fc.assert(
      fc.property(expected, fc.boolean(), fc.boolean(), (cars, isThere, isConnected) => {
        const fleet = fleetOf(isThere, isConnected);
        const before = problemOf(fleet);
        const problem = problemOf(fleet, { piles: [pileOf(cars)], terms: [] });
        expect(faultsOf(problem)).toEqual([]);
        expect(problem.nodes.slice(0, before.nodes.length)).toEqual(before.nodes);
        const added = problem.sessions.filter(({ id }) => id.startsWith("queue:"));
        if (!isConnected) expect(added).toEqual([]);
        for (const { firstSlot, endSlot, nodeId, id } of added) {
          const car = cars.find((one) => one.id === id);
          expect(horizon.startsMs[firstSlot]).toBeGreaterThanOrEqual(car?.fromMs ?? Infinity);
          expect(horizon.startsMs[endSlot] ?? horizon.endMs).toBeLessThanOrEqual(car?.untilMs ?? 0);
          expect(nodeId).toBe("p1/1");
        }
        const order = problem.nodes.find(({ id }) => id === "p1/1")?.exclusive?.order;
        expect(order ?? []).toEqual([
          ...(isThere && added.length > 0 ? ["p1.1.s"] : []),
          ...added.map(({ id }) => id),
        ]);
      }),
    );
  });

  it("leave the car that is there under what limits it from outside", () => {
    const fleet = fleetOf(true, true);
    const steps = [{ startMs: EVENING_MS, chargeKw: 3, dischargeKw: 0 }];
    const limit = { evseId: 1, source: "EMS", steps, endMs: null, sinceMs: EVENING_MS };
    const p1 = fleet.stations.get("p1")!;
    const limited = { stations: new Map([...fleet.stations, ["p1", { ...p1, outsideLimits: [limit] }]]) };
    const nodeOf = (problem: Problem) => problem.sessions.find(({ id }) => id === "p1.1.s")?.nodeId;
    const car = { id: "queue:0", energyNeedKwh: 9, fromMs: EVENING_MS, isUrgent: false };
    const cars = [{ ...car, untilMs: EVENING_MS + 4 * HOUR_MS }];
    const alone = problemOf(limited);
    const problem = problemOf(limited, { piles: [pileOf(cars)], terms: [] });
    expect(faultsOf(problem)).toEqual([]);
    expect(nodeOf(alone)).not.toBe("piles");
    expect(nodeOf(problem)).toBe("p1/1");
    expect(problem.nodes.find(({ id }) => id === "p1/1")?.parentId).toBe(nodeOf(alone));
  });

  it("leave a car that is there what its terms say, and nothing once its time is over", () => {
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 600 }), fc.integer({ min: 0, max: 30 }), (minutes, mostKwh) => {
        const endsMs = EVENING_MS + minutes * MINUTE_MS;
        const terms = [{ sessionId: "p1.1.s", endsMs, mostKwh, isUrgent: true }];
        const problem = problemOf(fleetOf(true, true), { piles: [], terms });
        expect(faultsOf(problem)).toEqual([]);
        const session = problem.sessions.find(({ id }) => id === "p1.1.s");
        const roomKwh = (session?.capacityKwh ?? NaN) - (session?.initialKwh ?? NaN);
        expect(roomKwh).toBeLessThanOrEqual(minutes <= 0 ? 0 : mostKwh);
        expect(session?.urgency).toBe("now");
        // What it gave back it could not have again.
        if (minutes <= 0 || mostKwh === 0) expect(session?.maxDischargeKw).toBe(0);
        if (minutes >= 15 && minutes < 330)
          expect(horizon.startsMs[session?.endSlot ?? 0]).toBeLessThanOrEqual(endsMs);
      }),
    );
  });
});
