import { recurs, type Schedule, type SchedulePurpose } from "../../domain/schedule.js";
import { SECOND_MS } from "../../domain/units.js";
import type { EvseElectrics, ProfileOptions } from "../common/codec.js";
import { ledPeriods, type Placed, placed } from "../common/placed.js";
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
  readonly purposes: ReadonlySet<SchedulePurpose>;
  period(period: WirePeriod, schedule: Schedule, options: ProfileOptions): Payload | null;
  extra(periods: readonly WirePeriod[], options: ProfileOptions): Payload;
}

/** The schedule as a 2.x ChargingProfileType: TxProfile Absolute or TxDefaultProfile Recurring Daily, unless the station takes another. */
export const profileWriter =
  (words: ProfileWords): ProfileWriter =>
  (schedule, options, electrics) => {
    const written = wirePeriods(schedule, options, electrics);
    if ("why" in written) return written;
    if (!words.purposes.has(schedule.purpose))
      return { why: `this version is not told a ${schedule.purpose}` };
    const periods: Payload[] = [];
    const place = neverRelative(schedule, options);
    const { id, evseId, purpose, kind, startMs, durationS } = place;
    for (const period of ledPeriods(place, written.periods)) {
      const worded = words.period(period, schedule, options);
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
            chargingSchedulePeriod: closed(periods, schedule, options.maxPeriods),
          },
        ],
      },
    };
  };

/** The maximum of a station begins with no transaction, so that 2.x has no relative one (K01.FR.38). */
const neverRelative = (schedule: Schedule, options: ProfileOptions): Placed => {
  const place = placed(schedule, options);
  if (place.purpose !== "maximum" || place.kind !== "Relative") return place;
  return { ...place, kind: "Absolute", startMs: schedule.startMs + options.clockAheadMs };
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
export const phasesOf = (phases: Schedule["phases"], { tellsPhase }: ProfileOptions): Payload =>
  phases === null
    ? {}
    : { numberPhases: phases, ...(phases === 1 && tellsPhase === true ? { phaseToUse: 1 } : {}) };
