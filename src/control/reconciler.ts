import {
  endedByPause,
  isHeldByOthers,
  type Followed,
  NOT_YET_FOLLOWED,
  reconcile,
} from "../dispatch/reconcile.js";
import { scheduledKw } from "../domain/draw.js";
import type { EvseState, FleetEvent, StationState } from "../domain/fleet.js";
import type { EvseConfig, Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { byHandKw } from "../planning/hand-profile.js";
import type { SiteParts } from "./cycle.js";
import { sendTogether } from "./sending.js";

type Sampled = Extract<FleetEvent, { kind: "sampled" }>;
type Closed = Extract<FleetEvent, { kind: "session-closed" }>;

/** Brings together what is wanted of each EVSE, what its station holds, and what is measured. */
export interface Reconciler {
  /** After each sample. Never rejects. */
  see(event: Sampled): void;
  /** A session is over; `before` it, its station stood so. */
  over(event: Closed, before: StationState): void;
}

/** A composite schedule is asked for this long. */
const ASKED_S = 3_600;
/** Cars of so many sessions that did not come back from a pause, and none that did, make it the station's way. */
const SESSIONS_TO_LEARN = 2;

interface Place {
  readonly stationId: string;
  readonly evseId: number;
}

/** How cars of a station came back from pauses. */
interface Pauses {
  readonly lost: Set<string>;
  cameBack: boolean;
}

export const createReconciler = (parts: SiteParts, site: Site): Reconciler => {
  const sessions = new Map<string, { readonly sessionId: string; followed: Followed }>();
  const pauses = new Map<string, Pauses>();
  const configs = new Map<string, EvseConfig>(
    site.stations.flatMap(({ id, evses }) => evses.map((evse) => [`${id}/${evse.evseId}`, evse] as const)),
  );
  const pausesOf = (stationId: string): Pauses => {
    const known = pauses.get(stationId) ?? { lost: new Set(), cameBack: false };
    pauses.set(stationId, known);
    return known;
  };

  return {
    see: ({ stationId, evseId }) => {
      const key = `${stationId}/${evseId}`;
      const [config, evse] = [configs.get(key), parts.keeper.station(stationId)?.evses.get(evseId)];
      if (config === undefined || evse?.session == null || !parts.settings.steer) return;
      if (evse.probe != null) return;
      const known = sessions.get(key);
      const followed = known?.sessionId === evse.session.id ? known.followed : NOT_YET_FOLLOWED;
      const next = reconcile({ config, evse, followed, followWithinMs: parts.settings.followWithinMs });
      // What cannot be done yet is not counted as done: the next sample asks for it again.
      const nowMs = parts.clock.now();
      const waits =
        (next.step === "resend" && !isSettled(evse, nowMs)) ||
        (next.step === "ask" && isCorrected(evse, nowMs));
      if (waits) return;
      sessions.set(key, { sessionId: evse.session.id, followed: next.followed });
      const place = { stationId, evseId };
      if (next.step === "resend") void resend(parts, place, evse);
      if (next.step === "ask") void ask(parts, place, config.phases);
      if (next.step === "came-back") pausesOf(stationId).cameBack = true;
      if (next.step === "gave-up")
        giveUp(parts, place, {
          sessionId: evse.session.id,
          pauses: pausesOf(stationId),
          what: "a car does not come back from its pause",
        });
    },
    over: ({ stationId, evseId, session, atMs }, before) => {
      const [config, evse] = [configs.get(`${stationId}/${evseId}`), before.evses.get(evseId)];
      if (config === undefined || evse === undefined) return;
      if (!endedByPause({ config, evse, version: before.version }, session, atMs)) return;
      giveUp(
        parts,
        { stationId, evseId },
        {
          sessionId: session.id,
          pauses: pausesOf(stationId),
          what: "a session ended in its pause",
        },
      );
    },
  };
};

/** What its station confirmed last is all that it may follow: nothing is under way to it, unanswered, or a correction. */
const isSettled = ({ sending, unanswered, corrections }: EvseState, nowMs: EpochMs): boolean =>
  sending === null && unanswered.length === 0 && !isCorrected({ corrections }, nowMs);

const isCorrected = ({ corrections }: Pick<EvseState, "corrections">, nowMs: EpochMs): boolean =>
  corrections.some(({ endMs }) => endMs > nowMs);

/** The same once more: nothing new may be drawn by it. A pass meanwhile leaves the EVSE out, so another follows. */
const resend = async (parts: SiteParts, { stationId, evseId }: Place, { held }: EvseState): Promise<void> => {
  if (held === null) return;
  parts.log.info({ stationId, evseId }, "a car did not go on after its pause: told once more");
  await sendTogether(parts, [held]);
  parts.planAgain();
};

const giveUp = (
  { log, quirks }: SiteParts,
  { stationId, evseId }: Place,
  { sessionId, pauses, what }: { readonly sessionId: string; readonly pauses: Pauses; readonly what: string },
): void => {
  log.warn({ stationId, evseId }, what);
  if (pauses.cameBack || pauses.lost.size >= SESSIONS_TO_LEARN) return;
  pauses.lost.add(sessionId);
  if (pauses.lost.size < SESSIONS_TO_LEARN) return;
  log.warn({ stationId }, "its cars do not come back from 0 A: from now on they wait at their least");
  quirks?.learn(stationId, { pause: "minimum" });
};

/**
 * What does the station hold? Another limit than ours is told, planned with, and forgotten when it is gone. While a
 * correction of ours is in force the answer says nothing of others.
 */
const ask = async (
  { link, keeper, clock, log, planAgain }: SiteParts,
  place: Place,
  phases: 1 | 3,
): Promise<void> => {
  const { stationId, evseId } = place;
  const outcome = await link.send(stationId, { kind: "get-composite", evseId, durationS: ASKED_S });
  const evse = keeper.station(stationId)?.evses.get(evseId);
  const atMs = clock.now();
  const byHand = byHandKw(keeper.station(stationId)?.outsideLimits ?? [], evseId, atMs);
  const toldKw = evse?.held == null ? null : Math.min(scheduledKw(evse.held, atMs) ?? Infinity, byHand);
  if (outcome.status !== "accepted" || toldKw === null || evse === undefined) return;
  if (isCorrected(evse, atMs)) return;
  const [first] = outcome.composite ?? [];
  if (first === undefined) return log.info({ stationId, evseId }, "a station does not tell what it holds");
  const kw = isHeldByOthers(toldKw, first.powerKw, phases) ? first.powerKw : null;
  if (kw === (evse.heldAtKw ?? null)) return;
  if (kw !== null)
    log.warn(
      { stationId, evseId, toldKw, holdsKw: kw },
      "a station holds another limit than ours: somebody else steers it too",
    );
  // Whose it is, where the station can tell (2.x): the operator reads it in its file.
  if (kw !== null) void link.send(stationId, { kind: "report-charging-profiles", evseId: null });
  keeper.apply({ kind: "held-by-others", ...place, atMs, kw });
  planAgain();
};
