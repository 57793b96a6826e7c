import { YouxuError } from "../../domain/errors.js";
import type { FleetEvent } from "../../domain/fleet.js";
import type {
  HandProfile,
  NamedProfile,
  ProfileAssignment,
  ReleasedProfile,
} from "../../domain/hand-profile.js";
import type { SelectableStation } from "../../management/station-task.js";
import type { AssignmentRequest, HandProfiles, ReleaseRequest } from "../../ports/hand-profiles.js";
import { mustSelect } from "../selected.js";
import { someAtOnce } from "../some-at-once.js";
import { createDays } from "./days.js";
import { type KeptParts, keyOf, openKeptProfiles, type Place } from "./kept.js";
import { createProfileUse } from "./profile-use.js";
import { createTelling, type TellingParts } from "./telling.js";

const MOST_PROFILES = 1_000;
/** Stations that are told at once. */
const MOST_AT_ONCE = 8;

export interface HandProfileParts extends KeptParts, Omit<TellingParts, "kept"> {
  readonly stations: () => Promise<readonly SelectableStation[]>;
}

export interface KeptHandProfiles extends HandProfiles {
  /** A station came: it is told what it may have forgotten, or is to forget. */
  heard(event: FleetEvent): void;
  stop(): void;
}

const UNTIL_FORGOTTEN = "it may hold it: the plan keeps to it until the station has come and forgotten it";

/** The plan keeps to what is assigned from the moment on at which it is on disk; then the station is told. */
export const openHandProfiles = async (parts: HandProfileParts): Promise<KeptHandProfiles> => {
  const { clock, log, report } = parts;
  const kept = await openKeptProfiles(parts);
  const { profiles, assigned, places, find } = kept;
  const telling = createTelling({ ...parts, kept });
  const { inTurn, tellInTurn, tell, later } = telling;
  const use = createProfileUse();
  /** Stations that came and are to be told once their abilities are known. */
  const came = new Set<string>();

  const assignTo = (stationId: string, { name, evseId, assignedBy }: AssignmentRequest) => {
    const key = keyOf(stationId, evseId);
    return inTurn(key, async () => {
      // What it takes the place of may be held still.
      const wasAsked = assigned.get(key)?.wasAsked ?? false;
      const head = { name, stationId, evseId, assignedBy, assignedMs: clock.now(), wasAsked };
      const assignment: ProfileAssignment = { ...head, state: "waiting", detail: null };
      await kept.keep(assignment);
      days.limit(assignment);
      return tellInTurn(key);
    });
  };

  const assign = async (request: AssignmentRequest): Promise<readonly ProfileAssignment[]> => {
    const { name } = request;
    const profile = use.isLeaving(name) ? undefined : profiles.get(name);
    if (profile === undefined)
      throw new YouxuError("not-found.charging-profile", `no charging profile "${name}"`, "params.name");
    if (profile.endMs !== null && profile.endMs <= clock.now())
      throw new YouxuError("charging-profile.over", `"${name}" has ended`, "params.name");
    return use.assigning(name, () => assignAll(request));
  };

  const assignAll = async (request: AssignmentRequest): Promise<readonly ProfileAssignment[]> => {
    const { name, selection, evseId, assignedBy } = request;
    const stationIds = mustSelect(await parts.stations(), selection);
    const without = stationIds.find((id) => !hasEvse(places.get(id), evseId));
    if (without !== undefined)
      throw new YouxuError("not-found.evse", `${without} has no EVSE ${evseId}`, "body.evseId");
    log.info(
      { who: assignedBy, name, evseId, stations: stationIds.length },
      "a charging profile is assigned",
    );
    const all = await someAtOnce(stationIds, MOST_AT_ONCE, (stationId) => assignTo(stationId, request));
    return all.flatMap((one) => one ?? []);
  };

  const releaseAt = (stationId: string, evseId: number): Promise<ReleasedProfile | null> => {
    const key = keyOf(stationId, evseId);
    return inTurn(key, async () => {
      const before = assigned.get(key);
      if (before === undefined) return null;
      await kept.keep({ ...before, state: "releasing", detail: UNTIL_FORGOTTEN });
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
    const all = await someAtOnce(stationIds, MOST_AT_ONCE, (stationId) => releaseAt(stationId, evseId));
    return all.flatMap((one) => one ?? []);
  };

  const put = async (name: string, profile: HandProfile): Promise<NamedProfile> => {
    if (!profiles.has(name) && profiles.size + use.comingBeside(name, profiles) >= MOST_PROFILES)
      throw new YouxuError("charging-profile.too-many", `there are ${MOST_PROFILES} already`, "params.name");
    await use.coming(name, () => kept.put(name, profile));
    const inForce = find(name)?.assignments ?? [];
    inForce.forEach(days.limit);
    await Promise.all(inForce.map(({ stationId, evseId }) => tell(keyOf(stationId, evseId))));
    return { name, profile, assignments: find(name)?.assignments ?? [] };
  };

  const days = createDays({
    kept,
    clock,
    report,
    over: ({ stationId, evseId }) => later(releaseAt(stationId, evseId)),
    standing: (assignment) => {
      if (telling.isOtherDay(assignment)) later(tell(keyOf(assignment.stationId, 0)));
    },
  });
  days.layOut();

  return {
    find,
    list: () => [...profiles.keys()].flatMap((name) => find(name) ?? []),
    put: (name, profile) => put(name, profile).finally(days.lookLater),
    remove: async (name) => {
      if (profiles.has(name) && (use.isBeingAssigned(name) || find(name)?.assignments.length !== 0))
        throw new YouxuError("charging-profile.assigned", `"${name}" is in force`, "params.name");
      return use.leaving(name, () => kept.remove(name));
    },
    assign: (request) => assign(request).finally(days.lookLater),
    release,
    inForce: async (selection) => {
      const at = new Set(mustSelect(await parts.stations(), selection));
      return [...assigned.values()].filter(({ stationId }) => at.has(stationId));
    },
    heard: ({ kind, stationId }) => {
      if (kind === "connected" || kind === "booted") came.add(stationId);
      // Its abilities are known: it was asked for them, or is one that came back without a restart.
      if (kind !== "capabilities" || !came.delete(stationId)) return;
      if (assigned.has(keyOf(stationId, 0))) later(tell(keyOf(stationId, 0)));
    },
    stop: () => {
      days.stop();
      telling.stop();
    },
  };
};

const hasEvse = (place: Place | undefined, evseId: number): boolean =>
  evseId === 0 || place?.station.evses.some((evse) => evse.evseId === evseId) === true;
