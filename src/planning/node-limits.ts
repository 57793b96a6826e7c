import type { Horizon } from "../domain/horizon.js";
import type { LaidSignals, NodeCap } from "../domain/signal.js";
import type { GridNode } from "../domain/site.js";

interface LimitInput {
  readonly signals: LaidSignals;
  readonly horizon: Horizon;
}

/** The tighter of the node's own limit and the event's cap, per slot; null where neither speaks. */
export const importLimits = ({ signals, horizon }: LimitInput, node: GridNode): (number | null)[] | null =>
  tighterOf(horizon, node.importLimitKw, capAt(signals.caps, node));

/** The same of export. */
export const exportLimits = ({ signals, horizon }: LimitInput, node: GridNode): (number | null)[] | null =>
  tighterOf(horizon, node.exportLimitKw, capAt(signals.exportCaps ?? [], node));

const capAt = (caps: readonly NodeCap[], node: GridNode): NodeCap | undefined =>
  caps.find(({ nodeId }) => nodeId === node.id);

const tighterOf = (
  horizon: Horizon,
  ownKw: number | null,
  cap: NodeCap | undefined,
): (number | null)[] | null => {
  if (cap === undefined && ownKw === null) return null;
  return horizon.startsMs.map((_, slot) => {
    const values = [ownKw, cap?.capKw[slot] ?? null].filter((value) => value !== null);
    return values.length === 0 ? null : Math.min(...values);
  });
};
