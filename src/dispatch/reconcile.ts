import { presentSpans } from "../domain/allowed.js";
import { minimumKw, scheduledKw } from "../domain/draw.js";
import type { EvseState, OcppVersion } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";

/** What is remembered of a session beside the fleet's state, to know what to do next. */
export interface Followed {
  /** It has charged. */
  readonly drew: boolean;
  /** Then it was told to wait, and has not charged since. */
  readonly paused: boolean;
  /** How often it was told again to go on. */
  readonly tries: number;
  /** When its station was last asked what it holds; null: never. */
  readonly askedMs: EpochMs | null;
}

export const NOT_YET_FOLLOWED: Followed = { drew: false, paused: false, tries: 0, askedMs: null };

/** What is wanted of an EVSE, what its station confirmed, and what is measured there. */
export interface Standing {
  readonly config: EvseConfig;
  readonly evse: EvseState;
  readonly followed: Followed;
  readonly followWithinMs: number;
}

/**
 * - `resend`: the held schedule once more, since the car did not go on after a pause.
 * - `ask`: what does the station really hold?
 * - `gave-up`: told again often enough, the car does not come back.
 * - `came-back`: after a pause it charges again.
 */
export type NextStep = "none" | "resend" | "ask" | "gave-up" | "came-back";

/** Power that counts as charging, kW. */
const SOME_KW = 0.3;
/** A car that takes less than this share of what it may is held by something: itself, its battery, another limit. */
const HELD_BACK_SHARE = 0.85;
const MOST_TRIES = 2;
const ASK_EVERY_MS = 30 * MINUTE_MS;

/** The next step for an EVSE after a sample, and what is to be remembered then. */
export const reconcile = (standing: Standing): { readonly step: NextStep; readonly followed: Followed } => {
  const { evse, followed } = standing;
  const { sample, held, session } = evse;
  if (sample === null || held === null || session === null) return { step: "none", followed };
  const powerKw = Math.abs(sample.powerKw);
  const charges = powerKw >= SOME_KW;
  if (charges && followed.paused)
    return { step: "came-back", followed: { ...followed, paused: false, tries: 0 } };
  const allowedKw = leastAllowedLately(standing, sample.atMs);
  if (allowedKw === null) return { step: "none", followed };
  if (allowedKw < minimumKw(standing.config))
    return {
      step: "none",
      followed: { ...followed, paused: followed.paused || (followed.drew && !charges) },
    };
  const now = { ...followed, drew: followed.drew || charges };
  if (now.paused) return afterPause(now);
  const isHeldBack = powerKw < HELD_BACK_SHARE * allowedKw && allowedKw - powerKw > SOME_KW;
  if (!isHeldBack && evse.notFollowingSinceMs === null && (evse.heldAtKw ?? null) === null)
    return { step: "none", followed: now };
  return asked(now, sample.atMs);
};

const afterPause = (followed: Followed): ReturnType<typeof reconcile> => {
  const tries = followed.tries + 1;
  if (tries <= MOST_TRIES) return { step: "resend", followed: { ...followed, tries } };
  return { step: tries === MOST_TRIES + 1 ? "gave-up" : "none", followed: { ...followed, tries } };
};

const asked = (followed: Followed, atMs: EpochMs): ReturnType<typeof reconcile> =>
  followed.askedMs !== null && atMs - followed.askedMs < ASK_EVERY_MS
    ? { step: "none", followed }
    : { step: "ask", followed: { ...followed, askedMs: atMs } };

/**
 * The least that it was allowed for as long as a station has to follow, however often it was told, kW; null
 * where nothing is known of the beginning of that time.
 */
const leastAllowedLately = ({ evse, followWithinMs }: Standing, atMs: EpochMs): number | null => {
  const fromMs = atMs - followWithinMs;
  const before = evse.allowedBefore.filter(({ untilMs }) => untilMs > fromMs);
  const toldMs = evse.toldMs ?? fromMs;
  if (toldMs > fromMs && before.length === 0) return null;
  const spans = [...before, ...presentSpans(evse, Math.max(fromMs, toldMs), atMs + 1)];
  return Math.min(...spans.map(({ mostKw }) => mostKw));
};

/**
 * The reasons that a station may give which ended a session because it waited. `Timeout` is of a car that was not
 * connected in time, which one that had charged was; every other reason names a person, a plug, a fault, a limit that
 * was reached, or, left out, the station's own button. What no schema knows proves nothing.
 */
const ENDS_BY_PAUSE: Readonly<Record<OcppVersion, readonly string[]>> = {
  "1.6": ["Other"],
  "2.0.1": ["Other", "Timeout"],
  "2.1": ["Other", "Timeout"],
};

/**
 * Whether a session that had charged was ended by its station because it was told to wait: at its end it was allowed
 * less than flows, and its reason is one that a pause can show.
 */
export const endedByPause = (
  { config, evse, version }: Pick<Standing, "config" | "evse"> & { readonly version: OcppVersion | null },
  { importedKwh, endReason }: Pick<Session, "importedKwh" | "endReason">,
  atMs: EpochMs,
): boolean => {
  const allowedKw = evse.held === null ? null : scheduledKw(evse.held, atMs);
  const waited = allowedKw !== null && allowedKw >= 0 && allowedKw < minimumKw(config);
  const reasons = version === null ? [] : ENDS_BY_PAUSE[version];
  return waited && importedKwh > 0 && endReason !== null && reasons.includes(endReason);
};

/** Meter error and rounding between what was told and what a station says it holds. */
const SAME_KW = 0.5;
const SAME_SHARE = 0.1;

/**
 * Whether a station that tells to hold so much holds less than it was told: somebody else steers it too. At a
 * pile of three phases it may have counted the one that its car uses.
 */
export const isHeldByOthers = (toldKw: number, holdsKw: number, phases: 1 | 3 = 1): boolean =>
  toldKw - holdsKw * phases > Math.max(SAME_KW, SAME_SHARE * toldKw);
