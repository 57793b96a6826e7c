import type { EvseState, FleetEvent, StationState } from "../domain/fleet.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { followScore } from "../fleet/judged.js";
import { followsTold, isHeldToSome } from "../dispatch/following.js";
import type { Site } from "../domain/site.js";
import type { SiteParts } from "./cycle.js";
import { configuredEvses } from "./transport.js";

/** A station that refused a schedule, or never confirmed one, is asked again after this. */
const REFUSED_RETRY_MS = 15 * MINUTE_MS;
/** A station that did not answer may have lost a message only: twice as long after each in a row, up to the longest. */
const SILENT_RETRY_MS = 10 * SECOND_MS;
const LONGEST_SILENT_RETRY_MS = 2 * MINUTE_MS;

const silentRetryMs = ({ silences = 1 }: EvseState): number =>
  Math.min(LONGEST_SILENT_RETRY_MS, SILENT_RETRY_MS * 2 ** (silences - 1));

/** From when on a station that is planned as a load may be asked again; null where no wait is due. */
const retryFromMs = (evse: EvseState): EpochMs | null => {
  const { refusedMs, silentMs, held, notFollowingSinceMs, tries = 0 } = evse;
  if (refusedMs !== null) return refusedMs + REFUSED_RETRY_MS;
  if (silentMs !== null) return silentMs + silentRetryMs(evse);
  if (held !== null || notFollowingSinceMs === null) return null;
  // It drew more than it might: each try may break the limit once more.
  return notFollowingSinceMs + REFUSED_RETRY_MS * 2 ** tries;
};

/**
 * Takes stations that refused a schedule, or never confirmed one, into the plan again after a while: they
 * are then asked anew, and marked anew where they do not follow.
 */
export const giveAnotherTry = ({ keeper, clock }: SiteParts, site: Site): void => {
  const atMs = clock.now();
  for (const { station, config, evse } of configuredEvses(site, keeper.state)) {
    if (evse === null || evse.notFollowingSinceMs === null) continue;
    const fromMs = retryFromMs(evse);
    if (fromMs === null || atMs < fromMs) continue;
    const place = { stationId: station.id, evseId: config.evseId, atMs };
    keeper.apply({ ...place, kind: "following", sinceMs: null, ...trial(evse) });
  }
};

/** When the next of them is due; null: none waits. A pass is to begin then, whatever else happens. */
export const nextTryMs = ({ keeper }: Pick<SiteParts, "keeper">, site: Site): EpochMs | null => {
  const due = configuredEvses(site, keeper.state).flatMap(({ evse }) =>
    evse === null || evse.notFollowingSinceMs === null ? [] : (retryFromMs(evse) ?? []),
  );
  return due.length === 0 ? null : Math.min(...due);
};

/** One that drew more than it might goes on being counted with what it draws, until it is seen to draw less. */
const trial = ({ refusedMs, silentMs }: EvseState): { readonly isTry?: true } =>
  refusedMs === null && silentMs === null ? { isTry: true } : {};

type Sampled = Extract<FleetEvent, { kind: "sampled" }>;

/** A change of power that shows that a station moves again, kW. */
const MOVED_KW = 0.5;

const hasMoved = ({ evseId, sample }: Sampled, before: StationState): boolean =>
  Math.abs(sample.powerKw - (before.evses.get(evseId)?.sample?.powerKw ?? 0)) >= MOVED_KW;

/** Where a wait is due that counts; else the station must be seen to move. */
const mayReturn = (evse: EvseState, event: Sampled, before: StationState): boolean => {
  const fromMs = retryFromMs(evse);
  return fromMs === null ? hasMoved(event, before) : event.atMs >= fromMs;
};

/** A sample speaks for the time since the one before it, for so long at most. */
const LONGEST_SPAN_MS = 5 * MINUTE_MS;

const judge = (
  keeper: SiteParts["keeper"],
  { stationId, evseId, atMs, sample }: Sampled,
  { before, follows }: { readonly before: StationState; readonly follows: boolean },
): void => {
  const earlier = before.evses.get(evseId);
  if (earlier?.session == null || earlier.sample === null) return;
  const spanMs = Math.min(sample.atMs - earlier.sample.atMs, LONGEST_SPAN_MS);
  if (spanMs > 0) keeper.apply({ kind: "judged", stationId, evseId, atMs, follows, spanMs });
};

/** One that follows less than this of the time stays a load that cannot be steered, whatever it does now. */
const LEAST_SCORE = 0.5;

const isUnreliable = (evse: EvseState | undefined): boolean =>
  evse !== undefined && (followScore(evse) ?? 1) < LEAST_SCORE;

/** It was on trial, and was seen to draw less. */
const hasPassed = ({ trialKw = null }: EvseState, { evseId }: Sampled, before: StationState): boolean =>
  trialKw === null && before.evses.get(evseId)?.trialKw != null;

/**
 * Compares a sample with what the station was told; true when that changed what is known of it. One that
 * did not follow must be seen to move: a schedule that comes to allow what it is stuck at proves nothing.
 */
export const checkFollowing = (
  { keeper, settings, log }: Pick<SiteParts, "keeper" | "settings" | "log">,
  event: Sampled,
  before: StationState,
): boolean => {
  const { stationId, evseId, atMs } = event;
  const evse = keeper.station(stationId)?.evses.get(evseId);
  // Whether it follows what a probe asks is what the probe finds.
  if (evse === undefined || !settings.steer || evse.probe != null) return false;
  const follows = followsTold(evse, settings.followWithinMs);
  // What is known of no schedule proves nothing, and excuses nobody who did not follow one that was known.
  if (evse.notFollowingSinceMs !== null && !isHeldToSome(evse, settings.followWithinMs)) return false;
  judge(keeper, event, { before, follows });
  if (follows === (evse.notFollowingSinceMs === null)) return hasPassed(evse, event, before);
  if (
    follows &&
    (!mayReturn(evse, event, before) || isUnreliable(keeper.station(stationId)?.evses.get(evseId)))
  )
    return false;
  log.warn({ stationId, evseId, follows, powerKw: event.sample.powerKw }, "following changed");
  // Who stands where it stood, and may by now, has shown nothing.
  const isTrial = follows && !hasMoved(event, before);
  const sinceMs = follows ? null : atMs;
  keeper.apply({ stationId, evseId, atMs, kind: "following", sinceMs, ...(isTrial ? trial(evse) : {}) });
  return true;
};
