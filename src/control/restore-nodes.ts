import type { Measurement, Site, StationConfig } from "../domain/site.js";
import { ratedKw } from "../domain/draw.js";
import { type EpochMs, sum } from "../domain/units.js";
import { isAtOrBelow } from "../planning/tree.js";
import type { ObservedBounds } from "./base-observer.js";
import type { ControlParts } from "./contract.js";
import { evKindAt } from "./ev-telemetry.js";
import type { NodeMeters } from "./node-meters.js";
import { READ_MS, SAME_KW } from "./restore-base.js";

type RestoreParts = Pick<ControlParts, "telemetry" | "clock">;

/** What the meters of nodes showed before the program started, so that a board whose meter is silent stays as loaded as it was. */
export const restoreNodes = async (
  { telemetry, clock }: RestoreParts,
  site: Site,
  nodeMeters: Pick<NodeMeters, "learn">,
): Promise<void> => {
  const toMs = clock.now();
  const span = { siteId: site.id, fromMs: toMs - READ_MS, toMs: toMs + 1 };
  for (const { id } of site.nodes.filter((node) => node.id !== site.rootNodeId)) {
    const readings = await telemetry.between({ ...span, kind: `node:${id}` });
    if (readings.length === 0) continue;
    const cars = await telemetry.between({ ...span, kind: evKindAt(site, id) });
    for (const bounds of boundsOf(site, id, { readings, cars })) nodeMeters.learn(site, id, bounds);
  }
};

interface Kept {
  readonly readings: readonly Measurement[];
  readonly cars: readonly Measurement[];
}

/** Base load at a node at each of its readings: cars whose sum is not known then may have drawn or given anything. */
const boundsOf = (site: Site, nodeId: string, { readings, cars }: Kept): ObservedBounds[] => {
  const isHere = isAtOrBelow(site, nodeId);
  const stations = site.stations.filter((station) => isHere(station.nodeId));
  const batteries = (site.storages ?? []).filter((storage) => isHere(storage.nodeId));
  const chargeKw = sum(batteries.map(({ maxChargeKw }) => maxChargeKw));
  const dischargeKw = sum(batteries.map(({ maxDischargeKw }) => maxDischargeKw));
  let next = 0;
  return readings.map(({ powerKw, atMs }) => {
    while ((cars[next]?.atMs ?? Infinity) <= atMs) next += 1;
    const around = { before: cars[next - 1], after: cars[next] };
    const ev = sureKw(around, atMs, site.measurementStaleMs) ?? anyKw(stations);
    return { lowKw: powerKw - ev.mostKw - chargeKw, highKw: powerKw - ev.leastKw + dischargeKw, atMs };
  });
};

interface Range {
  readonly leastKw: number;
  readonly mostKw: number;
}

interface Neighbours {
  readonly before: Measurement | undefined;
  readonly after: Measurement | undefined;
}

/** The cars' sum where it was the same before and after; null: it is not known. */
const sureKw = ({ before, after }: Neighbours, atMs: EpochMs, staleMs: number): Range | null => {
  if (before === undefined || after === undefined || atMs - before.atMs > staleMs) return null;
  return Math.abs(before.powerKw - after.powerKw) < SAME_KW
    ? { leastKw: before.powerKw, mostKw: before.powerKw }
    : null;
};

const anyKw = (stations: readonly StationConfig[]): Range => {
  const evses = stations.flatMap((station) => station.evses);
  return {
    leastKw: -sum(evses.map(({ maxDischargeKw }) => maxDischargeKw)),
    mostKw: sum(evses.map(ratedKw)),
  };
};
