import { ratedKw } from "../domain/draw.js";
import type { ProblemNode } from "../domain/problem.js";
import type { Site } from "../domain/site.js";
import { sum } from "../domain/units.js";
import { pathsToRoot } from "./tree.js";

/**
 * The most that flattening and smooth change may add to the price of a kWh: the slope 2·w·P of every node's
 * price on its net power squared, P with base load, PV and all stations below it at their most; where the plan in
 * force counts, its net power besides.
 */
export const steepestPerKwh = (site: Site, nodes: readonly ProblemNode[]): number => {
  if (nodes.every((node) => node.flatteningPerKw2h === 0 && node.smoothChange === null)) return 0;
  const paths = pathsToRoot(site);
  const isBelow = (lower: string, upper: string): boolean => paths.get(lower)?.includes(upper) ?? false;
  const mostKw = (id: string): number =>
    sum(
      nodes
        .filter((node) => isBelow(node.id, id))
        .map(({ baseKw, pvKw }) => Math.max(0, ...baseKw) + Math.max(0, ...pvKw)),
    ) +
    sum(
      site.stations
        .filter(({ nodeId }) => isBelow(nodeId, id))
        .flatMap(({ evses }) => evses.map((evse) => ratedKw(evse))),
    );
  return sum(
    nodes.map(({ id, flatteningPerKw2h, smoothChange }) => {
      if (flatteningPerKw2h === 0 && smoothChange === null) return 0;
      const inForceKw = Math.max(0, ...(smoothChange?.inForceKw ?? []).map((kw) => Math.abs(kw ?? 0)));
      const smooth = (smoothChange?.perKw2h ?? 0) * (mostKw(id) + inForceKw);
      return 2 * (flatteningPerKw2h * mostKw(id) + smooth);
    }),
  );
};
