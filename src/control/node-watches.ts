import type { Site } from "../domain/site.js";
import type { Log } from "./contract.js";
import { createLimitWatch, type LimitWatch, type Watched } from "./limit-watch.js";

/** The limits of import, or of export, of nodes below the root, each watched by the node's own meter. */
export interface NodeWatches {
  /** Of each node whose meter was heard while it had a limit. */
  readonly all: ReadonlyMap<string, LimitWatch>;
  see(nodeId: string, seen: Parameters<LimitWatch["see"]>[0]): void;
  /** Whether an excess at any of them asks for a plan now. */
  asksForPlan(): boolean;
}

export const createNodeWatches = (
  site: Site,
  log: Log,
  direction: "import" | "export",
  { exceeded }: Pick<Watched, "exceeded"> = {},
): NodeWatches => {
  const all = new Map<string, LimitWatch>();
  return {
    all,
    see: (nodeId, seen) => {
      const known = all.get(nodeId);
      if (known === undefined && seen.limitKw === null) return;
      const watch = known ?? createLimitWatch(site, log, direction, { nodeId, exceeded });
      all.set(nodeId, watch);
      watch.see(seen);
    },
    // Each is asked, so that an excess at one does not leave that at another for later.
    asksForPlan: () => [...all.values()].map((watch) => watch.asksForPlan()).includes(true),
  };
};
