import { MAX_PERIODS, MAX_STACK_LEVEL, takesSetpoint } from "../abilities.js";
import type { EpochMs } from "../../../src/domain/units.js";
import type { NewStation } from "../model.js";
import type { HeldPeriod, HeldProfile } from "../profiles.js";
import { givesBack } from "../faults/index.js";
import { type Payload, listOf, numberOf, objectOf, textOf, timeOf } from "./words.js";

/** A charging profile as a station takes it, or why it does not. */
export type ProfileReading = { readonly profile: HeldProfile } | { readonly why: string };

const PURPOSES: Readonly<Record<string, HeldProfile["purpose"]>> = {
  TxProfile: "transaction",
  TxDefaultProfile: "default",
  ChargePointMaxProfile: "maximum",
  ChargingStationMaxProfile: "maximum",
  PriorityCharging: "priority",
};

export const purposeOf = (name: unknown): HeldProfile["purpose"] | null =>
  PURPOSES[textOf(name) ?? ""] ?? null;

const SECOND_MS = 1000;
const ms = (seconds: unknown): number | null => {
  const value = numberOf(seconds);
  return value === null ? null : value * SECOND_MS;
};

/**
 * Reads a profile of any version; 1.6 writes `chargingProfileId` and one schedule, 2.x `id` and a list.
 * Refused as a real station refuses: unknown purpose or kind, too high a level, too many periods, times
 * that do not rise, a setpoint where none is taken.
 */
export const readProfile = (
  raw: Payload,
  { evseId, nowMs, spec }: { readonly evseId: number; readonly nowMs: EpochMs; readonly spec: NewStation },
): ProfileReading => {
  const schedule = objectOf(
    Array.isArray(raw["chargingSchedule"]) ? raw["chargingSchedule"][0] : raw["chargingSchedule"],
  );
  const purpose = purposeOf(raw["chargingProfilePurpose"]);
  const kind = kindOf(raw);
  const stackLevel = numberOf(raw["stackLevel"]) ?? 0;
  const periods = listOf(schedule["chargingSchedulePeriod"]).map((period) =>
    readPeriod(period, schedule["chargingRateUnit"] === "W" ? "W" : "A", givesBack(spec)),
  );
  // A dynamic profile counts from when it was told last.
  const startMs = kind === "dynamic" ? nowMs : timeOf(schedule["startSchedule"]);
  const why = faultOf({ evseId, purpose, kind, stackLevel, periods, startMs, spec });
  if (why !== null || purpose === null || kind === null) return { why: why ?? "not understood" };
  return {
    profile: {
      id: numberOf(raw["id"]) ?? numberOf(raw["chargingProfileId"]) ?? 0,
      evseId,
      purpose,
      stackLevel,
      kind,
      startMs: kind === "relative" ? null : startMs,
      durationMs: ms(schedule["duration"]),
      validFromMs: timeOf(raw["validFrom"]),
      validToMs: timeOf(raw["validTo"]),
      periods,
      maxOfflineMs: ms(raw["maxOfflineDuration"]),
    },
  };
};

const kindOf = (raw: Payload): HeldProfile["kind"] | null => {
  switch (raw["chargingProfileKind"]) {
    case "Absolute":
      return "absolute";
    case "Relative":
      return "relative";
    case "Dynamic":
      return "dynamic";
    case "Recurring":
      return raw["recurrencyKind"] === "Daily" ? "daily" : null;
    default:
      return null;
  }
};

/** 2.1: a setpoint or Idle is followed; anything else is a limit. */
const readPeriod = (
  period: Payload,
  unit: HeldPeriod["unit"],
  back: ReturnType<typeof givesBack>,
): HeldPeriod => {
  const mode = period["operationMode"];
  const phases = numberOf(period["numberPhases"]);
  const isSetpoint = mode === "CentralSetpoint" || mode === "Idle";
  const limit = numberOf(period["limit"]) ?? 0;
  if (limit < 0 && back?.unit === unit)
    return {
      offsetMs: ms(period["startPeriod"]) ?? 0,
      mode: "setpoint",
      unit,
      value: limit * back.times,
      phases: null,
    };
  return {
    offsetMs: ms(period["startPeriod"]) ?? 0,
    mode: isSetpoint ? "setpoint" : "limit",
    unit,
    value: mode === "Idle" ? 0 : (numberOf(isSetpoint ? period["setpoint"] : period["limit"]) ?? 0),
    phases: phases === 1 || phases === 2 || phases === 3 ? phases : null,
  };
};

interface Draft {
  readonly evseId: number;
  readonly purpose: HeldProfile["purpose"] | null;
  readonly kind: HeldProfile["kind"] | null;
  readonly stackLevel: number;
  readonly periods: readonly HeldPeriod[];
  readonly startMs: number | null;
  readonly spec: NewStation;
}

const faultOf = ({ evseId, purpose, kind, stackLevel, periods, startMs, spec }: Draft): string | null => {
  if (purpose === null) return "purpose not supported";
  if (kind === null) return "kind not supported";
  if (evseId !== 0 && evseId !== spec.evse.evseId) return "no such EVSE";
  if (purpose === "transaction" && evseId === 0) return "a TxProfile belongs to an EVSE";
  if (kind !== "relative" && startMs === null) return "startSchedule is missing";
  if (stackLevel > MAX_STACK_LEVEL) return "stack level too high";
  if (periods.length === 0 || periods.length > MAX_PERIODS) return "wrong number of periods";
  if (periods[0]?.offsetMs !== 0) return "the first period must start at 0";
  if (periods.some((period, index) => index > 0 && period.offsetMs <= (periods[index - 1]?.offsetMs ?? 0)))
    return "periods must rise";
  const only21 = kind === "dynamic" || purpose === "priority";
  if (only21 && spec.version !== "2.1") return "kind or purpose not supported";
  if (kind === "dynamic" && periods.length !== 1) return "a dynamic profile has one period";
  const mayBack = givesBack(spec) !== undefined || takesSetpoint(spec.version, spec.evse);
  if (periods.some(({ mode }) => mode === "setpoint") && !mayBack) return "no setpoint here";
  return null;
};
