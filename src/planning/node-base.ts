import type { Site } from "../domain/site.js";
import type { BaseForecast } from "./base-forecast.js";

/** Base load at and below a node that has a meter of its own, kW. */
export interface NodeBase {
  /** Upper forecast, for limits of import. */
  readonly upperKw: readonly number[];
  /** Lower forecast, for limits of export; below 0 where something there gives back. */
  readonly lowerKw: readonly number[];
}

type Known = Pick<BaseForecast, "upperKw" | "lowerKw" | "nodes">;

const none = ({ upperKw }: Known): number[] => upperKw.map(() => 0);

const childrenOf = (site: Site, nodeId: string) => site.nodes.filter(({ parentId }) => parentId === nodeId);

const summed = (base: Known, all: readonly (readonly number[])[]): number[] =>
  all.reduce<number[]>((total, one) => total.map((kw, slot) => kw + (one[slot] ?? 0)), none(base));

/**
 * Upper forecast of the base load at and below a node, by slot: by its own meter, the site meter at the root, and
 * no less than what the meters below it say together.
 */
export const upperBaseBelow = (site: Site, base: Known, nodeId: string): readonly number[] => {
  const isRoot = nodeId === site.rootNodeId;
  if (base.nodes === undefined) return isRoot ? base.upperKw : none(base);
  const own = isRoot ? base.upperKw : base.nodes.get(nodeId)?.upperKw;
  const below = summed(
    base,
    childrenOf(site, nodeId).map(({ id }) => upperBaseBelow(site, base, id)),
  );
  return own === undefined ? below : below.map((kw, slot) => Math.max(kw, own[slot] ?? 0));
};

/** The part of it that is at the node itself, and not at or below one under it. */
export const upperBaseAt = (site: Site, base: Known, nodeId: string): readonly number[] => {
  const whole = upperBaseBelow(site, base, nodeId);
  if (base.nodes === undefined) return whole;
  const below = summed(
    base,
    childrenOf(site, nodeId).map(({ id }) => upperBaseBelow(site, base, id)),
  );
  return whole.map((kw, slot) => kw - (below[slot] ?? 0));
};

/** Lower forecast at and below a node: by its own meter, or by those below it together. */
export const lowerBaseBelow = (site: Site, base: Known, nodeId: string): readonly number[] => {
  if (nodeId === site.rootNodeId) return base.lowerKw;
  if (base.nodes === undefined) return none(base);
  return (
    base.nodes.get(nodeId)?.lowerKw ??
    summed(
      base,
      childrenOf(site, nodeId).map(({ id }) => lowerBaseBelow(site, base, id)),
    )
  );
};
