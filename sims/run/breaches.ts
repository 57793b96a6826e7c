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

/** The most above any limit at a moment, kW; 0 where none is broken. */
export interface Excess {
  readonly importKw: number;
  readonly exportKw: number;
}

export interface BreachBook {
  addLimit(limit: NodeLimit): void;
  /** Power of each node from now on. */
  look(power: ReadonlyMap<string, NodePower>): void;
  /** A piece of time passed with the powers last seen. */
  pass(fromMs: EpochMs, toMs: EpochMs): Excess;
  read(): Breach;
}

const NO_EXCESS: Excess = { importKw: 0, exportKw: 0 };

const broken = (byKw: readonly number[]): number => {
  const most = Math.max(0, ...byKw);
  return most > TOLERANCE_KW ? most : 0;
};

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

  const excessAt = (atMs: EpochMs): Excess => {
    const inForce = limits.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    const imported = inForce.map(({ nodeId, limitKw }) => (power.get(nodeId)?.netKw ?? 0) - limitKw);
    const exported = exportLimits.map(({ nodeId, limitKw }) => {
      const { netKw, backgroundKw } = power.get(nodeId) ?? { netKw: 0, backgroundKw: 0 };
      return -netKw - Math.max(limitKw, -backgroundKw);
    });
    return { importKw: broken(imported), exportKw: broken(exported) };
  };
  return {
    addLimit: (limit) => void limits.push(limit),
    look: (powerNow) => void (power = powerNow),
    pass: (fromMs, toMs) => {
      // Where several cars change at one moment, what is between the first and the last takes no time.
      if (toMs <= fromMs) return NO_EXCESS;
      const excess = excessAt(fromMs);
      const over = Math.max(excess.importKw, excess.exportKw);
      maxOverKw = Math.max(maxOverKw, over);
      const passed = over > 0 ? (toMs - fromMs) / 1000 : 0;
      seconds += passed;
      running = passed > 0 ? running + passed : 0;
      longestSeconds = Math.max(longestSeconds, running);
      return excess;
    },
    read: () => ({ maxOverKw, seconds, longestSeconds }),
  };
};
