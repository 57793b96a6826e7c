import type { FleetState } from "../domain/fleet.js";
import { type Horizon, slotAt, slotEndMs } from "../domain/horizon.js";
import type { LaidSignals } from "../domain/signal.js";
import type { GridNode, Site } from "../domain/site.js";
import { storageRoomKw } from "../dispatch/storage-setpoints.js";
import type { Plan } from "../domain/plan.js";
import type { StorageSituation } from "../domain/storage.js";
import type { EpochMs } from "../domain/units.js";
import type { GuardedNode } from "../dispatch/bounds.js";
import type { BaseForecast } from "../planning/base-forecast.js";
import { dischargeRoom } from "../planning/discharge-limits.js";
import { importLimits } from "../planning/node-limits.js";
import { upperBaseBelow } from "../planning/node-base.js";
import { pathsToRoot } from "../planning/tree.js";
import { unconfiguredKwAt } from "../planning/unconfigured.js";

/** A graced node and an event's cap are guarded now and in the next slot; later slots are planned again. */
const GRACED_SLOTS = 2;

interface GuardInput {
  readonly site: Site;
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
  readonly fleet: FleetState;
  /** Starts of slots and every moment between them at which what a car may draw changes. */
  readonly timesMs: readonly EpochMs[];
  /** Commanded batteries, which take of the room; absent: none. */
  readonly storages?: readonly StorageSituation[];
  /** What the batteries are planned to do; null: what they were told counts alone. */
  readonly plan?: Plan | null;
}

/**
 * What must hold while schedules are under way. A strict node holds its own limit over the whole horizon
 * with discharge counted as nothing; any limited node holds its limit and its events' caps in the slots
 * next to now with discharge counted, and what cars may give back under its export limit in the same slots.
 * See docs/fail-safe.md.
 */
export const guardsOf = (input: GuardInput): GuardedNode[] =>
  input.site.nodes.flatMap((node) =>
    [...strictGuard(input, node), ...gracedGuard(input, node), ...exportGuard(input, node)].map((guard) =>
      withoutStorages(input, guard),
    ),
  );

/** Leaves to the cars what the batteries below do not take. */
const withoutStorages = (input: GuardInput, guard: GuardedNode): GuardedNode => {
  const { site, horizon, plan = null } = input;
  const paths = pathsToRoot(site);
  const storages = (input.storages ?? []).filter(({ config }) =>
    paths.get(config.nodeId)?.includes(guard.nodeId),
  );
  if (storages.length === 0) return guard;
  const room = { horizon, plan, storages };
  return {
    ...guard,
    headroomKw: guard.headroomKw.map(
      (kw, at) => kw - storageRoomKw(room, guard.counts, guard.timesMs[at] ?? horizon.endMs),
    ),
  };
};

const strictGuard = (input: GuardInput, node: GridNode): GuardedNode[] => {
  const { importLimitKw: limitKw } = node;
  if (node.failsafe !== "strict" || limitKw === null) return [];
  const { timesMs } = input;
  const freeKw = limitKw - unconfiguredBelow(input, node);
  const baseKw = upperBaseBelow(input.site, input.base, node.id);
  const headroomKw = timesMs.map((atMs) => freeKw - (baseKw[slotAt(input.horizon, atMs)] ?? 0));
  return [{ nodeId: node.id, timesMs, headroomKw, counts: "draw" }];
};

const gracedGuard = (input: GuardInput, node: GridNode): GuardedNode[] => {
  const limits = importLimits(input, node);
  if (limits === null) return [];
  const { base, horizon } = input;
  const timesMs = nextToNow(input);
  const unconfiguredKw = unconfiguredBelow(input, node);
  const baseKw = upperBaseBelow(input.site, base, node.id);
  // The plan counts a lower estimate of PV where discharge counts too; so does its guard.
  const headroomKw = timesMs.map(
    (atMs) =>
      (limits[slotAt(horizon, atMs)] ?? Infinity) -
      unconfiguredKw -
      (baseKw[slotAt(horizon, atMs)] ?? 0) +
      atRoot(input, node, base.pvKw, atMs),
  );
  return [{ nodeId: node.id, timesMs, headroomKw, counts: "net" }];
};

const exportGuard = (input: GuardInput, node: GridNode): GuardedNode[] => {
  const rooms = dischargeRoom(input, node);
  if (rooms === null) return [];
  const timesMs = nextToNow(input);
  const headroomKw = timesMs.map((atMs) => rooms[slotAt(input.horizon, atMs)] ?? Infinity);
  return [{ nodeId: node.id, timesMs, headroomKw, counts: "discharge" }];
};

const nextToNow = ({ horizon, timesMs }: GuardInput): EpochMs[] => {
  const untilMs = slotEndMs(horizon, GRACED_SLOTS - 1);
  return timesMs.filter((atMs) => atMs < untilMs);
};

const unconfiguredBelow = ({ site, fleet }: GuardInput, node: GridNode): number => {
  const paths = pathsToRoot(site);
  return unconfiguredKwAt(site, fleet, (nodeId) => paths.get(nodeId)?.includes(node.id) ?? false);
};

/** PV sits at the site's root. */
const atRoot = (
  { site, horizon }: GuardInput,
  node: GridNode,
  valuesKw: readonly number[],
  atMs: EpochMs,
): number => (node.id === site.rootNodeId ? (valuesKw[slotAt(horizon, atMs)] ?? 0) : 0);
