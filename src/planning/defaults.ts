import type { Schedule, SchedulePeriod } from "../domain/schedule.js";
import type { EvseConfig, Site, StationConfig } from "../domain/site.js";
import { changesBetween, minimumKw, scheduledKw } from "../domain/draw.js";
import { DAY_MS, floorTo, sum, type EpochMs, SLOT_MS } from "../domain/units.js";
import { pathsToRoot } from "./tree.js";

/** All defaults below a node may take this share of what base load leaves free under its limit. */
export const DEFAULT_SHARE = 0.25;
const QUARTERS = 96;

/**
 * Quarters of the day in which an EVSE at each node may draw its minimum current without a schedule of its
 * own: those in which every node from there up to the root has room for all defaults below it. In the
 * others it waits: forty defaults of 6 A are 55 kW, too much for an evening peak.
 */
export const defaultQuarters = (site: Site): ReadonlyMap<string, readonly boolean[]> => {
  const paths = pathsToRoot(site);
  const roomy = new Map(
    defaultRooms(site).map(({ nodeId, needKw, roomKw }) => [nodeId, roomKw.map((kw) => needKw <= kw)]),
  );
  return new Map(
    [...paths].map(([nodeId, path]) => [
      nodeId,
      Array.from({ length: QUARTERS }, (_, quarter) => path.every((id) => roomy.get(id)?.[quarter] ?? true)),
    ]),
  );
};

/** What the defaults below a node need, and what they may have. */
export interface DefaultRoom {
  readonly nodeId: string;
  readonly limitKw: number;
  /** All minimum currents below the node together. */
  readonly needKw: number;
  /** Their share of what base load leaves free, per quarter of the day. */
  readonly roomKw: readonly number[];
}

/** The room for defaults at each node that has a limit. */
export const defaultRooms = (site: Site): readonly DefaultRoom[] => {
  const paths = pathsToRoot(site);
  return site.nodes.flatMap(({ id, importLimitKw }) => {
    if (importLimitKw === null) return [];
    const below = site.stations.filter(({ nodeId }) => paths.get(nodeId)?.includes(id));
    const needKw = sum(below.flatMap((station) => station.evses.map(minimumKw)));
    const roomKw = Array.from({ length: QUARTERS }, (_, quarter) => {
      const typicalKw = id === site.rootNodeId ? (site.baseProfileKw[quarter] ?? 0) : 0;
      return DEFAULT_SHARE * (importLimitKw - typicalKw * (1 + site.baseMarginShare));
    });
    return [{ nodeId: id, limitKw: importLimitKw, needKw, roomKw }];
  });
};

export interface DefaultScheduleInput {
  readonly station: StationConfig;
  readonly evse: EvseConfig;
  readonly allowed: readonly boolean[];
  readonly midnightMs: EpochMs;
  readonly unit: "A" | "W";
}

/** Whether two defaults allow the same through the day that begins with the second. */
export const allowsTheSame = (held: Schedule, due: Schedule): boolean => {
  const day = { fromMs: due.startMs, untilMs: due.startMs + DAY_MS };
  return [due.startMs, ...changesBetween([held, due], day)].every(
    (atMs) => scheduledKw(held, atMs) === scheduledKw(due, atMs),
  );
};

/** The daily default of an EVSE: its minimum current in the allowed quarters, nothing in the others. */
export const defaultSchedule = (input: DefaultScheduleInput): Schedule => {
  const { station, evse, allowed, midnightMs, unit } = input;
  const minimum = minimumKw(evse);
  const value = unit === "A" ? evse.minA : floorTo(minimum * 1000, 1);
  const periods: SchedulePeriod[] = [];
  allowed.forEach((on, quarter) => {
    if (quarter > 0 && on === allowed[quarter - 1]) return;
    const startMs = midnightMs + quarter * SLOT_MS;
    periods.push({ startMs, mode: "charge-limit", value: on ? value : 0, powerKw: on ? minimum : 0 });
  });
  return {
    purpose: "default",
    stationId: station.id,
    evseId: evse.evseId,
    transactionId: null,
    unit,
    phases: null,
    startMs: midnightMs,
    endMs: midnightMs + QUARTERS * SLOT_MS,
    periods,
  };
};
