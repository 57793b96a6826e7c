import type { Schedule } from "../../domain/schedule.js";
import type { EvseElectrics, ProfileOptions } from "../common/codec.js";
import { durationS, profileId, wirePeriods } from "../common/profile.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

/**
 * The schedule as `csChargingProfiles`: a session as TxProfile, Absolute; a default as
 * TxDefaultProfile, Recurring Daily. 1.6 has no word for discharge.
 */
export function writeProfile(
  schedule: Schedule,
  options: ProfileOptions,
  electrics: EvseElectrics | null,
): { readonly profile: Payload } | { readonly why: string } {
  if (schedule.purpose !== "session" && schedule.purpose !== "default")
    return { why: `1.6 is not told a ${schedule.purpose}` };
  const written = wirePeriods(schedule, options, electrics);
  if ("why" in written) return written;
  if (written.periods.some((period) => period.mode === "setpoint")) return { why: "1.6 has no setpoint" };
  const transactionId = Number(schedule.transactionId);
  const session = schedule.purpose === "session";
  if (session && !Number.isSafeInteger(transactionId))
    return { why: "1.6 transaction ids are whole numbers" };
  return {
    profile: {
      chargingProfileId: profileId(schedule.evseId, schedule.purpose, options.idBase),
      ...(session ? { transactionId } : {}),
      stackLevel: options.stackLevel,
      chargingProfilePurpose: session ? "TxProfile" : "TxDefaultProfile",
      ...(session
        ? { chargingProfileKind: "Absolute" }
        : { chargingProfileKind: "Recurring", recurrencyKind: "Daily" }),
      chargingSchedule: {
        duration: durationS(schedule),
        startSchedule: writeTime(schedule.startMs),
        chargingRateUnit: options.unit,
        chargingSchedulePeriod: written.periods.map(({ startPeriod, value }) => ({
          startPeriod,
          limit: value,
          ...(schedule.phases === null ? {} : { numberPhases: schedule.phases }),
        })),
      },
    },
  };
}
