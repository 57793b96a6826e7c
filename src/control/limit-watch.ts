import type { LimitExcess } from "../domain/limit-excess.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import type { Log } from "./contract.js";

/** A measured excess over the limit below this is meter noise. */
const EXCESS_KW = 0.05;
/** A plan made for an excess is given this long to show, unless the excess grows by more than that. */
const PLAN_AGAIN_MS = 10 * SECOND_MS;
const GROWN_KW = 0.5;

export interface LimitWatch {
  /** Since when the measured power has been above the limit; null while it is not. */
  readonly overSinceMs: EpochMs | null;
  /** Excesses that lasted beyond their grace, since the process began. */
  readonly breaches: number;
  /** Whether the excess as last seen asks for a plan now; the same excess asks no more for a while. */
  asksForPlan(): boolean;
  see(seen: { readonly powerKw: number; readonly limitKw: number | null; readonly atMs: EpochMs }): void;
}

interface Excess {
  readonly kw: number;
  readonly atMs: EpochMs;
}

export interface Watched {
  /** The root where it is left out. */
  readonly nodeId?: string;
  /** Told of an excess beyond its grace, and of its end. */
  readonly exceeded?: ((excess: LimitExcess) => void) | undefined;
}

/**
 * Watches the measured import or export of a site, or of a node of it that has a meter. A transformer may be above its limit while the surviving
 * stations make room; an excess that lasts longer than its grace is reported once, and its end too.
 */
export const createLimitWatch = (
  site: Site,
  log: Log,
  direction: "import" | "export",
  { nodeId = site.rootNodeId, exceeded }: Watched = {},
): LimitWatch => {
  const graceMs = (site.nodes.find(({ id }) => id === nodeId)?.graceS ?? 0) * SECOND_MS;
  let overSinceMs: EpochMs | null = null;
  let reported = false;
  let breaches = 0;
  let seen: Excess | null = null;
  let planned: Excess | null = null;
  return {
    get overSinceMs() {
      return overSinceMs;
    },
    get breaches() {
      return breaches;
    },
    asksForPlan: () => {
      if (seen === null) return false;
      const grown = seen.kw - (planned?.kw ?? -Infinity) > GROWN_KW;
      if (!grown && seen.atMs - (planned?.atMs ?? -Infinity) < PLAN_AGAIN_MS) return false;
      planned = seen;
      return true;
    },
    see: ({ powerKw, limitKw, atMs }) => {
      const fields = { siteId: site.id, nodeId, [`${direction}Kw`]: powerKw, limitKw };
      if (limitKw === null || powerKw <= limitKw + EXCESS_KW) {
        if (reported) {
          log.info(fields, `${direction} is below the limit again`);
          exceeded?.({ siteId: site.id, nodeId, direction, powerKw, limitKw, atMs, isOver: false });
        }
        overSinceMs = null;
        reported = false;
        seen = planned = null;
        return;
      }
      overSinceMs ??= atMs;
      seen = { kw: powerKw - limitKw, atMs };
      if (reported || atMs - overSinceMs < graceMs) return;
      reported = true;
      breaches += 1;
      log.error(
        { ...fields, overSinceMs, graceS: graceMs / SECOND_MS },
        `${direction} above the limit beyond its grace`,
      );
      exceeded?.({ siteId: site.id, nodeId, direction, powerKw, limitKw, atMs, isOver: true });
    },
  };
};
