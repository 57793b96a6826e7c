import {
  assignmentSchema,
  BY_HAND,
  type HandProfile,
  keptProfileSchema,
  type NamedProfile,
  type ProfileAssignment,
} from "../../domain/hand-profile.js";
import type { FleetEvent } from "../../domain/fleet.js";
import type { Site, StationConfig } from "../../domain/site.js";
import type { Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import type { Log } from "../contract.js";
import { readStored } from "../read-stored.js";

const PROFILES = "hand-profile";
const ASSIGNMENTS = "hand-profile-assignment";

export interface KeptParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly sites: readonly Site[];
  /** Takes a limit into the fleet's state, or out of it. */
  readonly report: (event: FleetEvent) => void;
}

export interface Place {
  readonly site: Site;
  readonly station: StationConfig;
}

/** Charging profiles by hand and where they are in force: on disk before they are here. */
export interface KeptProfiles {
  readonly profiles: ReadonlyMap<string, HandProfile>;
  /** By `keyOf`. */
  readonly assigned: ReadonlyMap<string, ProfileAssignment>;
  /** Of the stations that the site files have. */
  readonly places: ReadonlyMap<string, Place>;
  readonly find: (name: string) => NamedProfile | null;
  readonly put: (name: string, profile: HandProfile) => Promise<void>;
  readonly remove: (name: string) => Promise<boolean>;
  readonly keep: (assignment: ProfileAssignment) => Promise<void>;
  /** Its limit is nobody's any more. */
  readonly drop: (assignment: ProfileAssignment) => Promise<void>;
}

/** EVSE 0 is the whole station. */
export const keyOf = (stationId: string, evseId: number): string => `${stationId}/${evseId}`;

export const openKeptProfiles = async (parts: KeptParts): Promise<KeptProfiles> => {
  const { documents, clock, report } = parts;
  const { profiles, assigned } = await readAll(parts);
  const places = new Map<string, Place>(
    parts.sites.flatMap((site) => site.stations.map((station) => [station.id, { site, station }] as const)),
  );
  return {
    profiles,
    assigned,
    places,
    find: (name) => {
      const profile = profiles.get(name);
      const assignments = [...assigned.values()].filter((one) => one.name === name);
      return profile === undefined ? null : { name, profile, assignments };
    },
    put: async (name, profile) => {
      await documents.put(PROFILES, name, { name, profile });
      profiles.set(name, profile);
    },
    remove: async (name) => {
      const wasThere = await documents.remove(PROFILES, name);
      profiles.delete(name);
      return wasThere;
    },
    keep: async (assignment) => {
      const key = keyOf(assignment.stationId, assignment.evseId);
      await documents.put(ASSIGNMENTS, key, assignment);
      assigned.set(key, assignment);
    },
    drop: async ({ stationId, evseId }) => {
      await documents.remove(ASSIGNMENTS, keyOf(stationId, evseId));
      assigned.delete(keyOf(stationId, evseId));
      const limited = { evseId, source: BY_HAND };
      report({ kind: "outside-limit-cleared", stationId, atMs: clock.now(), limited });
    },
  };
};

const readAll = async (parts: Pick<KeptParts, "documents" | "log">) => {
  const named = await readStored(parts, {
    collection: PROFILES,
    schema: keptProfileSchema,
    what: "a charging profile by hand",
  });
  const assignments = await readStored(parts, {
    collection: ASSIGNMENTS,
    schema: assignmentSchema,
    what: "an assigned charging profile",
  });
  return {
    profiles: new Map<string, HandProfile>(named.map(({ name, profile }) => [name, profile])),
    assigned: new Map<string, ProfileAssignment>(
      assignments.map((one) => [keyOf(one.stationId, one.evseId), one]),
    ),
  };
};
