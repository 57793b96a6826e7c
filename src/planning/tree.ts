import type { Site } from "../domain/site.js";

/** Nodes from a node up to the root, itself first. */
export const pathToRoot = (site: Site, nodeId: string): readonly string[] => {
  const parents = new Map(site.nodes.map((node) => [node.id, node.parentId]));
  const path: string[] = [];
  for (
    let id: string | null = nodeId;
    id !== null && path.length <= site.nodes.length;
    id = parents.get(id) ?? null
  )
    path.push(id);
  return path;
};
