import { changesBetween, dischargeBoundKw, schedulesInPlay } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import { type Horizon, slotAt } from "../domain/horizon.js";
import type { LaidSignals } from "../domain/signal.js";
import type { GridNode, Site } from "../domain/site.js";
import type { BaseForecast } from "./base-forecast.js";
import type { StorageSituation } from "../domain/storage.js";
import { lowerBaseBelow } from "./node-base.js";
import { exportLimits } from "./node-limits.js";
import type { FixedCar } from "./present-cars.js";
import { storageBackKw } from "./storages.js";
import { isAtOrBelow, pathsToRoot } from "./tree.js";
import { unconfiguredEvses } from "./unconfigured.js";

interface ExportInput {
  readonly site: Site;
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
  readonly fleet: FleetState;
  readonly storages?: readonly StorageSituation[];
}

/**
 * What cars below a node may give back per slot, ≥ 0: its export limit, or that of an event, + the lower forecast of base load −
 * the upper estimate of PV. Charging counts as nothing, since a car may stop at any moment. PV above the
 * limit is the inverter's matter: then cars give back nothing, and may charge. null without a limit.
 */
export const dischargeRoom = (input: ExportInput, node: GridNode): number[] | null => {
  const { site, horizon, base } = input;
  const limits = exportLimits(input, node);
  if (limits === null) return null;
  const backKw = unconfiguredBackKw(input, node);
  const lowerKw = lowerBaseBelow(site, base, node.id);
  const unseenKw = unseenPvKw(input, node);
  return horizon.startsMs.map((_, slot) => {
    const exportLimitKw = limits[slot] ?? Infinity;
    const pvKw = node.id === site.rootNodeId ? (base.upperPvKw[slot] ?? 0) : unseenKw;
    return Math.max(0, exportLimitKw + (lowerKw[slot] ?? 0) - pvKw - backKw);
  });
};

/** The most that commanded PV brings to a node without a meter, whose net power nobody sees, kW. */
const unseenPvKw = ({ site, base }: ExportInput, node: GridNode): number => {
  if (base.nodes?.has(node.id) === true) return 0;
  const isHere = isAtOrBelow(site, node.id);
  const here = (site.inverters ?? []).filter(({ nodeId }) => isHere(nodeId ?? site.rootNodeId));
  return here.reduce((total, { ratedKw }) => total + ratedKw, 0);
};

/** A setpoint is sent in whole watts, rounded towards less import. */
const ROUNDING_KW = 0.001;

/**
 * The same for the cars and batteries that can be steered: less what the others may give back, and what rounding
 * adds.
 */
export const dischargeLimits = (
  input: ExportInput,
  node: GridNode,
  fixed: readonly FixedCar[],
): number[] | null => {
  const paths = pathsToRoot(input.site);
  const isBelow = ({ nodeId }: { nodeId: string }): boolean => paths.get(nodeId)?.includes(node.id) ?? false;
  const others = fixed
    .filter(({ station }) => isBelow(station))
    .map((car) => mostBackBySlot(car, input.horizon));
  const batteriesKw = storageBackKw(input.storages ?? [], input.horizon, (nodeId) => isBelow({ nodeId }));
  const rounded = input.site.stations
    .filter(isBelow)
    .flatMap(({ evses }) => evses.filter(({ maxDischargeKw }) => maxDischargeKw > 0));
  return (
    dischargeRoom(input, node)?.map((room, slot) =>
      Math.max(
        0,
        others.reduce(
          (left, kw) => left - (kw[slot] ?? 0),
          room - ROUNDING_KW * rounded.length - (batteriesKw[slot] ?? 0),
        ),
      ),
    ) ?? null
  );
};

const mostBackBySlot = ({ config, evse, why }: FixedCar, horizon: Horizon): number[] => {
  const measuredKw = why === "station-offline" ? 0 : Math.max(0, -(evse.sample?.powerKw ?? 0));
  const mostKw = horizon.startsMs.map((startMs) =>
    Math.max(measuredKw, dischargeBoundKw(config, evse, startMs)),
  );
  const span = { fromMs: horizon.startsMs[0] ?? horizon.endMs, untilMs: horizon.endMs };
  for (const atMs of changesBetween(schedulesInPlay(evse), span)) {
    const slot = slotAt(horizon, atMs);
    mostKw[slot] = Math.max(mostKw[slot] ?? 0, dischargeBoundKw(config, evse, atMs));
  }
  return mostKw;
};

/** What sessions on EVSEs that no site file names give back below a node, as last measured, kW. */
const unconfiguredBackKw = ({ site, fleet }: ExportInput, node: GridNode): number => {
  const paths = pathsToRoot(site);
  return unconfiguredEvses(site, fleet)
    .filter(({ evse, station }) => evse.session !== null && paths.get(station.nodeId)?.includes(node.id))
    .reduce((total, { powerKw }) => total + Math.max(0, -(powerKw ?? 0)), 0);
};
