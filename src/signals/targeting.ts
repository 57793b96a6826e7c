import type { GridEvent } from "../domain/signal.js";
import type { Site, SiteMeteringPoint } from "../domain/site.js";

/** Nodes of this site that an event aims at: one without a target aims at the root; another site's are left out. */
export const targetedNodes = (event: GridEvent, site: Site): string[] =>
  event.nodeIds === null
    ? [site.rootNodeId]
    : site.nodes.map(({ id }) => id).filter((id) => event.nodeIds?.includes(id));

/** Metering points that a price of the event reaches: at its nodes and below them. */
export const pricedPoints = (event: GridEvent, site: Site): SiteMeteringPoint[] => {
  const aimed = targetedNodes(event, site);
  return site.meteringPoints.filter(({ nodeId }) => upwards(site, nodeId).some((id) => aimed.includes(id)));
};

/** A node and all above it up to the root. */
const upwards = (site: Site, nodeId: string): string[] => {
  const path: string[] = [];
  let current: string | null = nodeId;
  while (current !== null && !path.includes(current)) {
    path.push(current);
    const id: string = current;
    current = site.nodes.find((node) => node.id === id)?.parentId ?? null;
  }
  return path;
};
