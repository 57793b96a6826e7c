import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import type { StorageSituation } from "../domain/storage.js";
import { clamp, DAY_MS, type EpochMs, sum } from "../domain/units.js";
import { fadeAfter } from "../planning/base-experience.js";
import type { NodeBase } from "../planning/node-base.js";
import { pathsToRoot } from "../planning/tree.js";
import { quarterOfLocalDay } from "../signals/calendar.js";
import { evBounds, type ObservedBounds, SETTLING_MS } from "./base-observer.js";

/** Bounds closer than this are one value. */
const EXACT_KW = 0.05;
/** Days of which the load of each quarter of the day is remembered. */
const MOST_DAYS = 14;

/** The node of a measurement that a meter below the root made; null: it is none of these. */
export const nodeOf = ({ kind }: Pick<Measurement, "kind">): string | null =>
  kind.startsWith("node:") ? kind.slice("node:".length) : null;

interface Surroundings {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly storages: readonly StorageSituation[];
}

/** The meters of nodes below the root: what they say of the base load there. */
export interface NodeMeters {
  /** Takes what is the latest of its node; false: it is older than what is known. */
  measure(measurement: Measurement): boolean;
  /** Takes the latest measurements into what is known of the base load. */
  observe(around: Surroundings): void;
  /** Forecast of each node whose meter was ever heard; absent: none was. */
  forecast(
    site: Site,
    startsMs: readonly EpochMs[],
    nowMs: EpochMs,
  ): ReadonlyMap<string, NodeBase> | undefined;
  /** What was observed last, by node. */
  readonly observed: ReadonlyMap<string, ObservedBounds>;
}

interface Seen {
  readonly dayMs: EpochMs;
  mostKw: number;
  leastKw: number;
}

/** What was seen in each quarter of the local day, the latest days of each. */
type SeenQuarters = Map<number, Seen[]>;

export const createNodeMeters = (): NodeMeters => {
  const latest = new Map<string, Measurement>();
  const observed = new Map<string, ObservedBounds>();
  const exactMs = new Map<string, EpochMs>();
  const seen = new Map<string, SeenQuarters>();
  return {
    observed,
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
        const bounds = boundsAt(around, nodeId, measurement);
        observed.set(nodeId, narrowed(bounds, observed.get(nodeId)));
        if (bounds.highKw - bounds.lowKw > EXACT_KW) continue;
        exactMs.set(nodeId, bounds.atMs);
        const quarters: SeenQuarters = seen.get(nodeId) ?? new Map();
        seen.set(nodeId, quarters);
        learn(quarters, quarterOfLocalDay(bounds.atMs, around.site.timeZone), bounds);
      }
    },
    forecast: (site, startsMs, nowMs) =>
      observed.size === 0
        ? undefined
        : new Map(
            [...observed].map(([nodeId, bounds]) => [
              nodeId,
              forecastOf({ site, startsMs, nowMs }, bounds, seen.get(nodeId) ?? new Map()),
            ]),
          ),
  };
};

/**
 * Base load at and below a node, as its meter and all else there that is known say: what is not known of cars and
 * batteries stands at its bounds.
 */
const boundsAt = (
  { site, fleet, storages }: Surroundings,
  nodeId: string,
  { powerKw, atMs }: Measurement,
): ObservedBounds => {
  const paths = pathsToRoot(site);
  const isBelow = (one: { readonly nodeId: string }): boolean =>
    paths.get(one.nodeId)?.includes(nodeId) ?? false;
  const cars = evBounds(site.stations.filter(isBelow), fleet, { atMs, settlingMs: SETTLING_MS });
  const batteries = storages.filter(({ config }) => isBelow(config));
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

const learn = (quarters: SeenQuarters, quarter: number, { lowKw, highKw, atMs }: ObservedBounds): void => {
  const days = quarters.get(quarter) ?? [];
  quarters.set(quarter, days);
  const last = days.at(-1);
  if (last !== undefined && atMs - last.dayMs < DAY_MS / 2) {
    last.mostKw = Math.max(last.mostKw, highKw);
    last.leastKw = Math.min(last.leastKw, lowKw);
    return;
  }
  days.push({ dayMs: atMs, mostKw: highKw, leastKw: lowKw });
  if (days.length > MOST_DAYS) days.shift();
};

interface When {
  readonly site: Site;
  readonly startsMs: readonly EpochMs[];
  readonly nowMs: EpochMs;
}

/**
 * No less than was ever seen at that time of day, and what is seen now as far as it still says something; where
 * that time was never seen, as now. While the meter is silent the most and the least that it ever showed stand for
 * all the day. The site's margin on both.
 */
const forecastOf = (
  { site, startsMs, nowMs }: When,
  now: ObservedBounds,
  quarters: SeenQuarters,
): NodeBase => {
  const isFresh = nowMs - now.atMs <= site.measurementStaleMs;
  const ever = [...quarters.values()].flat();
  const most = (days: readonly Seen[]): number =>
    Math.max(...days.map(({ mostKw }) => mostKw), ...(days.length === 0 ? [now.highKw] : []));
  const least = (days: readonly Seen[]): number =>
    Math.min(...days.map(({ leastKw }) => leastKw), ...(days.length === 0 ? [now.lowKw] : []));
  const at = (startMs: EpochMs): { readonly upperKw: number; readonly lowerKw: number } => {
    if (!isFresh) return { upperKw: most(ever), lowerKw: least(ever) };
    const days = quarters.get(quarterOfLocalDay(startMs, site.timeZone));
    if (days === undefined) return { upperKw: now.highKw, lowerKw: now.lowKw };
    const weight = fadeAfter(startMs - nowMs);
    const mixed = (nowKw: number, seenKw: number): number => seenKw + (nowKw - seenKw) * weight;
    return {
      upperKw: Math.max(most(days), mixed(now.highKw, most(days))),
      lowerKw: Math.min(least(days), mixed(now.lowKw, least(days))),
    };
  };
  const margin = (kw: number): number => Math.abs(kw) * site.baseMarginShare;
  const slots = startsMs.map(at);
  return {
    upperKw: slots.map(({ upperKw }) => Math.max(0, upperKw + margin(upperKw))),
    lowerKw: slots.map(({ lowerKw }) => lowerKw - margin(lowerKw)),
  };
};
