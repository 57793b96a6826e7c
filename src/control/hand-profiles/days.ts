import type { FleetEvent } from "../../domain/fleet.js";
import type { ProfileAssignment } from "../../domain/hand-profile.js";
import type { Site } from "../../domain/site.js";
import { DAY_MS, type EpochMs, HOUR_MS } from "../../domain/units.js";
import { handLimit } from "../../planning/hand-profile.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import { localMidnightMs } from "../../signals/calendar.js";
import type { KeptProfiles } from "./kept.js";

/** A daily profile is laid out for so many days, and again every hour. */
const DAYS = 3;
/** Into the next day, though clocks may change in this one. */
const NEXT_DAY_MS = DAY_MS + 3 * HOUR_MS;

/** The first not after now. */
const midnightsFrom = (nowMs: EpochMs, { timeZone }: Site): readonly EpochMs[] => {
  const midnightsMs = [localMidnightMs(nowMs, timeZone)];
  while (midnightsMs.length < DAYS)
    midnightsMs.push(localMidnightMs((midnightsMs.at(-1) ?? nowMs) + NEXT_DAY_MS, timeZone));
  return midnightsMs;
};

export interface DaysParts {
  readonly kept: KeptProfiles;
  readonly clock: Clock;
  readonly report: (event: FleetEvent) => void;
  /** What is over is taken back. */
  readonly over: (assignment: ProfileAssignment) => void;
  /** Of the rest each is looked at once an hour. */
  readonly standing: (assignment: ProfileAssignment) => void;
}

/** Lays out what is assigned over the days to come, for the plan and the fail-safe. */
export interface Days {
  readonly limit: (assignment: ProfileAssignment) => void;
  /** All of them, now and again every hour, and when one ends. */
  readonly layOut: () => void;
  /** What is in force has changed: when one ends next has too. */
  readonly lookLater: () => void;
  readonly stop: () => void;
}

export const createDays = ({ kept, clock, report, over, standing }: DaysParts): Days => {
  const { profiles, assigned, places } = kept;
  let cancelNext: Cancel | null = null;
  const limit = ({ name, stationId, evseId, assignedMs, wasAsked }: ProfileAssignment): void => {
    const [profile, place] = [profiles.get(name), places.get(stationId)];
    const atMs = clock.now();
    if (profile === undefined || place === undefined) return;
    const about = { evseId, sinceMs: assignedMs, ...(wasAsked ? {} : { untold: true as const }) };
    const limited = handLimit(profile, about, midnightsFrom(atMs, place.site));
    report({ kind: "outside-limit", stationId, atMs, limit: limited });
  };
  /** Looks again in an hour, or when the first of those in force ends. */
  const lookLater = (): void => {
    const nowMs = clock.now();
    const ends = [...assigned.values()].map(({ name }) => profiles.get(name)?.endMs ?? Infinity);
    const nextMs = Math.min(nowMs + HOUR_MS, ...ends.filter((endMs) => endMs > nowMs));
    cancelNext?.();
    cancelNext = clock.after(nextMs - nowMs, layOut);
  };
  const layOut = (): void => {
    for (const assignment of assigned.values()) {
      const endMs = profiles.get(assignment.name)?.endMs ?? Infinity;
      if (endMs <= clock.now() && assignment.state !== "releasing") over(assignment);
      else {
        limit(assignment);
        standing(assignment);
      }
    }
    lookLater();
  };
  return { limit, layOut, lookLater, stop: () => cancelNext?.() };
};
