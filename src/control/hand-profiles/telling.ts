import type { ProfileAssignment } from "../../domain/hand-profile.js";
import { DAY_MS } from "../../domain/units.js";
import { capSchedule } from "../../planning/hand-profile.js";
import { stationRatingKw } from "../../planning/safety-floor.js";
import type { Clock } from "../../ports/clock.js";
import type { StationLink } from "../../ports/station-link.js";
import { createTurns } from "../../ports/turns.js";
import { localMidnightMs } from "../../signals/calendar.js";
import type { Log } from "../contract.js";
import { keyOf, type KeptProfiles } from "./kept.js";
import { handRetries } from "./retries.js";

export interface TellingParts {
  readonly kept: KeptProfiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly link: StationLink;
  readonly unitOf: (stationId: string) => "A" | "W";
}

/** Tells stations the maxima that are assigned to them, and takes them back, one thing of a station at a time. */
export interface Telling {
  /** Runs what concerns one key after what was asked of it before. */
  readonly inTurn: ReturnType<typeof createTurns>;
  /** For use inside a turn: as it stands then; null: it is no longer there. */
  readonly tellInTurn: (key: string) => Promise<ProfileAssignment | null>;
  readonly tell: (key: string) => Promise<ProfileAssignment | null>;
  /** Whether the local day no longer begins when a station that holds a daily maximum was told: clocks changed. */
  readonly isOtherDay: (assignment: ProfileAssignment) => boolean;
  /** What goes on by itself; a failure is told in the log. */
  readonly later: (done: Promise<unknown>) => void;
  readonly stop: () => void;
}

type Standing = Pick<ProfileAssignment, "state" | "detail" | "wasAsked">;

export const createTelling = ({ kept, clock, log, link, unitOf }: TellingParts): Telling => {
  const { profiles, places, assigned } = kept;
  const inTurn = createTurns();
  const later = (done: Promise<unknown>): void =>
    void done.catch((err: unknown) => log.error({ err }, "a charging profile by hand could not be told"));
  const retries = handRetries(clock, (key) => later(tell(key)));
  /** By whole station the time of day, UTC, at which the local day begins that it was told of. */
  const toldOffsets = new Map<string, number>();

  /** One that is away is told when it comes; one that is there and did not answer, after a while. */
  const again = (key: string, isLate: boolean): void => (isLate ? retries.later(key) : retries.settled(key));

  /** What the station makes of it. */
  const told = async (assignment: ProfileAssignment): Promise<Standing> => {
    const { name, stationId, evseId, wasAsked } = assignment;
    const [profile, place] = [profiles.get(name), places.get(stationId)];
    if (profile === undefined)
      return { state: "plan", detail: "it limits nothing: the charging profile cannot be read", wasAsked };
    if (place === undefined) return { state: "plan", detail: "the site file has no such station", wasAsked };
    if (evseId !== 0)
      return { state: "plan", detail: "OCPP has a maximum of a whole station alone", wasAsked };
    const { site, station } = place;
    const midnightMs = localMidnightMs(clock.now(), site.timeZone);
    const ratingKw = stationRatingKw(site, station);
    const schedule = capSchedule({ station, profile, unit: unitOf(stationId), ratingKw, midnightMs });
    // On disk first: a server that ends before the answer must know that the station may hold it.
    if (!wasAsked) await kept.keep({ ...assignment, wasAsked: true });
    const outcome = await link.send(stationId, { kind: "set-schedule", schedule });
    toldOffsets.set(keyOf(stationId, 0), midnightMs % DAY_MS);
    again(keyOf(stationId, 0), outcome.status === "timeout");
    if (outcome.status === "accepted") return { state: "held", detail: null, wasAsked: true };
    // Never written to the connection.
    if (outcome.status === "offline") return { state: "waiting", detail: outcome.detail, wasAsked };
    if (outcome.status === "timeout") return { state: "waiting", detail: outcome.detail, wasAsked: true };
    return { state: "plan", detail: `${outcome.status}: ${outcome.detail}`.slice(0, 255), wasAsked: true };
  };

  /** One that is away keeps what it may hold: the plan lets go of it once its station has. */
  const takenBack = async (assignment: ProfileAssignment): Promise<void> => {
    const { stationId, evseId, wasAsked } = assignment;
    if (evseId === 0 && wasAsked) {
      const outcome = await link.send(stationId, { kind: "clear-schedule", evseId: 0, purpose: "cap" });
      again(keyOf(stationId, 0), outcome.status === "timeout");
      if (outcome.status === "offline" || outcome.status === "timeout") return;
      if (outcome.status !== "accepted")
        log.warn({ stationId, ...outcome }, "a charging profile by hand could not be taken back");
    }
    await kept.drop(assignment);
  };

  const tellInTurn = async (key: string): Promise<ProfileAssignment | null> => {
    const before = assigned.get(key);
    if (before === undefined) return null;
    if (before.state === "releasing") {
      await takenBack(before);
      return null;
    }
    const after = { ...before, ...(await told(before)) };
    await kept.keep(after);
    return after;
  };
  const tell = (key: string): Promise<ProfileAssignment | null> => inTurn(key, () => tellInTurn(key));

  return {
    inTurn,
    tellInTurn,
    tell,
    later,
    isOtherDay: ({ name, stationId, evseId, state }) => {
      const [profile, place] = [profiles.get(name), places.get(stationId)];
      const toldMs = toldOffsets.get(keyOf(stationId, evseId));
      if (toldMs === undefined || place === undefined || state !== "held" || profile?.startMs !== null)
        return false;
      return localMidnightMs(clock.now(), place.site.timeZone) % DAY_MS !== toldMs;
    },
    stop: retries.stop,
  };
};
