import type { Curtailment, NetFloor, PvFloors, PvReason } from "../domain/curtailment.js";
import { type Horizon, slotAt, slotEndMs } from "../domain/horizon.js";
import type { Plan } from "../domain/plan.js";
import type { LaidSignals } from "../domain/signal.js";
import type { GridNode, Site } from "../domain/site.js";
import { exportLimits, importLimits } from "./node-limits.js";
import { pathsToRoot } from "./tree.js";

interface FloorInput {
  readonly site: Site;
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
  /** The plan in force, for what targets make of PV; null: none. */
  readonly plan: Plan | null;
}

/** Curtailment below this is arithmetic, kW. */
const LEAST_KW = 0.01;

/**
 * The least net power that PV may bring a site to: its export limit, an event's, nothing where export costs
 * money, no PV at all where drawing earns money, and what the plan makes of a dispatch target by curtailing.
 * Never above the import limit: holding PV back must not break it.
 */
export const pvFloors = (input: FloorInput): PvFloors => {
  const { site, horizon } = input;
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  if (root === undefined) return { horizon, bySlot: horizon.startsMs.map(() => null) };
  const limits = importLimits(input, root);
  const below = floorsBelow(input);
  return {
    horizon,
    ...(below.size === 0 ? {} : { below }),
    bySlot: horizon.startsMs.map((_, slot) => {
      const floors = [limitFloor(input, root, slot), priceFloor(input, slot), targetFloor(input, slot)];
      const highest = floors.reduce(higher, null);
      return highest === null
        ? null
        : { ...highest, netKw: Math.min(highest.netKw, limits?.[slot] ?? Infinity) };
    }),
  };
};

/** Export limits of the nodes that inverters hang on, and of those between them and the root. */
const floorsBelow = (input: FloorInput): Map<string, (NetFloor | null)[]> => {
  const { site, horizon } = input;
  const paths = pathsToRoot(site);
  const above = new Set((site.inverters ?? []).flatMap(({ nodeId }) => paths.get(nodeId ?? "") ?? []));
  above.delete(site.rootNodeId);
  return new Map(
    site.nodes
      .filter((node) => above.has(node.id) && exportLimits(input, node) !== null)
      .map((node) => [node.id, horizon.startsMs.map((_, slot) => limitFloor(input, node, slot))]),
  );
};

/** The first where they are alike: a limit is named before a price. */
const higher = (a: NetFloor | null, b: NetFloor | null): NetFloor | null =>
  b === null || (a !== null && a.netKw >= b.netKw) ? a : b;

const limitFloor = (input: FloorInput, node: GridNode, slot: number): NetFloor | null => {
  const limitKw = exportLimits(input, node)?.[slot] ?? null;
  if (limitKw === null) return null;
  const cap = input.signals.exportCaps?.find(({ nodeId }) => nodeId === node.id);
  const eventId = cap?.eventId[slot] ?? null;
  const byEvent = eventId !== null && (cap?.capKw[slot] ?? Infinity) < (node.exportLimitKw ?? Infinity);
  const where = node.id === input.site.rootNodeId ? {} : { nodeId: node.id };
  const reason: PvReason = byEvent
    ? { key: "event-export-limit", limitKw, eventId, ...where }
    : { key: "export-limit", limitKw, ...where };
  return { netKw: 0 - limitKw, reason };
};

const priceFloor = ({ site, signals }: FloorInput, slot: number): NetFloor | null => {
  const point = site.meteringPoints.find(({ nodeId }) => nodeId === site.rootNodeId);
  const prices = signals.prices.get(point?.id ?? "");
  const [buy, sell] = [prices?.buyPerKwh[slot] ?? 0, prices?.sellPerKwh[slot] ?? 0];
  if (buy < 0 && sell < 0)
    return { netKw: Infinity, reason: { key: "negative-import-price", pricePerKwh: buy } };
  return sell < 0 ? { netKw: 0, reason: { key: "negative-export-price", pricePerKwh: sell } } : null;
};

const targetFloor = ({ site, horizon, signals, plan }: FloorInput, slot: number): NetFloor | null => {
  const startMs = horizon.startsMs[slot] ?? horizon.endMs;
  const at = plan === null || startMs >= plan.horizon.endMs ? -1 : slotAt(plan.horizon, startMs);
  const node = plan?.nodes.find(({ nodeId }) => nodeId === site.rootNodeId);
  const target = signals.targets.find(
    ({ nodeId, powerKw }) => nodeId === site.rootNodeId && powerKw[slot] != null,
  );
  if (target === undefined || (node?.curtailedKw[at] ?? 0) < LEAST_KW) return null;
  const netKw = node?.netKw[at];
  return netKw === undefined ? null : { netKw, reason: { key: "dispatch-target", eventId: target.id } };
};

/** When a plan holds back PV, how much, and why, slot by slot. */
export const curtailmentsOf = (plan: Plan, floors: PvFloors, site: Site): Curtailment[] => {
  const node = plan.nodes.find(({ nodeId }) => nodeId === site.rootNodeId);
  return plan.horizon.startsMs.flatMap((startMs, slot): Curtailment[] => {
    const curtailedKw = node?.curtailedKw[slot] ?? 0;
    const reason = floors.bySlot[slotAt(floors.horizon, startMs)]?.reason;
    return curtailedKw < LEAST_KW || reason === undefined
      ? []
      : [{ startMs, endMs: slotEndMs(plan.horizon, slot), curtailedKw, reason }];
  });
};
