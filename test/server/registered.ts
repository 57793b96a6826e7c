import type { FastifyInstance } from "fastify";

/** Routes of fastify's own tree, as `get /api/v1/sites/{id}`; each level is indented by four. */
export const registeredRoutes = (app: FastifyInstance): string[] => {
  const above: string[] = [];
  const tree = app.printRoutes({ commonPrefix: false, includeHooks: false });
  return tree.split("\n").flatMap((line) => {
    const match = /^(.*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (match === null) return [];
    const [, indent = "", part = "", methods = ""] = match;
    above.length = indent.length / 4;
    above.push(part);
    const path = above
      .join("")
      .replaceAll("//", "/")
      .replaceAll(/:(\w+)/g, "{$1}");
    return methods.split(", ").map((method) => `${method.toLowerCase()} ${path}`);
  });
};
