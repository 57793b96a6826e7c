import type { FleetEvent } from "../domain/fleet.js";
import { MINUTE_MS } from "../domain/units.js";
import { followsTold } from "../dispatch/following.js";
import type { SiteParts } from "./cycle.js";

/** A station that refused a schedule is asked again after this. */
const RETRY_AFTER_MS = 15 * MINUTE_MS;

type Sampled = Extract<FleetEvent, { kind: "sampled" }>;

/** Compares a sample with what the station was told; true when that changed what is known of it. */
export const checkFollowing = ({ keeper, settings, log }: SiteParts, event: Sampled): boolean => {
  const { stationId, evseId, atMs } = event;
  const evse = keeper.station(stationId)?.evses.get(evseId);
  if (evse === undefined || !settings.steer) return false;
  const follows = followsTold(evse, settings.followWithinMs);
  if (follows === (evse.notFollowingSinceMs === null)) return false;
  if (follows && evse.refusedMs !== null && atMs - evse.refusedMs < RETRY_AFTER_MS) return false;
  log.warn({ station: stationId, evse: evseId, follows, powerKw: event.sample.powerKw }, "following changed");
  keeper.apply({ stationId, evseId, atMs, kind: "following", sinceMs: follows ? null : atMs });
  return true;
};
