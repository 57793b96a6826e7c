import type { Schedule } from "../../domain/schedule.js";
import type { EvseElectrics, ProfileOptions } from "../common/codec.js";
import { ledPeriods, placed } from "../common/placed.js";
import { wirePeriods } from "../common/profile.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

/**
 * The schedule as `csChargingProfiles`, with the connector that it is for: a session as TxProfile,
 * Absolute, a default as TxDefaultProfile, Recurring Daily, unless the station takes another. 1.6 has no
 * word for discharge; a station that was seen to take one is told a limit below zero.
 */
export function writeProfile(
  schedule: Schedule,
  options: ProfileOptions,
  electrics: EvseElectrics | null,
): { readonly evseId: number; readonly profile: Payload } | { readonly why: string } {
  const { purpose: wanted } = schedule;
  if (wanted !== "session" && wanted !== "default" && wanted !== "cap")
    return { why: `1.6 is not told a ${wanted}` };
  if (wanted === "cap" && options.place === "ChargePointMaxProfile-station")
    return { why: "the station takes its plan as its maximum, which has no room for another" };
  const written = wirePeriods(schedule, options, electrics);
  if ("why" in written) return written;
  if (schedule.dischargeBy === undefined && written.periods.some((period) => period.mode === "setpoint"))
    return { why: "1.6 has no setpoint" };
  const transactionId = Number(schedule.transactionId);
  const session = schedule.purpose === "session";
  if (session && !Number.isSafeInteger(transactionId))
    return { why: "1.6 transaction ids are whole numbers" };
  const place = placed(schedule, options);
  const { id, evseId, purpose, kind, startMs, durationS } = place;
  return {
    evseId,
    profile: {
      chargingProfileId: id,
      ...(purpose === "TxProfile" ? { transactionId } : {}),
      stackLevel: options.stackLevel,
      chargingProfilePurpose: purpose === "maximum" ? "ChargePointMaxProfile" : purpose,
      chargingProfileKind: kind,
      ...(kind === "Recurring" ? { recurrencyKind: "Daily" } : {}),
      chargingSchedule: {
        ...(durationS === null ? {} : { duration: durationS }),
        ...(startMs === null ? {} : { startSchedule: writeTime(startMs) }),
        chargingRateUnit: options.unit,
        chargingSchedulePeriod: ledPeriods(place, written.periods).map(({ startPeriod, value, phases }) => ({
          startPeriod,
          limit: value,
          ...(phases === null ? {} : { numberPhases: phases }),
        })),
      },
    },
  };
}
