import type { EvseState } from "../domain/fleet.js";
import { DAY_MS, MINUTE_MS } from "../domain/units.js";

/** What was seen a day ago counts half. */
const HALF_LIFE_MS = DAY_MS;
/** Of less than this nothing is said. */
const SHORTEST_MS = 10 * MINUTE_MS;

/** Time judged and followed after one more span. */
export const judgedAfter = (
  { judged = { ms: 0, followedMs: 0 } }: Pick<EvseState, "judged">,
  { follows, spanMs }: { readonly follows: boolean; readonly spanMs: number },
): { readonly ms: number; readonly followedMs: number } => {
  const kept = 2 ** (-spanMs / HALF_LIFE_MS);
  return { ms: judged.ms * kept + spanMs, followedMs: judged.followedMs * kept + (follows ? spanMs : 0) };
};

/**
 * How well an EVSE follows, 0 to 1: of the time in which a car was there and its power was measured, the
 * share in which it drew and gave back no more than it was told, meter error and the time to follow allowed
 * for. null: judged for too short a time.
 */
export const followScore = ({ judged }: Pick<EvseState, "judged">): number | null =>
  judged === undefined || judged.ms < SHORTEST_MS ? null : judged.followedMs / judged.ms;
