import { type Horizon } from "../domain/horizon.js";
import type { LaidSignals } from "../domain/signal.js";
import type { GridNode, Site } from "../domain/site.js";
import type { GuardedNode } from "../dispatch/rounds.js";
import type { BaseForecast } from "../planning/base-forecast.js";
import { importLimits } from "../planning/formulate-nodes.js";
import { pathToRoot } from "../planning/tree.js";

/** A graced node and an event's cap are guarded now and in the next slot; later slots are planned again. */
const GRACED_SLOTS = 2;

interface GuardInput {
  readonly site: Site;
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
}

/**
 * What must hold while schedules are under way. A strict node holds its own limit in every slot with
 * discharge counted as nothing; any limited node holds its limit and its events' caps in the slots
 * next to now with discharge counted.
 */
export const guardsOf = (input: GuardInput): GuardedNode[] =>
  input.site.nodes.flatMap((node) => [...strictGuard(input, node), ...gracedGuard(input, node)]);

const strictGuard = (input: GuardInput, node: GridNode): GuardedNode[] => {
  const { importLimitKw: limitKw } = node;
  if (node.failsafe !== "strict" || limitKw === null) return [];
  const headroomKw = input.horizon.startsMs.map((_, slot) => limitKw - baseBelow(input, node, slot));
  return [{ nodeId: node.id, timesMs: input.horizon.startsMs, headroomKw, countsDischarge: false }];
};

const gracedGuard = (input: GuardInput, node: GridNode): GuardedNode[] => {
  const limits = importLimits(input, node);
  if (limits === null) return [];
  const timesMs = input.horizon.startsMs.slice(0, GRACED_SLOTS);
  // The plan counts a lower estimate of PV where discharge counts too; so does its guard.
  const headroomKw = timesMs.map(
    (_, slot) => (limits[slot] ?? Infinity) - baseBelow(input, node, slot) + pvBelow(input, node, slot),
  );
  return [{ nodeId: node.id, timesMs, headroomKw, countsDischarge: true }];
};

/** Base load and PV sit at the site's root: below a node only when the root is. */
const atRootBelow = ({ site }: GuardInput, node: GridNode, valueKw: number | undefined): number =>
  pathToRoot(site, site.rootNodeId).includes(node.id) ? (valueKw ?? 0) : 0;

const baseBelow = (input: GuardInput, node: GridNode, slot: number): number =>
  atRootBelow(input, node, input.base.upperKw[slot]);

const pvBelow = (input: GuardInput, node: GridNode, slot: number): number =>
  atRootBelow(input, node, input.base.pvKw[slot]);
