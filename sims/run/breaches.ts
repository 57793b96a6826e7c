import type { Site } from "../../src/domain/site.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Breach, NodeLimit } from "./truth-types.js";

/** More than this above a limit counts as a breach: rounding of whole watts is none. */
const TOLERANCE_KW = 0.001;

export interface BreachBook {
  addLimit(limit: NodeLimit): void;
  /** Power of each node from now on. */
  look(atMs: EpochMs, powerKw: ReadonlyMap<string, number>): void;
  /** A piece of time passed with the powers last seen. */
  pass(fromMs: EpochMs, toMs: EpochMs): void;
  read(): Breach;
}

/** Watches the site's own limits and those of its events. */
export const keepBreaches = (site: Site): BreachBook => {
  const limits: NodeLimit[] = site.nodes.flatMap(({ id, importLimitKw }) =>
    importLimitKw === null ? [] : [{ nodeId: id, limitKw: importLimitKw, fromMs: -Infinity, toMs: Infinity }],
  );
  let power: ReadonlyMap<string, number> = new Map();
  let [maxOverKw, seconds, running, longestSeconds] = [0, 0, 0, 0];

  const overKw = (atMs: EpochMs): number => {
    const inForce = limits.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return Math.max(0, ...inForce.map(({ nodeId, limitKw }) => (power.get(nodeId) ?? 0) - limitKw));
  };
  return {
    addLimit: (limit) => void limits.push(limit),
    look: (atMs, powerKw) => {
      power = powerKw;
      const over = overKw(atMs);
      if (over > TOLERANCE_KW) maxOverKw = Math.max(maxOverKw, over);
    },
    pass: (fromMs, toMs) => {
      const passed = overKw(fromMs) > TOLERANCE_KW ? (toMs - fromMs) / 1000 : 0;
      seconds += passed;
      running = passed > 0 ? running + passed : 0;
      longestSeconds = Math.max(longestSeconds, running);
    },
    read: () => ({ maxOverKw, seconds, longestSeconds }),
  };
};
