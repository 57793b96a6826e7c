import { YouxuError } from "../domain/errors.js";
import type { FleetEvent } from "../domain/fleet.js";
import {
  assignmentSchema,
  BY_HAND,
  type HandProfile,
  keptProfileSchema,
  type NamedProfile,
  type ProfileAssignment,
  type ReleasedProfile,
} from "../domain/hand-profile.js";
import type { Site, StationConfig } from "../domain/site.js";
import { DAY_MS, type EpochMs, HOUR_MS } from "../domain/units.js";
import type { SelectableStation } from "../management/station-task.js";
import { capSchedule, handLimit } from "../planning/hand-profile.js";
import { stationRatingKw } from "../planning/safety-floor.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import type { AssignmentRequest, HandProfiles, ReleaseRequest } from "../ports/hand-profiles.js";
import type { StationLink } from "../ports/station-link.js";
import { createTurns } from "../ports/turns.js";
import { localMidnightMs } from "../signals/calendar.js";
import type { Log } from "./contract.js";
import { handRetries } from "./hand-retries.js";
import { mustSelect } from "./selected.js";

const PROFILES = "hand-profile";
const ASSIGNMENTS = "hand-profile-assignment";
const MOST_PROFILES = 1_000;
/** Stations that are told at once. */
const MOST_AT_ONCE = 8;
/** A daily profile is laid out for so many days, and again every hour. */
const DAYS = 3;
/** Into the next day, though clocks may change in this one. */
const NEXT_DAY_MS = DAY_MS + 3 * HOUR_MS;

export interface HandProfileParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly link: StationLink;
  readonly sites: readonly Site[];
  readonly stations: () => Promise<readonly SelectableStation[]>;
  readonly unitOf: (stationId: string) => "A" | "W";
  /** Takes a limit into the fleet's state, or out of it. */
  readonly report: (event: FleetEvent) => void;
}

export interface KeptHandProfiles extends HandProfiles {
  /** A station came: it is told what it may have forgotten, or is to forget. */
  heard(event: FleetEvent): void;
  stop(): void;
}

interface Place {
  readonly site: Site;
  readonly station: StationConfig;
}

type Standing = Pick<ProfileAssignment, "state" | "detail" | "wasAsked">;

const UNTIL_FORGOTTEN = "it may hold it: the plan keeps to it until the station has come and forgotten it";

const keyOf = (stationId: string, evseId: number): string => `${stationId}/${evseId}`;

/** The first not after now. */
const midnightsFrom = (nowMs: EpochMs, { timeZone }: Site): readonly EpochMs[] => {
  const midnightsMs = [localMidnightMs(nowMs, timeZone)];
  while (midnightsMs.length < DAYS)
    midnightsMs.push(localMidnightMs((midnightsMs.at(-1) ?? nowMs) + NEXT_DAY_MS, timeZone));
  return midnightsMs;
};

/** The plan keeps to what is assigned from the moment on at which it is on disk; then the station is told. */
export const openHandProfiles = async (parts: HandProfileParts): Promise<KeptHandProfiles> => {
  const { documents, clock, log, link } = parts;
  const profiles = new Map<string, HandProfile>();
  const assigned = new Map<string, ProfileAssignment>();
  /** Stations that came and are to be told once their abilities are known. */
  const came = new Set<string>();
  const inTurn = createTurns();
  const places = new Map<string, Place>(
    parts.sites.flatMap((site) => site.stations.map((station) => [station.id, { site, station }] as const)),
  );
  let cancelNext: Cancel | null = null;
  const retries = handRetries(clock, (key) => later(tell(key)));
  /** By whole station the time of day, UTC, at which the local day begins that it was told of. */
  const toldOffsets = new Map<string, number>();

  const limit = ({ name, stationId, evseId, assignedMs, wasAsked }: ProfileAssignment): void => {
    const [profile, place] = [profiles.get(name), places.get(stationId)];
    const atMs = clock.now();
    if (profile === undefined || place === undefined) return;
    const about = { evseId, sinceMs: assignedMs, ...(wasAsked ? {} : { untold: true as const }) };
    const limited = handLimit(profile, about, midnightsFrom(atMs, place.site));
    parts.report({ kind: "outside-limit", stationId, atMs, limit: limited });
  };

  const keep = async (assignment: ProfileAssignment): Promise<void> => {
    const key = keyOf(assignment.stationId, assignment.evseId);
    await documents.put(ASSIGNMENTS, key, assignment);
    assigned.set(key, assignment);
  };
  const drop = async ({ stationId, evseId }: ProfileAssignment): Promise<void> => {
    await documents.remove(ASSIGNMENTS, keyOf(stationId, evseId));
    assigned.delete(keyOf(stationId, evseId));
    const limited = { evseId, source: BY_HAND };
    parts.report({ kind: "outside-limit-cleared", stationId, atMs: clock.now(), limited });
  };

  /** One that is away is told when it comes; one that is there and did not answer, after a while. */
  const again = (key: string, isLate: boolean): void => (isLate ? retries.later(key) : retries.settled(key));

  /** What the station makes of it. */
  const told = async (assignment: ProfileAssignment): Promise<Standing> => {
    const { name, stationId, evseId, wasAsked } = assignment;
    const [profile, place] = [profiles.get(name), places.get(stationId)];
    if (profile === undefined || place === undefined)
      return { state: "plan", detail: "the site file has no such station", wasAsked };
    if (evseId !== 0)
      return { state: "plan", detail: "OCPP has a maximum of a whole station alone", wasAsked };
    const { site, station } = place;
    const unit = parts.unitOf(stationId);
    const midnightMs = localMidnightMs(clock.now(), site.timeZone);
    const ratingKw = stationRatingKw(site, station);
    const schedule = capSchedule({ station, profile, unit, ratingKw, midnightMs });
    // On disk first: a server that ends before the answer must know that the station may hold it.
    if (!wasAsked) await keep({ ...assignment, wasAsked: true });
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
    await drop(assignment);
  };

  const tellInTurn = async (key: string): Promise<ProfileAssignment | null> => {
    const before = assigned.get(key);
    if (before === undefined) return null;
    if (before.state === "releasing") {
      await takenBack(before);
      return null;
    }
    const after = { ...before, ...(await told(before)) };
    await keep(after);
    return after;
  };
  const tell = (key: string): Promise<ProfileAssignment | null> => inTurn(key, () => tellInTurn(key));
  const later = (done: Promise<unknown>): void =>
    void done.catch((err: unknown) => log.error({ err }, "a charging profile by hand could not be told"));

  const find = (name: string): NamedProfile | null => {
    const profile = profiles.get(name);
    const assignments = [...assigned.values()].filter((one) => one.name === name);
    return profile === undefined ? null : { name, profile, assignments };
  };

  const assignTo = (stationId: string, { name, evseId, assignedBy }: AssignmentRequest) => {
    const key = keyOf(stationId, evseId);
    return inTurn(key, async () => {
      // What it takes the place of may be held still.
      const wasAsked = assigned.get(key)?.wasAsked ?? false;
      const head = { name, stationId, evseId, assignedBy, assignedMs: clock.now(), wasAsked };
      const assignment: ProfileAssignment = { ...head, state: "waiting", detail: null };
      await keep(assignment);
      limit(assignment);
      return tellInTurn(key);
    });
  };

  const assign = async (request: AssignmentRequest): Promise<readonly ProfileAssignment[]> => {
    const { name, selection, evseId, assignedBy } = request;
    const profile = profiles.get(name);
    if (profile === undefined)
      throw new YouxuError("not-found.charging-profile", `no charging profile "${name}"`, "params.name");
    if (profile.endMs !== null && profile.endMs <= clock.now())
      throw new YouxuError("charging-profile.over", `"${name}" has ended`, "params.name");
    const stationIds = mustSelect(await parts.stations(), selection);
    const without = stationIds.find((id) => !hasEvse(places.get(id), evseId));
    if (without !== undefined)
      throw new YouxuError("not-found.evse", `${without} has no EVSE ${evseId}`, "body.evseId");
    log.info(
      { who: assignedBy, name, evseId, stations: stationIds.length },
      "a charging profile is assigned",
    );
    const all = await someAtOnce(stationIds, (stationId) => assignTo(stationId, request));
    return all.flatMap((one) => one ?? []);
  };

  const releaseAt = (stationId: string, evseId: number): Promise<ReleasedProfile | null> => {
    const key = keyOf(stationId, evseId);
    return inTurn(key, async () => {
      const before = assigned.get(key);
      if (before === undefined) return null;
      await keep({ ...before, state: "releasing", detail: UNTIL_FORGOTTEN });
      await tellInTurn(key);
      const isHeld = assigned.has(key);
      return {
        stationId,
        evseId,
        state: isHeld ? "releasing" : "released",
        detail: isHeld ? UNTIL_FORGOTTEN : null,
      };
    });
  };

  const release = async ({ selection, evseId }: ReleaseRequest): Promise<readonly ReleasedProfile[]> => {
    const stationIds = mustSelect(await parts.stations(), selection);
    const all = await someAtOnce(stationIds, (stationId) => releaseAt(stationId, evseId));
    return all.flatMap((one) => one ?? []);
  };

  const put = async (name: string, profile: HandProfile): Promise<NamedProfile> => {
    if (!profiles.has(name) && profiles.size >= MOST_PROFILES)
      throw new YouxuError("charging-profile.too-many", `there are ${MOST_PROFILES} already`, "params.name");
    await documents.put(PROFILES, name, { name, profile });
    profiles.set(name, profile);
    const inForce = [...assigned.values()].filter((one) => one.name === name);
    inForce.forEach(limit);
    await Promise.all(inForce.map(({ stationId, evseId }) => tell(keyOf(stationId, evseId))));
    return { name, profile, assignments: find(name)?.assignments ?? [] };
  };

  /** Looks again in an hour, or when the first of those in force ends. */
  const lookLater = (): void => {
    const nowMs = clock.now();
    const ends = [...assigned.values()].map(({ name }) => profiles.get(name)?.endMs ?? Infinity);
    const nextMs = Math.min(nowMs + HOUR_MS, ...ends.filter((endMs) => endMs > nowMs));
    cancelNext?.();
    cancelNext = clock.after(nextMs - nowMs, layOut);
  };
  /** Whether the local day no longer begins when a station that holds a daily maximum was told: clocks changed. */
  const isOtherDay = ({ name, stationId, evseId, state }: ProfileAssignment): boolean => {
    const [profile, place] = [profiles.get(name), places.get(stationId)];
    const toldMs = toldOffsets.get(keyOf(stationId, evseId));
    if (toldMs === undefined || place === undefined || state !== "held" || profile?.startMs !== null)
      return false;
    return localMidnightMs(clock.now(), place.site.timeZone) % DAY_MS !== toldMs;
  };
  /** The days to come; and what is over is taken back. */
  const layOut = (): void => {
    for (const assignment of assigned.values()) {
      const endMs = profiles.get(assignment.name)?.endMs ?? Infinity;
      if (endMs <= clock.now() && assignment.state !== "releasing")
        later(releaseAt(assignment.stationId, assignment.evseId));
      else {
        limit(assignment);
        if (isOtherDay(assignment)) later(tell(keyOf(assignment.stationId, 0)));
      }
    }
    lookLater();
  };

  for (const stored of await documents.list(PROFILES)) {
    const read = keptProfileSchema.safeParse(stored);
    if (read.success) profiles.set(read.data.name, read.data.profile);
    else log.error({ faults: read.error.issues.slice(0, 3) }, "a charging profile by hand cannot be read");
  }
  for (const stored of await documents.list(ASSIGNMENTS)) {
    const read = assignmentSchema.safeParse(stored);
    if (read.success) assigned.set(keyOf(read.data.stationId, read.data.evseId), read.data);
    else log.error({ faults: read.error.issues.slice(0, 3) }, "an assigned charging profile cannot be read");
  }
  layOut();

  return {
    find,
    list: () => [...profiles.keys()].flatMap((name) => find(name) ?? []),
    put: (name, profile) => put(name, profile).finally(lookLater),
    remove: async (name) => {
      if (find(name)?.assignments.length !== 0 && profiles.has(name))
        throw new YouxuError("charging-profile.assigned", `"${name}" is in force`, "params.name");
      profiles.delete(name);
      return documents.remove(PROFILES, name);
    },
    assign: (request) => assign(request).finally(lookLater),
    release,
    heard: ({ kind, stationId }) => {
      if (kind === "connected" || kind === "booted") came.add(stationId);
      // Its abilities are known: it was asked for them, or is one that came back without a restart.
      if (kind !== "capabilities" || !came.delete(stationId)) return;
      if (assigned.has(keyOf(stationId, 0))) later(tell(keyOf(stationId, 0)));
    },
    stop: () => {
      cancelNext?.();
      retries.stop();
    },
  };
};

/** As many stations at once as are told at once. */
const someAtOnce = async <T>(
  stationIds: readonly string[],
  ask: (stationId: string) => Promise<T>,
): Promise<T[]> => {
  const all: T[] = [];
  for (let first = 0; first < stationIds.length; first += MOST_AT_ONCE)
    all.push(...(await Promise.all(stationIds.slice(first, first + MOST_AT_ONCE).map(ask))));
  return all;
};

const hasEvse = (place: Place | undefined, evseId: number): boolean =>
  evseId === 0 || place?.station.evses.some((evse) => evse.evseId === evseId) === true;
