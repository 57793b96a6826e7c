import type { Site } from "../domain/site.js";

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
