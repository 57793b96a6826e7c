import { storageMayTakeKw } from "../dispatch/storage-setpoints.js";
import type { PvSurroundings } from "../dispatch/inverter-limits.js";
import type { PvFloors } from "../domain/curtailment.js";
import { dischargeBoundKw } from "../domain/draw.js";
import { quarterHourHorizon, slotAt } from "../domain/horizon.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, MINUTE_MS, sum } from "../domain/units.js";
import { pvFloors } from "../planning/pv-floors.js";
import { isAtOrBelow } from "../planning/tree.js";
import type { SiteMemory } from "./cycle.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import type { StorageDesk } from "./storage-desk.js";
import { configuredEvses } from "./transport.js";

/** What PV may not bring a site below before anything was planned: its own export limit. */
export const ownFloors = (site: Site, nowMs: EpochMs): PvFloors =>
  pvFloors({
    site,
    horizon: quarterHourHorizon(nowMs, 1),
    signals: { prices: new Map(), caps: [], targets: [], notes: [] },
    plan: null,
  });

/** An older measurement limits nothing: what a site draws changes within a minute. */
const FRESH_MS = MINUTE_MS;

interface AroundParts {
  readonly keeper: Pick<FleetKeeper, "state">;
  readonly storages: Pick<StorageDesk, "situations">;
}

interface Known {
  readonly site: Site;
  readonly memory: Pick<SiteMemory, "base" | "plan" | "baseMemory">;
}

/** What the site draws beside its PV: by its meters while both are fresh, and at the least. */
export const pvSurroundings = (
  parts: AroundParts,
  { site, memory }: Known,
  nowMs: EpochMs,
): Omit<PvSurroundings, "othersKw"> => {
  const { pair } = memory.baseMemory;
  return {
    measured: pair !== null && nowMs - pair.atMs <= FRESH_MS ? pair : null,
    leastDrawnKw: leastDrawnKw(parts, { site, memory }, nowMs),
  };
};

/** The lower forecast of the base load less all that cars and batteries may give back; charging counts as nothing. */
const leastDrawnKw = (
  { keeper, storages }: AroundParts,
  { site, memory: { base, plan } }: Known,
  nowMs: EpochMs,
): number => {
  const slot = plan === null ? 0 : Math.max(0, slotAt(plan.horizon, nowMs));
  const loads = base?.lowerKw.slice(slot, slot + 2) ?? [];
  const loadKw = loads.length === 0 ? 0 : Math.min(...loads);
  return loadKw - mostGivenBackKw({ keeper, storages }, site, { nodeId: site.rootNodeId, nowMs });
};

/** All that cars and batteries at and below a node may give back now. */
const mostGivenBackKw = (
  { keeper, storages }: AroundParts,
  site: Site,
  { nodeId, nowMs }: { readonly nodeId: string; readonly nowMs: EpochMs },
): number => {
  const isHere = isAtOrBelow(site, nodeId);
  const carsKw = configuredEvses(site, keeper.state)
    .filter(({ station }) => isHere(station.nodeId))
    .map(({ config, evse }) =>
      Math.max(dischargeBoundKw(config, evse, nowMs), -(evse?.sample?.powerKw ?? 0)),
    );
  const batteriesKw = storages
    .situations()
    .filter(({ config }) => isHere(config.nodeId))
    .map((situation) => storageMayTakeKw({ counts: "discharge" }, situation, nowMs));
  return sum(carsKw) + sum(batteriesKw);
};

/** A node below the root, and what the PV at and below it generates; null: not all of it is known. */
export interface PvNode {
  readonly nodeId: string;
  readonly pv: { readonly pvKw: number; readonly atMs: EpochMs } | null;
  readonly nowMs: EpochMs;
}

/** The same at and below a node, by its own meter; what it draws at the least is not forecast, and counts as nothing. */
export const nodeSurroundings = (
  parts: AroundParts,
  { site, memory }: { readonly site: Site; readonly memory: Pick<SiteMemory, "nodeMeters"> },
  { nodeId, pv, nowMs }: PvNode,
): Omit<PvSurroundings, "othersKw"> => {
  const meter = memory.nodeMeters.latest(nodeId);
  const atMs = Math.min(meter?.atMs ?? -Infinity, pv?.atMs ?? -Infinity);
  return {
    measured:
      meter === null || pv === null || nowMs - atMs > FRESH_MS
        ? null
        : { importKw: meter.powerKw, pvKw: pv.pvKw, atMs },
    leastDrawnKw: 0 - mostGivenBackKw(parts, site, { nodeId, nowMs }),
  };
};
