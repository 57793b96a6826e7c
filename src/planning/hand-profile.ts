import { minimumKw } from "../domain/draw.js";
import type { LimitStep, OutsideLimit } from "../domain/fleet.js";
import { BY_HAND, type HandProfile } from "../domain/hand-profile.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig, StationConfig } from "../domain/site.js";
import { DAY_MS, type EpochMs, floorTo, SECOND_MS, SLOT_MS } from "../domain/units.js";

const stepsFrom = ({ periods }: HandProfile, fromMs: EpochMs): LimitStep[] =>
  periods.map(({ startS, limitKw }) => ({
    startMs: fromMs + startS * SECOND_MS,
    chargeKw: limitKw,
    dischargeKw: null,
  }));

/** A profile as the limit that the plan keeps to; a daily one on the days that begin at these local midnights. */
export const handLimit = (
  profile: HandProfile,
  about: Pick<OutsideLimit, "evseId" | "sinceMs" | "untold">,
  midnightsMs: readonly EpochMs[],
): OutsideLimit => {
  const { startMs, endMs } = profile;
  const steps =
    startMs === null ? midnightsMs.flatMap((ms) => stepsFrom(profile, ms)) : stepsFrom(profile, startMs);
  return { ...about, source: BY_HAND, steps, endMs };
};

export interface CapInput {
  readonly station: StationConfig;
  readonly profile: HandProfile;
  readonly unit: Schedule["unit"];
  /** Of the whole station; never more than that is allowed; null: none is stated. */
  readonly ratingKw: number | null;
  /** Not after now. */
  readonly midnightMs: EpochMs;
}

/**
 * A profile as the maximum that a whole station is told: in watts, or in amperes of its widest EVSE's phases, rounded
 * down. A daily one that ends is taken back at its end.
 */
export const capSchedule = ({ station, profile, unit, ratingKw, midnightMs }: CapInput): Schedule => {
  const widest = station.evses.reduce((most, evse) => (evse.phases > most.phases ? evse : most));
  const kwPerUnit = unit === "W" ? 0.001 : (widest.phases * widest.voltageV) / 1000;
  const startMs = profile.startMs ?? midnightMs;
  const isDaily = profile.startMs === null;
  return {
    purpose: "cap",
    stationId: station.id,
    evseId: 0,
    transactionId: null,
    unit,
    phases: null,
    startMs,
    endMs: isDaily ? startMs + DAY_MS : (profile.endMs ?? Infinity),
    periods: profile.periods.map(({ startS, limitKw }) => {
      const value = floorTo(Math.min(limitKw, ratingKw ?? Infinity) / kwPerUnit, unit === "W" ? 1 : 0.1);
      return {
        startMs: startMs + startS * SECOND_MS,
        mode: "charge-limit",
        value,
        powerKw: value * kwPerUnit,
      };
    }),
    ...(isDaily ? { daily: true } : {}),
  };
};

/** What limits by hand leave an EVSE at a moment, kW: the least of its own and its station's; infinite: no such. */
export const byHandKw = (limits: readonly OutsideLimit[], evseId: number, atMs: EpochMs): number =>
  Math.min(
    Infinity,
    ...limits
      .filter((limit) => limit.source === BY_HAND && (limit.evseId === 0 || limit.evseId === evseId))
      .filter(({ endMs }) => endMs === null || atMs < endMs)
      .map(({ steps }) => steps?.findLast(({ startMs }) => startMs <= atMs)?.chargeKw ?? Infinity),
  );

/** Of the quarters of a day in which an EVSE may draw its minimum without a schedule those in which a limit by hand lets it. */
export const withinHand = (
  allowed: readonly boolean[],
  limits: readonly OutsideLimit[],
  { evse, midnightMs }: { readonly evse: EvseConfig; readonly midnightMs: EpochMs },
): readonly boolean[] => {
  if (limits.every(({ source }) => source !== BY_HAND)) return allowed;
  const changesMs = limits.flatMap(({ steps }) => (steps ?? []).map(({ startMs }) => startMs));
  return allowed.map((on, quarter) => {
    const startMs = midnightMs + quarter * SLOT_MS;
    const within = changesMs.filter((atMs) => atMs > startMs && atMs < startMs + SLOT_MS);
    return on && [startMs, ...within].every((atMs) => byHandKw(limits, evse.evseId, atMs) >= minimumKw(evse));
  });
};
