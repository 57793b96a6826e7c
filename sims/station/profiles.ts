import { DAY_MS, type EpochMs } from "../../src/domain/units.js";

/**
 * Charging profiles as a station holds them, free of any OCPP version, and what they allow at a moment.
 *
 * Of each purpose the highest stack level that has an active period speaks. A transaction profile goes
 * before a default one, a profile of the EVSE before one of the whole station (evseId 0), and the
 * maximum of the station caps whatever came out.
 */
export interface HeldProfile {
  readonly id: number;
  /** 0: the whole station. */
  readonly evseId: number;
  readonly purpose: "transaction" | "default" | "maximum" | "priority";
  readonly stackLevel: number;
  readonly kind: "absolute" | "daily" | "relative" | "dynamic";
  /** Start of the schedule; of any day for `daily`; of the last update for `dynamic`; null: with the transaction (relative). */
  readonly startMs: EpochMs | null;
  readonly durationMs: number | null;
  readonly validFromMs: EpochMs | null;
  readonly validToMs: EpochMs | null;
  readonly periods: readonly HeldPeriod[];
  /** Invalid while the station has been offline for longer than this. */
  readonly maxOfflineMs: number | null;
}

export interface HeldPeriod {
  readonly offsetMs: number;
  /** `limit`: draw at most; `setpoint`: follow, negative discharges. */
  readonly mode: "limit" | "setpoint";
  readonly unit: "A" | "W";
  readonly value: number;
  /** Phases that an amperage counts on; null: those of the station. */
  readonly phases: 1 | 2 | 3 | null;
}

export interface ProfileContext {
  readonly evseId: number;
  readonly transactionStartMs: EpochMs | null;
  readonly offlineSinceMs: EpochMs | null;
  /** The driver pressed for priority charging. */
  readonly hasPriority: boolean;
}

/** What holds at a moment, and until when this cannot change by time alone. */
export interface Allowed {
  /** null: no profile speaks. */
  readonly period: HeldPeriod | null;
  /** The station's own maximum, besides. */
  readonly maximum: HeldPeriod | null;
  readonly untilMs: EpochMs;
}

interface Active {
  readonly period: HeldPeriod | null;
  readonly untilMs: EpochMs;
}

const NEVER: Active = { period: null, untilMs: Infinity };

/** Span of the schedule's run that covers or follows `atMs`. */
const runOf = (profile: HeldProfile, context: ProfileContext, atMs: EpochMs) => {
  const start = profile.kind === "relative" ? context.transactionStartMs : profile.startMs;
  if (start === null) return null;
  const from = profile.kind === "daily" ? start + Math.floor((atMs - start) / DAY_MS) * DAY_MS : start;
  const length = profile.durationMs ?? (profile.kind === "daily" ? DAY_MS : Infinity);
  return { from, to: from + length, nextMs: profile.kind === "daily" ? from + DAY_MS : Infinity };
};

const periodAt = (periods: readonly HeldPeriod[], offsetMs: number) => {
  let found: HeldPeriod | null = null;
  for (const period of periods) {
    if (period.offsetMs > offsetMs) return { found, nextOffsetMs: period.offsetMs };
    found = period;
  }
  return { found, nextOffsetMs: Infinity };
};

/** The period of one profile that is active at a moment. */
const activePeriod = (profile: HeldProfile, context: ProfileContext, atMs: EpochMs): Active => {
  const from = profile.validFromMs ?? -Infinity;
  const to = profile.validToMs ?? Infinity;
  if (atMs >= to) return NEVER;
  if (atMs < from) return { period: null, untilMs: from };
  const offlineEnd = offlineEndMs(profile, context);
  if (atMs >= offlineEnd) return NEVER;
  const run = runOf(profile, context, atMs);
  if (run === null) return NEVER;
  const bound = Math.min(to, offlineEnd);
  if (atMs < run.from) return { period: null, untilMs: Math.min(bound, run.from) };
  if (atMs >= run.to) return { period: null, untilMs: Math.min(bound, run.nextMs) };
  const { found, nextOffsetMs } = periodAt(profile.periods, atMs - run.from);
  return { period: found, untilMs: Math.min(bound, run.to, run.from + nextOffsetMs) };
};

const offlineEndMs = (profile: HeldProfile, context: ProfileContext): EpochMs =>
  profile.maxOfflineMs === null || context.offlineSinceMs === null
    ? Infinity
    : context.offlineSinceMs + profile.maxOfflineMs;

/** Profiles of the EVSE before those of the station, then by stack level, the highest first. */
const ranked = (profiles: readonly HeldProfile[], purpose: HeldProfile["purpose"], evseId: number) =>
  profiles
    .filter((profile) => profile.purpose === purpose && [0, evseId].includes(profile.evseId))
    .sort((a, b) => b.evseId - a.evseId || b.stackLevel - a.stackLevel);

const firstActive = (profiles: readonly HeldProfile[], context: ProfileContext, atMs: EpochMs): Active => {
  let untilMs = Infinity;
  for (const profile of profiles) {
    const active = activePeriod(profile, context, atMs);
    untilMs = Math.min(untilMs, active.untilMs);
    if (active.period !== null) return { period: active.period, untilMs };
  }
  return { period: null, untilMs };
};

/** What a station's profiles allow at a moment. */
export const allowedAt = (
  profiles: readonly HeldProfile[],
  context: ProfileContext,
  atMs: EpochMs,
): Allowed => {
  const of = (purpose: HeldProfile["purpose"]): Active =>
    firstActive(ranked(profiles, purpose, context.evseId), context, atMs);
  const runs = context.transactionStartMs !== null;
  const priority = runs && context.hasPriority ? of("priority") : NEVER;
  const transaction = runs ? of("transaction") : NEVER;
  const fallback = of("default");
  const maximum = of("maximum");
  return {
    period: priority.period ?? transaction.period ?? fallback.period,
    maximum: maximum.period,
    untilMs: Math.min(priority.untilMs, transaction.untilMs, fallback.untilMs, maximum.untilMs),
  };
};

/** A dynamic profile with another value as of now, which its dead-man's switch counts from; null: there is none. */
export const withUpdate = (
  profiles: readonly HeldProfile[],
  id: number,
  { value, atMs }: { readonly value: number; readonly atMs: EpochMs },
): HeldProfile[] | null => {
  const held = profiles.find((profile) => profile.id === id && profile.kind === "dynamic");
  if (held === undefined) return null;
  const periods = held.periods.map((period) => ({ ...period, value }));
  return [...profiles.filter((profile) => profile !== held), { ...held, startMs: atMs, periods }];
};

/** Adds a profile: it takes the place of one with the same id, or the same purpose, level and EVSE. */
export const withProfile = (profiles: readonly HeldProfile[], added: HeldProfile): HeldProfile[] => [
  ...profiles.filter(
    (held) =>
      held.id !== added.id &&
      !(
        held.purpose === added.purpose &&
        held.stackLevel === added.stackLevel &&
        held.evseId === added.evseId
      ),
  ),
  added,
];

/** Which profiles to clear; null fields match all. */
export interface ClearFilter {
  readonly id: number | null;
  readonly evseId: number | null;
  readonly purpose: HeldProfile["purpose"] | null;
  readonly stackLevel: number | null;
}

/** What remains after clearing. An id alone decides; otherwise every given field must match. */
export const withoutProfiles = (profiles: readonly HeldProfile[], filter: ClearFilter): HeldProfile[] =>
  profiles.filter((held) => {
    if (filter.id !== null) return held.id !== filter.id;
    return !(
      (filter.evseId === null || held.evseId === filter.evseId) &&
      (filter.purpose === null || held.purpose === filter.purpose) &&
      (filter.stackLevel === null || held.stackLevel === filter.stackLevel)
    );
  });
