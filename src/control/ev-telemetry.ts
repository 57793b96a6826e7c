import type { FleetEvent, FleetState } from "../domain/fleet.js";
import type { Measurement, Site, StationConfig } from "../domain/site.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import { pathsToRoot } from "../planning/tree.js";
import type { EvseSample, Telemetry } from "../ports/telemetry.js";
import { plausibleMs } from "../ports/transaction-row.js";
import { DEFAULT_MAX_HOLD_MS } from "../settlement/energy.js";

/** A power that has not changed is written no more often than this. */
const SAME_EVERY_MS = MINUTE_MS;

/** Under what the power of the cars at and below a node is kept. */
export const evKindAt = (site: Site, nodeId: string): Measurement["kind"] =>
  nodeId === site.rootNodeId ? "ev" : `ev:${nodeId}`;

export interface EvTelemetry {
  /** Notes what the cars draw now, per node; `atMs` before the last note is left out. */
  note(fleet: FleetState, atMs: EpochMs): void;
}

/**
 * What the EVSEs meter, summed per node with stations at or below it, for the results of events. A node
 * with a car whose last sample is older than a measurement may hold has no sum: it is a gap, not a guess.
 */
export const createEvTelemetry = (site: Site, telemetry: Telemetry): EvTelemetry => {
  const below = stationsBelow(site);
  const last = new Map<string, { atMs: EpochMs; powerKw: number }>();
  return {
    note: (fleet, atMs) => {
      for (const [nodeId, stations] of below) {
        const before = last.get(nodeId);
        if (before !== undefined && atMs < before.atMs) continue;
        const powerKw = sumKw(stations, fleet, atMs);
        if (powerKw === null) continue;
        if (before?.powerKw === powerKw && atMs - before.atMs < SAME_EVERY_MS) continue;
        last.set(nodeId, { atMs, powerKw });
        telemetry.append({ siteId: site.id, kind: evKindAt(site, nodeId), powerKw, atMs });
      }
    },
  };
};

/** Stations at and below each node that has any; the root always. */
const stationsBelow = (site: Site): ReadonlyMap<string, readonly StationConfig[]> => {
  const paths = pathsToRoot(site);
  const found = site.nodes.map(
    ({ id }) => [id, site.stations.filter(({ nodeId }) => paths.get(nodeId)?.includes(id))] as const,
  );
  return new Map(found.filter(([id, stations]) => stations.length > 0 || id === site.rootNodeId));
};

const sumKw = (stations: readonly StationConfig[], fleet: FleetState, atMs: EpochMs): number | null => {
  let total = 0;
  for (const { id } of stations)
    for (const { session, sample } of fleet.stations.get(id)?.evses.values() ?? []) {
      if (session === null) continue;
      if (sample === null || atMs - sample.atMs > DEFAULT_MAX_HOLD_MS) return null;
      total += sample.powerKw;
    }
  return total;
};

/** What an EVSE metered, as its history keeps it: at the station's time where that can be true, else at ours. */
export const evseSampleOf = (event: Extract<FleetEvent, { kind: "sampled" }>): EvseSample => {
  const { stationId, evseId, sample } = event;
  const { powerKw, importedWh, exportedWh, socPercent } = sample;
  const atMs = plausibleMs({ atMs: event.atMs, stationTimeMs: sample.atMs });
  return { stationId, evseId, atMs, powerKw, importedWh, exportedWh, socPercent };
};
