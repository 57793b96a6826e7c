import type { HeldChargingProfile } from "../domain/station-file/charging-profiles.js";
import type { ComparedProfile } from "../domain/station-file/compared-profiles.js";
import type { Schedule } from "../domain/schedule.js";
import { DAY_MS, type EpochMs, SECOND_MS } from "../domain/units.js";

/** Grid of what stations can be told, and what they round on the way. */
const TOLERANCE = { A: 0.11, W: 51 } as const;

/** What a profile's schedule says at a moment, in its unit; null: nothing, or it is told relative to what is not known. */
const valueAt = (
  { schedules: [schedule], kind, fromMs, untilMs }: HeldChargingProfile,
  atMs: EpochMs,
): number | null => {
  if (schedule?.startMs == null || atMs < (fromMs ?? -Infinity) || atMs >= (untilMs ?? Infinity)) return null;
  const sinceMs = atMs - schedule.startMs;
  const intoMs = kind === "Recurring" ? ((sinceMs % DAY_MS) + DAY_MS) % DAY_MS : sinceMs;
  if (intoMs < 0 || intoMs >= (schedule.durationS ?? Infinity) * SECOND_MS) return null;
  const period = schedule.periods.findLast(({ startS }) => startS * SECOND_MS <= intoMs);
  return period?.setpoint ?? period?.limit ?? null;
};

/** Of what a station told the profile that speaks for a transaction at an EVSE. */
const speaking = (
  profiles: readonly HeldChargingProfile[],
  { evseId, transactionId }: Schedule,
  atMs: EpochMs,
): HeldChargingProfile | undefined =>
  profiles
    .filter((profile) => profile.purpose === "TxProfile" && profile.kind !== "Dynamic")
    .filter((profile) => profile.evseId === evseId && profile.transactionId === transactionId)
    .filter((profile) => valueAt(profile, atMs) !== null)
    .toSorted((a, b) => b.stackLevel - a.stackLevel)[0];

/**
 * What stations were told for their running transactions, beside what they say that they hold, at the moment at which
 * they said it.
 */
export const compareProfiles = (
  profiles: readonly HeldChargingProfile[],
  told: readonly Schedule[],
  atMs: EpochMs,
): ComparedProfile[] =>
  told
    .filter(({ purpose }) => purpose === "session")
    .flatMap((schedule): ComparedProfile[] => {
      const wanted = schedule.periods.findLast(({ startMs }) => startMs <= atMs);
      if (wanted === undefined || atMs < schedule.startMs || atMs >= schedule.endMs) return [];
      const { evseId, unit } = schedule;
      const head = { evseId, unit, toldValue: wanted.value };
      const held = speaking(profiles, schedule, atMs);
      if (held === undefined) return [{ ...head, heldValue: null, verdict: "missing" }];
      const heldValue = valueAt(held, atMs);
      if (held.schedules[0]?.unit !== unit || heldValue === null)
        return [{ ...head, heldValue: null, verdict: "not-comparable" }];
      const isSame = Math.abs(heldValue - wanted.value) <= TOLERANCE[unit];
      return [{ ...head, heldValue, verdict: isSame ? "as-told" : "differs" }];
    });
