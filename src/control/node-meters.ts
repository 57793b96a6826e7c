import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import type { StorageSituation } from "../domain/storage.js";
import { clamp, type EpochMs, sum } from "../domain/units.js";
import type { NodeBase } from "../planning/node-base.js";
import { isAtOrBelow } from "../planning/tree.js";
import { evBounds, HURRIED_MS, type ObservedBounds, SETTLING_MS } from "./base-observer.js";
import { forecastOf, forecastUnheard, learn, type SeenQuarters } from "./node-seen.js";

/** Bounds closer than this are one value. */
const EXACT_KW = 0.05;

/** The node of a measurement that a meter below the root made; null: it is none of these. */
export const nodeOf = ({ kind }: Pick<Measurement, "kind">): string | null =>
  kind.startsWith("node:") ? kind.slice("node:".length) : null;

interface Surroundings {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly storages: readonly StorageSituation[];
  /** Import limit in force at a node at a time; above it nobody is long about following. Absent: there is none. */
  readonly limitKw?: (nodeId: string, atMs: EpochMs) => number | null;
}

/** The meters of nodes below the root: what they say of the base load there. */
export interface NodeMeters {
  /** Takes what is the latest of its node; false: it is older than what is known. */
  measure(measurement: Measurement): boolean;
  /** The latest measurement of a node; null: its meter was never heard. */
  latest(nodeId: string): Measurement | null;
  /** Takes the latest measurements into what is known of the base load. */
  observe(around: Surroundings): void;
  /** Takes bounds known of a time before the program started, in order of time. */
  learn(site: Site, nodeId: string, bounds: ObservedBounds): void;
  /** Forecast of each node that has a meter or whose meter was ever heard; absent: none. */
  forecast(
    site: Site,
    startsMs: readonly EpochMs[],
    nowMs: EpochMs,
  ): ReadonlyMap<string, NodeBase> | undefined;
  /** What was observed last, by node. */
  readonly observed: ReadonlyMap<string, ObservedBounds>;
}

export const createNodeMeters = (): NodeMeters => {
  const latest = new Map<string, Measurement>();
  const observed = new Map<string, ObservedBounds>();
  const exactMs = new Map<string, EpochMs>();
  const seen = new Map<string, SeenQuarters>();
  const take = (site: Site, nodeId: string, bounds: ObservedBounds): void => {
    observed.set(nodeId, narrowed(bounds, observed.get(nodeId)));
    const quarters: SeenQuarters = seen.get(nodeId) ?? new Map();
    seen.set(nodeId, quarters);
    const isExact = bounds.highKw - bounds.lowKw <= EXACT_KW;
    learn(quarters, site.timeZone, { bounds, isExact });
    if (isExact) exactMs.set(nodeId, bounds.atMs);
  };
  return {
    observed,
    latest: (nodeId) => latest.get(nodeId) ?? null,
    learn: take,
    measure: (measurement) => {
      const nodeId = nodeOf(measurement);
      if (nodeId === null || measurement.atMs < (latest.get(nodeId)?.atMs ?? -Infinity)) return false;
      latest.set(nodeId, measurement);
      return true;
    },
    observe: (around) => {
      for (const [nodeId, measurement] of latest) {
        // What was known for sure of this measurement stays, whatever cars have been told since.
        if (exactMs.get(nodeId) === measurement.atMs) continue;
        take(around.site, nodeId, boundsAt(around, nodeId, { ...measurement, settlingMs: SETTLING_MS }));
        if (measurement.powerKw <= (around.limitKw?.(nodeId, measurement.atMs) ?? Infinity)) continue;
        // What one that is slow may have drawn makes others give room, and is not remembered as seen for sure.
        const hurried = boundsAt(around, nodeId, { ...measurement, settlingMs: HURRIED_MS });
        observed.set(nodeId, narrowed(hurried, observed.get(nodeId)));
      }
    },
    forecast: (site, startsMs, nowMs) => {
      const unheard = site.nodes.flatMap((node) => {
        const isUnheard = site.meteredNodeIds?.includes(node.id) === true && !observed.has(node.id);
        const forecast = isUnheard ? forecastUnheard(node, startsMs) : null;
        return forecast === null ? [] : [[node.id, forecast] as const];
      });
      const heard = [...observed].map(
        ([nodeId, bounds]) =>
          [nodeId, forecastOf({ site, startsMs, nowMs }, bounds, seen.get(nodeId) ?? new Map())] as const,
      );
      const all = [...heard, ...unheard];
      return all.length === 0 ? undefined : new Map(all);
    },
  };
};

/**
 * Base load at and below a node, as its meter and all else there that is known say: what is not known of cars and
 * batteries stands at its bounds.
 */
const boundsAt = (
  { site, fleet, storages }: Surroundings,
  nodeId: string,
  { powerKw, atMs, settlingMs }: Pick<Measurement, "powerKw" | "atMs"> & { readonly settlingMs: number },
): ObservedBounds => {
  const isHere = isAtOrBelow(site, nodeId);
  const stations = site.stations.filter((station) => isHere(station.nodeId));
  const cars = evBounds(stations, fleet, { atMs, settlingMs });
  const batteries = storages.filter(({ config }) => isHere(config.nodeId));
  const leastKw = sum(batteries.map(({ config, measuredKw }) => measuredKw ?? -config.maxDischargeKw));
  const mostKw = sum(batteries.map(({ config, measuredKw }) => measuredKw ?? config.maxChargeKw));
  return { lowKw: powerKw - cars.highKw - mostKw, highKw: powerKw - cars.lowKw - leastKw, atMs };
};

/** What was known before, as far as the bounds allow it. */
const narrowed = (bounds: ObservedBounds, before: ObservedBounds | undefined): ObservedBounds =>
  before === undefined
    ? bounds
    : {
        ...bounds,
        lowKw: clamp(before.lowKw, bounds.lowKw, bounds.highKw),
        highKw: clamp(before.highKw, bounds.lowKw, bounds.highKw),
      };
