import { recurs, type Schedule, type SchedulePurpose } from "../../domain/schedule.js";
import { SECOND_MS } from "../../domain/units.js";
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
  readonly purposes: ReadonlySet<SchedulePurpose>;
  period(period: WirePeriod, schedule: Schedule): Payload | null;
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
      const worded = words.period(period, schedule);
      if (worded === null) return { why: "this version has no setpoint" };
      periods.push(worded);
    }
    if (!words.purposes.has(schedule.purpose))
      return { why: `this version is not told a ${schedule.purpose}` };
    const id = profileId(schedule.evseId, schedule.purpose, options.idBase);
    const duration = durationS(schedule);
    return {
      profile: {
        id,
        stackLevel: options.stackLevel,
        ...headOf(schedule),
        ...words.extra(written.periods, options),
        chargingSchedule: [
          {
            id,
            // A correction counts from when it arrives.
            ...(schedule.purpose === "correction" ? {} : { startSchedule: writeTime(schedule.startMs) }),
            ...(duration === null ? {} : { duration }),
            chargingRateUnit: options.unit,
            chargingSchedulePeriod: closed(periods, schedule, options.maxPeriods),
          },
        ],
      },
    };
  };

/** Purposes in the words of 2.x. */
export const WIRE_PURPOSES: Readonly<Record<SchedulePurpose, string>> = {
  session: "TxProfile",
  correction: "TxProfile",
  default: "TxDefaultProfile",
  priority: "PriorityCharging",
  maximum: "ChargingStationMaxProfile",
};

const headOf = (schedule: Schedule): Payload => {
  const { purpose, transactionId } = schedule;
  const ofTransaction = purpose === "session" || purpose === "correction";
  return {
    chargingProfilePurpose: WIRE_PURPOSES[purpose],
    ...(recurs(schedule)
      ? { chargingProfileKind: "Recurring", recurrencyKind: "Daily" }
      : { chargingProfileKind: purpose === "correction" ? "Dynamic" : "Absolute" }),
    ...(ofTransaction ? { transactionId } : {}),
  };
};

/** Priority charging that follows a plan has no end of its own: after what the station holds of it nothing is allowed. */
const closed = (periods: readonly Payload[], schedule: Schedule, maxPeriods: number): readonly Payload[] => {
  if (schedule.purpose !== "priority" || recurs(schedule)) return periods;
  const fits = periods.slice(0, Math.max(1, maxPeriods - 1));
  const endS = Math.round((schedule.endMs - schedule.startMs) / SECOND_MS);
  const startPeriod = periods[fits.length]?.["startPeriod"] ?? endS;
  return [...fits, { startPeriod, operationMode: "ChargingOnly", limit: 0 }];
};

/** `numberPhases` only where known: a station without it takes three on AC, and DC must not have it. */
export const phasesOf = (phases: Schedule["phases"]): Payload =>
  phases === null ? {} : { numberPhases: phases };
