import { expect, it } from "vitest";
import type { EvseState, FleetState } from "../../src/domain/fleet.js";
import { unknownStation } from "../../src/fleet/reduce.js";
import { unconfiguredEvses } from "../../src/planning/unconfigured.js";
import { communityOf, EVENING_MS, evseOf, stationOf } from "../fixtures/sites.js";

const sample = (powerKw: number) => ({
  atMs: EVENING_MS,
  powerKw,
  importedWh: null,
  exportedWh: null,
  socPercent: null,
});
const empty = { session: null, status: "Available" } as const;
const fleetOf = (stationId: string, evses: readonly EvseState[]): FleetState => ({
  stations: new Map([
    [stationId, { ...unknownStation(stationId), evses: new Map(evses.map((evse) => [evse.evseId, evse])) }],
  ]),
});

it("are the EVSEs of a site's stations that draw, or may, and stand in no site file", () => {
  const site = communityOf([stationOf("p1"), stationOf("p2")]);
  const fleet = fleetOf("p1", [
    evseOf("p1", { evseId: 5, ...empty, sample: sample(3) }),
    evseOf("p1", { evseId: 1, sample: sample(7) }),
    evseOf("p1", { evseId: 2 }),
    evseOf("p1", { evseId: 3, ...empty, sample: sample(0) }),
    evseOf("p1", { evseId: 4, ...empty, status: "Occupied" }),
  ]);
  const found = unconfiguredEvses(site, fleet);
  expect(found.map(({ station, evse, powerKw }) => [station.id, evse.evseId, powerKw])).toEqual([
    ["p1", 2, null],
    ["p1", 4, null],
    ["p1", 5, 3],
  ]);
  expect(unconfiguredEvses(site, fleetOf("elsewhere", [evseOf("elsewhere", { evseId: 2 })]))).toEqual([]);
});
