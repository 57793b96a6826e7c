import type { HeldChargingProfile } from "../../domain/station-file/charging-profiles.js";
import type { InboundHandler } from "../common/codec.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";

const MOST_PERIODS = 300;

type ReadTime = (text: string | null) => number | null;

const readSchedule = (schedule: Payload, readTime: ReadTime): HeldChargingProfile["schedules"][number] => ({
  startMs: readTime(textAt(schedule, "startSchedule")),
  durationS: numberAt(schedule, "duration"),
  unit: textAt(schedule, "chargingRateUnit") ?? "unknown",
  periods: listAt(schedule, "chargingSchedulePeriod")
    .slice(0, MOST_PERIODS)
    .map((period) => ({
      startS: numberAt(period, "startPeriod") ?? 0,
      limit: numberAt(period, "limit"),
      setpoint: numberAt(period, "setpoint"),
      mode: textAt(period, "operationMode"),
    })),
});

const readProfile = (
  profile: Payload,
  { evseId, source }: Pick<HeldChargingProfile, "evseId" | "source">,
  readTime: ReadTime,
): HeldChargingProfile => ({
  profileId: numberAt(profile, "id") ?? 0,
  evseId,
  source,
  purpose: textAt(profile, "chargingProfilePurpose") ?? "unknown",
  kind: textAt(profile, "chargingProfileKind") ?? "unknown",
  stackLevel: numberAt(profile, "stackLevel") ?? 0,
  transactionId: textAt(profile, "transactionId"),
  fromMs: readTime(textAt(profile, "validFrom")),
  untilMs: readTime(textAt(profile, "validTo")),
  schedules: listAt(profile, "chargingSchedule").map((schedule) => readSchedule(schedule, readTime)),
});

/** A part of the profiles that a station holds; the one without `tbc` is the last. */
export const reportChargingProfiles: InboundHandler = (payload, { stationId, nowMs, readTime }) => {
  const of = {
    evseId: numberAt(payload, "evseId") ?? 0,
    source: textAt(payload, "chargingLimitSource") ?? "unknown",
  };
  return {
    news: [
      {
        kind: "charging-profiles-told",
        stationId,
        atMs: nowMs,
        requestId: numberAt(payload, "requestId") ?? 0,
        profiles: listAt(payload, "chargingProfile").map((profile) => readProfile(profile, of, readTime)),
        more: payload["tbc"] === true,
      },
    ],
    answer: () => ({}),
  };
};
