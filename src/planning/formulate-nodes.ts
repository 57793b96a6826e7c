import { asUsed, lostDrawBySlot, minimumKw } from "../domain/draw.js";
import { slotAt } from "../domain/horizon.js";
import { isThere } from "../domain/presence.js";
import type { ProblemNode } from "../domain/problem.js";
import type { GridNode } from "../domain/site.js";
import { dischargeLimits } from "./discharge-limits.js";
import type { FormulationInput } from "./formulate.js";
import { upperBaseAt, upperBaseBelow } from "./node-base.js";
import { exportLimits, importLimits } from "./node-limits.js";
import { phaseBase, phaseLimits } from "./phases.js";
import type { FixedCar, PresentCar, PresentCars } from "./present-cars.js";
import { lostStorageKw, unsteeredStorageKw } from "./storages.js";
import { pathsToRoot } from "./tree.js";
import { unconfiguredKwAt } from "./unconfigured.js";

/** Nodes in the order parents first, with limits, loads that cannot be steered, and fail-safe rows. */
export const formulateNodes = (
  input: FormulationInput,
  { fixed, steered }: Pick<PresentCars, "fixed" | "steered">,
): ProblemNode[] =>
  parentsFirst(input.site.nodes).map((node) => {
    const cap = input.signals.caps.find(({ nodeId }) => nodeId === node.id);
    return {
      id: node.id,
      parentId: node.parentId,
      importLimitKw: importLimits(input, node),
      exportLimitKw: exportLimits(input, node),
      limitSource: cap === undefined ? null : capSources(node, cap),
      baseKw: baseAt(input, node, fixed).map((kw) => kw + neverPausedKw(steered, (id) => id === node.id)),
      pvKw: node.id === input.site.rootNodeId ? [...input.base.pvKw] : input.horizon.startsMs.map(() => 0),
      dischargeLimitKw: dischargeLimits(input, node, fixed),
      flatteningPerKw2h: node.flatteningPerKw2h,
      phaseLimitKw: phaseLimits(node, input.horizon),
      line: node.line ?? null,
      reactiveKvar: null,
      voltageLimits: node.voltageLimits ?? null,
      exclusive: null,
      smoothChange: smoothChange(input, node),
      phaseBaseKw: phaseBase(
        { ...input, fixed: fixed.map((car) => ({ car, kw: fixedKw(input, car) })) },
        node,
      ),
      failsafe: node.failsafe === "strict" ? { headroomKw: failsafeHeadroom(input, node, steered) } : null,
    };
  });

/** What the node's net power is by the plan in force, where departing from it has a price. */
const smoothChange = (
  { previous, horizon }: FormulationInput,
  { id, smoothChangePerKw2h = 0 }: GridNode,
): ProblemNode["smoothChange"] => {
  const before = previous?.nodes.find(({ nodeId }) => nodeId === id);
  if (previous === null || before === undefined || smoothChangePerKw2h === 0) return null;
  return {
    perKw2h: smoothChangePerKw2h,
    inForceKw: horizon.startsMs.map((startMs) => {
      const slot = slotAt(previous.horizon, startMs);
      return slot === -1 ? null : (before.netKw[slot] ?? null);
    }),
  };
};

const capSources = (node: GridNode, cap: FormulationInput["signals"]["caps"][number]): (string | null)[] =>
  cap.capKw.map((capKw, slot) =>
    capKw !== null && capKw < (node.importLimitKw ?? Infinity) ? (cap.eventId[slot] ?? null) : null,
  );

/**
 * Base load sits at the root and at nodes that have meters, as an upper forecast since limits are concerned; cars
 * and batteries that cannot be steered at their node.
 */
const baseAt = (input: FormulationInput, node: GridNode, fixed: readonly FixedCar[]): number[] => {
  const { site, fleet } = input;
  const cars = fixed.filter(({ station }) => station.nodeId === node.id).map((car) => fixedKw(input, car));
  const isHere = (nodeId: string): boolean => nodeId === node.id;
  const unconfiguredKw = unconfiguredKwAt(site, fleet, isHere);
  const batteriesKw = unsteeredStorageKw(input.storages ?? [], input.horizon, isHere);
  const baseKw = upperBaseAt(site, input.base, node.id);
  return input.horizon.startsMs.map((_, slot) => {
    const othersKw = (baseKw[slot] ?? 0) + unconfiguredKw + (batteriesKw[slot] ?? 0);
    return cars.reduce((total, kw) => total + (kw[slot] ?? 0), othersKw);
  });
};

/**
 * Cars that must not be paused at nothing draw their least power in every slot in which the plan gives them
 * none, so that it is kept free for them; in the others it counts twice, on the safe side.
 */
const neverPausedKw = (steered: readonly PresentCar[], isAt: (nodeId: string) => boolean): number =>
  steered
    .filter(({ station, stationState }) => isAt(station.nodeId) && stationState.capabilities?.pausesAtMinimum)
    .reduce((total, { config, evse }) => total + minimumKw(asUsed(config, evse)), 0);

/**
 * What a car that cannot be steered may draw: by its schedule, or as measured last when it does not follow, also
 * while its station is offline.
 */
const fixedKw = ({ horizon }: FormulationInput, { config, evse }: FixedCar): number[] => {
  const measuredKw = evse.notFollowingSinceMs === null ? 0 : (evse.sample?.powerKw ?? 0);
  return lostDrawBySlot(config, evse, horizon).map((kw) => Math.max(kw, measuredKw));
};

/**
 * Room left for planned charging if every message were lost from now on: limit − upper base load −
 * defaults of EVSEs without a car − what EVSEs that cannot be steered may draw − what batteries may do without
 * us − the least power at which cars wait that must not be paused. PV and discharge count as nothing.
 */
const failsafeHeadroom = (
  input: FormulationInput,
  node: GridNode,
  steered: readonly PresentCar[],
): number[] => {
  const { site, fleet } = input;
  const paths = pathsToRoot(site);
  const isBelow = (nodeId: string): boolean => paths.get(nodeId)?.includes(node.id) ?? false;
  const unsteered = unsteeredBelow(input, isBelow);
  const unconfiguredKw = unconfiguredKwAt(site, fleet, isBelow);
  const batteriesKw = lostStorageKw(input.storages ?? [], input.horizon, isBelow);
  const waitingKw = neverPausedKw(steered, isBelow);
  const baseKw = upperBaseBelow(site, input.base, node.id);
  return input.horizon.startsMs.map((_, slot) => {
    const limit = node.importLimitKw ?? Number.MAX_SAFE_INTEGER;
    return unsteered.reduce(
      (room, kw) => room - (kw[slot] ?? 0),
      limit - (baseKw[slot] ?? 0) - unconfiguredKw - waitingKw - (batteriesKw[slot] ?? 0),
    );
  });
};

/** What EVSEs below a node may draw beside what is planned for them, by slot, each. */
const unsteeredBelow = (
  { site, fleet, horizon }: FormulationInput,
  isBelow: (nodeId: string) => boolean,
): number[][] =>
  site.stations
    .filter(({ nodeId }) => isBelow(nodeId))
    .flatMap((station) => {
      const state = fleet.stations.get(station.id);
      // One that never connected since it was written into the site file is not there yet.
      if (!isThere(state)) return [];
      return station.evses.flatMap((config) => {
        const evse = state.evses.get(config.evseId) ?? null;
        const follows = evse?.notFollowingSinceMs == null;
        if (state.connected && evse?.session != null && follows)
          // A profile that discharges ends with the connection, and the default takes over.
          return config.maxDischargeKw > 0
            ? [lostDrawBySlot(config, { ...evse, session: null }, horizon)]
            : [];
        const measuredKw = follows ? 0 : (evse?.sample?.powerKw ?? 0);
        return [lostDrawBySlot(config, evse, horizon).map((kw) => Math.max(kw, measuredKw))];
      });
    });

const parentsFirst = (nodes: readonly GridNode[]): GridNode[] => {
  const depth = (node: GridNode): number => {
    const parent = nodes.find(({ id }) => id === node.parentId);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return [...nodes].sort((a, b) => depth(a) - depth(b));
};
