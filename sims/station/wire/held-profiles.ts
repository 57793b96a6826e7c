import type { HeldPeriod, HeldProfile } from "../profiles.js";
import { purposeOf } from "./profile.js";
import { type Handler, type HandlerContext, isoTime, numberOf, objectOf, type Payload } from "./words.js";

type Version = "ocpp2.0.1" | "ocpp2.1";

const SECOND_MS = 1000;
const PURPOSES = {
  transaction: "TxProfile",
  default: "TxDefaultProfile",
  maximum: "ChargingStationMaxProfile",
  priority: "PriorityCharging",
} as const;
const KINDS = { absolute: "Absolute", daily: "Recurring", relative: "Relative", dynamic: "Dynamic" } as const;

const time = (key: string, atMs: number | null): Payload => (atMs === null ? {} : { [key]: isoTime(atMs) });

const writePeriod = (version: Version, { offsetMs, mode, value, phases }: HeldPeriod): Payload => ({
  startPeriod: Math.round(offsetMs / SECOND_MS),
  ...(mode === "setpoint" && version === "ocpp2.1"
    ? { operationMode: "CentralSetpoint", setpoint: value }
    : { limit: value, ...(phases === null ? {} : { numberPhases: phases }) }),
});

/** A profile as it is held, whoever asked for it in whatever words. */
const writeProfile = (
  version: Version,
  { id, purpose, kind, stackLevel, startMs, durationMs, periods, ...held }: HeldProfile,
  transactionId: string | null,
): Payload => ({
  id,
  stackLevel,
  chargingProfilePurpose: PURPOSES[purpose],
  chargingProfileKind: KINDS[kind],
  ...(kind === "daily" ? { recurrencyKind: "Daily" } : {}),
  ...time("validFrom", held.validFromMs),
  ...time("validTo", held.validToMs),
  ...(purpose === "transaction" && transactionId !== null ? { transactionId } : {}),
  ...(version === "ocpp2.1" && held.maxOfflineMs !== null
    ? { maxOfflineDuration: Math.round(held.maxOfflineMs / SECOND_MS) }
    : {}),
  chargingSchedule: [
    {
      id,
      ...(kind === "dynamic" ? {} : time("startSchedule", startMs)),
      ...(durationMs === null ? {} : { duration: Math.round(durationMs / SECOND_MS) }),
      chargingRateUnit: periods[0]?.unit ?? "A",
      chargingSchedulePeriod: periods.map((period) => writePeriod(version, period)),
    },
  ],
});

/** Whether a profile is among those asked for; what is not said matches all. */
const isAsked =
  ({ evseId, chargingProfile }: Payload) =>
  (profile: HeldProfile): boolean => {
    const criterion = objectOf(chargingProfile);
    const [ids, sources] = [criterion["chargingProfileId"], criterion["chargingLimitSource"]];
    const purpose = criterion["chargingProfilePurpose"];
    const level = numberOf(criterion["stackLevel"]);
    return (
      (evseId === undefined || evseId === profile.evseId) &&
      (!Array.isArray(ids) || ids.includes(profile.id)) &&
      (!Array.isArray(sources) || sources.includes("CSO")) &&
      (purpose === undefined || purposeOf(purpose) === profile.purpose) &&
      (level === null || level === profile.stackLevel)
    );
  };

/** Tells the profiles that it holds, part by part after its answer: one for each EVSE. */
export const heldProfiles =
  (version: Version): Handler =>
  (payload, { operations, follow }: HandlerContext) => {
    const { profiles, transaction } = operations.model();
    const found = profiles.filter(isAsked(payload));
    const evseIds = [...new Set(found.map(({ evseId }) => evseId))];
    evseIds.forEach((evseId, index) =>
      follow({
        action: "ReportChargingProfiles",
        payload: {
          requestId: payload["requestId"],
          chargingLimitSource: "CSO",
          evseId,
          tbc: index < evseIds.length - 1,
          chargingProfile: found
            .filter((profile) => profile.evseId === evseId)
            .map((profile) => writeProfile(version, profile, transaction?.localId ?? null)),
        },
      }),
    );
    return { status: found.length > 0 ? "Accepted" : "NoProfiles" };
  };
