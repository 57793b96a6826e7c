import type { Site, SiteMeteringPoint } from "../domain/site.js";

/** For every node the nodes from it up to the root, itself first. */
export const pathsToRoot = (site: Site): ReadonlyMap<string, readonly string[]> => {
  const parents = new Map(site.nodes.map((node) => [node.id, node.parentId]));
  return new Map(site.nodes.map(({ id }) => [id, pathUp(parents, id)]));
};

const pathUp = (parents: ReadonlyMap<string, string | null>, nodeId: string): readonly string[] => {
  const path: string[] = [];
  for (
    let id: string | null = nodeId;
    id !== null && path.length <= parents.size;
    id = parents.get(id) ?? null
  )
    path.push(id);
  return path;
};

/** The meter that bills what is drawn at a node: the nearest at or above it; null: none is. */
export const meterAbove = (site: Site, nodeId: string): SiteMeteringPoint | null => {
  for (const above of pathsToRoot(site).get(nodeId) ?? []) {
    const found = site.meteringPoints.find((point) => point.nodeId === above);
    if (found !== undefined) return found;
  }
  return null;
};

/** The meter that bills a station; null: none does, or the station is not of the site. */
export const meterOfStation = (site: Site, stationId: string): SiteMeteringPoint | null => {
  const station = site.stations.find(({ id }) => id === stationId);
  return station === undefined ? null : meterAbove(site, station.nodeId);
};

/** Whether a node is the one named or hangs somewhere below it. */
export const isAtOrBelow = (site: Site, nodeId: string): ((id: string) => boolean) => {
  const paths = pathsToRoot(site);
  return (id) => paths.get(id)?.includes(nodeId) ?? false;
};
