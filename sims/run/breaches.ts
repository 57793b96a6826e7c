import type { Site } from "../../src/domain/site.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Breach, NodeLimit } from "./truth-types.js";

/** More than this above a limit counts as a breach: rounding of whole watts is none. */
const TOLERANCE_KW = 0.001;

/** Power of a node, import positive: all of it, and what is there without the cars. */
interface NodePower {
  readonly netKw: number;
  readonly backgroundKw: number;
}

export interface BreachBook {
  addLimit(limit: NodeLimit): void;
  /** Power of each node from now on. */
  look(power: ReadonlyMap<string, NodePower>): void;
  /** A piece of time passed with the powers last seen. */
  pass(fromMs: EpochMs, toMs: EpochMs): void;
  read(): Breach;
}

/**
 * Watches the site's own limits and those of its events. What PV alone returns beyond an export limit is
 * not counted: nobody here commands the inverter.
 */
export const keepBreaches = (site: Site): BreachBook => {
  const limits: NodeLimit[] = site.nodes.flatMap(({ id, importLimitKw }) =>
    importLimitKw === null ? [] : [{ nodeId: id, limitKw: importLimitKw, fromMs: -Infinity, toMs: Infinity }],
  );
  const exportLimits = site.nodes.flatMap(({ id, exportLimitKw }) =>
    exportLimitKw === null ? [] : [{ nodeId: id, limitKw: exportLimitKw }],
  );
  let power: ReadonlyMap<string, NodePower> = new Map();
  let [maxOverKw, seconds, running, longestSeconds] = [0, 0, 0, 0];

  const overKw = (atMs: EpochMs): number => {
    const inForce = limits.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    const imported = inForce.map(({ nodeId, limitKw }) => (power.get(nodeId)?.netKw ?? 0) - limitKw);
    const exported = exportLimits.map(({ nodeId, limitKw }) => {
      const { netKw, backgroundKw } = power.get(nodeId) ?? { netKw: 0, backgroundKw: 0 };
      return -netKw - Math.max(limitKw, -backgroundKw);
    });
    return Math.max(0, ...imported, ...exported);
  };
  return {
    addLimit: (limit) => void limits.push(limit),
    look: (powerNow) => void (power = powerNow),
    pass: (fromMs, toMs) => {
      // Where several cars change at one moment, what is between the first and the last takes no time.
      if (toMs <= fromMs) return;
      const over = overKw(fromMs);
      if (over > TOLERANCE_KW) maxOverKw = Math.max(maxOverKw, over);
      const passed = over > TOLERANCE_KW ? (toMs - fromMs) / 1000 : 0;
      seconds += passed;
      running = passed > 0 ? running + passed : 0;
      longestSeconds = Math.max(longestSeconds, running);
    },
    read: () => ({ maxOverKw, seconds, longestSeconds }),
  };
};
