import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StationState } from "../../src/domain/fleet.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { Site } from "../../src/domain/site.js";
import type { BaseForecast } from "../../src/planning/base-forecast.js";
import { dischargeLimits } from "../../src/planning/discharge-limits.js";
import type { NodeBase } from "../../src/planning/node-base.js";
import { presentCars } from "../../src/planning/present-cars.js";
import { forecastOf } from "../fixtures/forecast.js";
import { communityOf, EVENING_MS, evseOf, scheduleOfKw, stationOf } from "../fixtures/sites.js";

const SLOTS = 4;
const horizon = quarterHourHorizon(EVENING_MS, SLOTS);
const site = communityOf(["p1", "p2"].map((id) => stationOf(id, { maxDischargeKw: 7 })));
const stationWith = (
  id: string,
  connected: boolean,
  change: Parameters<typeof evseOf>[1],
): [string, StationState] => [
  id,
  {
    stationId: id,
    version: "2.1",
    connected,
    lastSeenMs: EVENING_MS,
    vendor: null,
    model: null,
    capabilities: null,
    evses: new Map([[1, evseOf(id, change)]]),
  },
];

interface Given {
  readonly exportLimitKw: number | null;
  readonly base?: Partial<BaseForecast>;
  readonly stations?: readonly [string, StationState][];
}

const limits = ({ exportLimitKw, base = {}, stations = [] }: Given): number[] | null => {
  const fleet = { stations: new Map(stations) };
  const forecast = forecastOf({ site, horizon });
  const root = { ...site.nodes[0]!, exportLimitKw };
  const signals = { prices: new Map(), caps: [], targets: [], notes: [] };
  const input = { site, horizon, signals, fleet, base: { ...forecast, ...base } };
  return dischargeLimits(input, root, presentCars({ site, fleet }).fixed);
};

const metered = (lowerKw: number): ReadonlyMap<string, NodeBase> =>
  new Map([["piles", { upperKw: Array(SLOTS).fill(0), lowerKw: Array(SLOTS).fill(lowerKw) }]]);

const kw = fc.integer({ min: 0, max: 100 });
const worlds = fc.record({ exportLimitKw: kw, lowerKw: kw, moreKw: kw, upperPvKw: kw, lessKw: kw });

describe("what cars may give back under an export limit", () => {
  it("is unlimited without one", () => {
    expect(limits({ exportLimitKw: null })).toBeNull();
  });

  it("fills the lower forecast of the base load and not the upper one", () => {
    expect(limits({ exportLimitKw: 5 })?.map((room) => Math.round(room))).toEqual([59, 59, 59, 59]);
  });

  it.each<[string, ReadonlyMap<string, NodeBase> | undefined, number]>([
    ["its rating, where nobody meters the node", undefined, 2],
    ["what the node's meter shows", metered(-4), 8],
  ])("at a node with an inverter is less by %s", (_, nodes, expected) => {
    const inverter = { id: "roof", nodeId: "piles", ratedKw: 10, watchdogMs: null, failsafeKw: 0 };
    const below: Site = { ...site, inverters: [inverter] };
    const piles = { ...site.nodes[1]!, exportLimitKw: 12 };
    const signals = { prices: new Map(), caps: [], targets: [], notes: [] };
    const base = { ...forecastOf({ site, horizon }), ...(nodes === undefined ? {} : { nodes }) };
    const input = { site: below, horizon, signals, fleet: { stations: new Map() }, base };
    expect(dischargeLimits(input, piles, [])?.map((room) => Math.round(room))).toEqual(
      Array(SLOTS).fill(expected),
    );
  });

  it("keeps the limit at every base load and PV within the forecasts, unless PV alone breaks it", () => {
    fc.assert(
      fc.property(worlds, ({ exportLimitKw, lowerKw, moreKw, upperPvKw, lessKw }) => {
        const base = { lowerKw: Array(SLOTS).fill(lowerKw), upperPvKw: Array(SLOTS).fill(upperPvKw) };
        const [roomKw] = limits({ exportLimitKw, base })!;
        const backgroundKw = lowerKw + moreKw - Math.max(0, upperPvKw - lessKw);
        expect(roomKw).toBeGreaterThanOrEqual(0);
        const returnedKw = roomKw! - backgroundKw;
        expect(returnedKw).toBeLessThanOrEqual(Math.max(exportLimitKw, -backgroundKw));
      }),
    );
  });

  it("is less by what a lost car may give back, and by what one gives back that does not follow", () => {
    const held = scheduleOfKw("p1", [-5, -5, 2, -9]);
    const lost = stationWith("p1", false, { held });
    const sample = {
      atMs: EVENING_MS,
      powerKw: -6,
      importedWh: null,
      exportedWh: null,
      currentA: null,
      socPercent: null,
    };
    const wild = stationWith("p2", true, { sample, notFollowingSinceMs: EVENING_MS });
    const free = limits({ exportLimitKw: 0 })!;
    const left = (stations: [string, StationState][]): number[] =>
      limits({ exportLimitKw: 0, stations })!.map((room, slot) => Math.round(free[slot]! - room));
    expect(left([lost])).toEqual([5, 5, 0, 7]);
    expect(left([wild])).toEqual([6, 6, 6, 6]);
  });
});
