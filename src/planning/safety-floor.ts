import { ratedKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import type { Site, StationConfig } from "../domain/site.js";
import { type EpochMs, floorTo, DAY_MS } from "../domain/units.js";
import { type DefaultScheduleInput, defaultSchedule } from "./defaults.js";
import { pathsToRoot } from "./tree.js";

/**
 * What a station is to hold for priority charging before any driver asks for it: as its default. Below a
 * strict node nothing, since a driver may press without our hearing of it; the plan then gives what there
 * is within seconds.
 */
export const prioritySchedule = (input: DefaultScheduleInput, isStrict: boolean): Schedule => {
  const held = defaultSchedule(input);
  const periods = isStrict
    ? [{ startMs: held.startMs, mode: "charge-limit" as const, value: 0, powerKw: 0 }]
    : held.periods;
  return { ...held, purpose: "priority", periods };
};

/** Whether a fuse lies above a station. */
export const isBelowStrict = (site: Site, { nodeId }: StationConfig): boolean => {
  const path = pathsToRoot(site).get(nodeId) ?? [];
  return site.nodes.some(
    ({ id, failsafe, importLimitKw }) => path.includes(id) && failsafe === "strict" && importLimitKw !== null,
  );
};

/**
 * The rating of a whole station, kW: the least import limit of the nodes that have this station below them
 * and nothing else. null where there is none, or where it is more than all its EVSEs are rated for.
 */
export const stationRatingKw = (site: Site, station: StationConfig): number | null => {
  const paths = pathsToRoot(site);
  const own = (paths.get(station.nodeId) ?? []).filter(
    (id) =>
      id !== site.rootNodeId &&
      site.stations.every(
        ({ id: other, nodeId }) => other === station.id || !paths.get(nodeId)?.includes(id),
      ),
  );
  const limits = site.nodes.flatMap(({ id, importLimitKw }) =>
    own.includes(id) && importLimitKw !== null ? [importLimitKw] : [],
  );
  const leastKw = Math.min(Infinity, ...limits);
  return leastKw < station.evses.reduce((total, evse) => total + ratedKw(evse), 0) ? leastKw : null;
};

export interface MaximumInput {
  readonly station: StationConfig;
  readonly ratingKw: number;
  readonly unit: "A" | "W";
  readonly nowMs: EpochMs;
}

/** The rating as the station is told it: in watts, or in amperes of its widest EVSE's phases. */
export const maximumSchedule = ({ station, ratingKw, unit, nowMs }: MaximumInput): Schedule => {
  const widest = station.evses.reduce((most, evse) => (evse.phases > most.phases ? evse : most));
  const kwPerUnit = unit === "W" ? 0.001 : (widest.phases * widest.voltageV) / 1000;
  const value = floorTo(ratingKw / kwPerUnit, unit === "W" ? 1 : 0.1);
  return {
    purpose: "maximum",
    stationId: station.id,
    evseId: 0,
    transactionId: null,
    unit,
    phases: null,
    startMs: nowMs,
    endMs: nowMs + DAY_MS,
    periods: [{ startMs: nowMs, mode: "charge-limit", value, powerKw: value * kwPerUnit }],
  };
};
