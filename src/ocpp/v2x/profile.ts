import type { Schedule } from "../../domain/schedule.js";
import type { EvseElectrics, ProfileOptions } from "../common/codec.js";
import { durationS, profileId, type WirePeriod, wirePeriods } from "../common/profile.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

type WrittenProfile = { readonly profile: Payload } | { readonly why: string };
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

/** The schedule as a 2.x ChargingProfileType: TxProfile Absolute or TxDefaultProfile Recurring Daily. */
export const profileWriter =
  (words: ProfileWords): ProfileWriter =>
  (schedule, options, electrics) => {
    const written = wirePeriods(schedule, options, electrics);
    if ("why" in written) return written;
    const periods: Payload[] = [];
    for (const period of written.periods) {
      const worded = words.period(period, schedule.phases);
      if (worded === null) return { why: "this version has no setpoint" };
      periods.push(worded);
    }
    const id = profileId(schedule.evseId, schedule.purpose, options.idBase);
    const session = schedule.purpose === "session";
    return {
      profile: {
        id,
        stackLevel: options.stackLevel,
        chargingProfilePurpose: session ? "TxProfile" : "TxDefaultProfile",
        ...(session
          ? { chargingProfileKind: "Absolute", transactionId: schedule.transactionId }
          : { chargingProfileKind: "Recurring", recurrencyKind: "Daily" }),
        ...words.extra(written.periods, options),
        chargingSchedule: [
          {
            id,
            startSchedule: writeTime(schedule.startMs),
            duration: durationS(schedule),
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
