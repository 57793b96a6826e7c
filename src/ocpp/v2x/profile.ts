import type { Schedule } from "../../domain/schedule.js";
import type { EvseElectrics, ProfileOptions } from "../common/codec.js";
import { placed } from "../common/placed.js";
import { type WirePeriod, wirePeriods } from "../common/profile.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

/** The profile, and the EVSE that it is for. */
type WrittenProfile = { readonly evseId: number; readonly profile: Payload } | { readonly why: string };
export type ProfileWriter = (
  schedule: Schedule,
  options: ProfileOptions,
  electrics: EvseElectrics | null,
) => WrittenProfile;

/** How a version writes one period, and what else it says of the whole profile. */
export interface ProfileWords {
  period(period: WirePeriod, phases: Schedule["phases"]): Payload | null;
  extra(periods: readonly WirePeriod[], options: ProfileOptions): Payload;
}

/** The schedule as a 2.x ChargingProfileType: TxProfile Absolute or TxDefaultProfile Recurring Daily, unless the station takes another. */
export const profileWriter =
  (words: ProfileWords): ProfileWriter =>
  (schedule, options, electrics) => {
    const written = wirePeriods(schedule, options, electrics);
    if ("why" in written) return written;
    const periods: Payload[] = [];
    const { id, evseId, purpose, kind, startMs, durationS, tail } = placed(schedule, options);
    for (const period of [...written.periods, ...tail]) {
      const worded = words.period(period, schedule.phases);
      if (worded === null) return { why: "this version has no setpoint" };
      periods.push(worded);
    }
    return {
      evseId,
      profile: {
        id,
        stackLevel: options.stackLevel,
        chargingProfilePurpose: purpose === "maximum" ? "ChargingStationMaxProfile" : purpose,
        chargingProfileKind: kind,
        ...(kind === "Recurring" ? { recurrencyKind: "Daily" } : {}),
        ...(purpose === "TxProfile" ? { transactionId: schedule.transactionId } : {}),
        ...words.extra(written.periods, options),
        chargingSchedule: [
          {
            id,
            ...(startMs === null ? {} : { startSchedule: writeTime(startMs) }),
            ...(durationS === null ? {} : { duration: durationS }),
            chargingRateUnit: options.unit,
            chargingSchedulePeriod: periods,
          },
        ],
      },
    };
  };

/** `numberPhases` only where known: a station without it takes three on AC, and DC must not have it. */
export const phasesOf = (phases: Schedule["phases"]): Payload =>
  phases === null ? {} : { numberPhases: phases };
