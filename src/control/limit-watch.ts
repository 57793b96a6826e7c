import type { Site } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import type { Log } from "./contract.js";

/** A measured excess over the limit below this is meter noise. */
const EXCESS_KW = 0.05;

export interface LimitWatch {
  /** Since when the measured import has been above the limit; null while it is not. */
  readonly overSinceMs: EpochMs | null;
  see(seen: { readonly importKw: number; readonly limitKw: number | null; readonly atMs: EpochMs }): void;
}

/**
 * Watches the measured import of a site. A transformer may be above its limit while the surviving
 * stations make room; an excess that lasts longer than its grace is reported once, and its end too.
 */
export const createLimitWatch = (site: Site, log: Log): LimitWatch => {
  const graceMs = (site.nodes.find(({ id }) => id === site.rootNodeId)?.graceS ?? 0) * SECOND_MS;
  let overSinceMs: EpochMs | null = null;
  let reported = false;
  return {
    get overSinceMs() {
      return overSinceMs;
    },
    see: ({ importKw, limitKw, atMs }) => {
      const fields = { site: site.id, importKw, limitKw };
      if (limitKw === null || importKw <= limitKw + EXCESS_KW) {
        if (reported) log.info(fields, "import is below the limit again");
        overSinceMs = null;
        reported = false;
        return;
      }
      overSinceMs ??= atMs;
      if (reported || atMs - overSinceMs < graceMs) return;
      reported = true;
      log.error(
        { ...fields, overSinceMs, graceS: graceMs / SECOND_MS },
        "import above the limit beyond its grace",
      );
    },
  };
};
