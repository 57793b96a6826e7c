import type { Tariff } from "../../src/domain/tariff.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import type { ScenarioEvent } from "../../sims/scenario.js";
import { flatTariff } from "../../test/signals/tables.js";
import { lastOf } from "./scenario.js";
import { type SoakSize, START_MS } from "./size.js";

/** Cheap at night, dear by day: cars that may give back do. */
export const soakTariff = (): Tariff => flatTariff("UTC", 1.2, 0.4);

/** A transformer is to bear this share of what it can while a limit of the grid holds. */
const LIMIT_SHARE = 0.8;
const PRICE_PER_KWH = 2.5;
/** Shares of the run at which the grid operator posts, and what. */
const POSTS = [
  { atShare: 0.2, type: "IMPORT_CAPACITY_LIMIT", aheadMinutes: 0 },
  { atShare: 0.4, type: "PRICE", aheadMinutes: 10 },
  { atShare: 0.6, type: "IMPORT_CAPACITY_LIMIT", aheadMinutes: 10 },
  { atShare: 0.75, type: "PRICE", aheadMinutes: 0 },
] as const;
const LONGEST_MS = HOUR_MS;

/** What a grid operator posts for the whole city in the course of the run; a limit for sites of `limitKw`. */
export const cityEvents = ({ hours }: SoakSize, limitKw: number): ScenarioEvent[] => {
  const runMs = lastOf(hours) - START_MS;
  return POSTS.map(({ atShare, type, aheadMinutes }): ScenarioEvent => {
    const postMs: EpochMs = Math.round(START_MS + atShare * runMs);
    const startMs = postMs + aheadMinutes * MINUTE_MS;
    return {
      postMs,
      type,
      value: type === "PRICE" ? PRICE_PER_KWH : Math.round(limitKw * LIMIT_SHARE),
      nodeIds: null,
      startMs,
      startsNow: aheadMinutes === 0,
      endMs: startMs + Math.min(LONGEST_MS, runMs / 10),
    };
  });
};
