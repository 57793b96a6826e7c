import type { StationCapabilities } from "../../domain/fleet.js";
import { type Abilities, DEFAULT_CAPABILITIES, type WireCall } from "../common/codec.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";

const variable = (component: Payload, name: string): Payload => ({ component, variable: { name } });

const SMART = { name: "SmartChargingCtrlr" };
const ask = (data: readonly Payload[]): WireCall => ({
  action: "GetVariables",
  payload: { getVariableData: data },
});

const SHARED = [
  "RateUnit",
  "PeriodsPerSchedule",
  "ProfileStackLevel",
  "Phases3to1",
  "ACPhaseSwitchingSupported",
];
const SAMPLED = variable({ name: "SampledDataCtrlr" }, "TxUpdatedInterval");
const ALIGNED = variable({ name: "AlignedDataCtrlr" }, "Interval");
const V21 = [
  "MaxExternalConstraintsId",
  "SupportsMaxOfflineDuration",
  "SupportsDynamicProfiles",
  "SupportedAdditionalPurposes",
  "ChargingProfileUpdateRateLimit",
];
/** As the second edition of 2.1 spells it. */
const FEATURES = ["MaxOfflineDuration", "DynamicProfiles"].map((instance) => ({
  component: SMART,
  variable: { name: "SupportsFeature", instance },
}));

/** V2XChargingCtrlr sits at the EVSE (device model of 2.1); some put it at the station. */
const V2X = [{ name: "V2XChargingCtrlr", evse: { id: 1 } }, { name: "V2XChargingCtrlr" }].flatMap(
  (component) => ["Enabled", "Available", "SupportedOperationModes"].map((name) => variable(component, name)),
);

export const questions201: readonly WireCall[] = [
  ask([...SHARED.map((name) => variable(SMART, name)), SAMPLED, ALIGNED]),
];
export const questions21: readonly WireCall[] = [
  ask([...[...SHARED, ...V21].map((name) => variable(SMART, name)), SAMPLED, ALIGNED]),
  ask([...V2X, ...FEATURES]),
];

/** What GetVariables told, in all its answers. Amperes unless only watts are allowed. */
export function readAbilities(answers: readonly (Payload | null)[]): Abilities {
  const told = answers.flatMap((answer) => listAt(answer ?? {}, "getVariableResult")).filter(isAccepted);
  const smart = (name: string): string | null => valueOf(told, SMART.name, name);
  const units = (smart("RateUnit") ?? "").toUpperCase();
  return {
    capabilities: {
      rateUnit: units.includes("W") && !units.includes("A") ? "W" : DEFAULT_CAPABILITIES.rateUnit,
      maxPeriods: whole(smart("PeriodsPerSchedule"), 1) ?? DEFAULT_CAPABILITIES.maxPeriods,
      maxStackLevel: whole(smart("ProfileStackLevel"), 0) ?? DEFAULT_CAPABILITIES.maxStackLevel,
      dischargeSetpoint: takesSetpoint(told),
      ...switching(smart),
      ...only21(told),
    },
    maxExternalConstraintsId: whole(smart("MaxExternalConstraintsId"), 0),
    maxOfflineDuration: feature(told, "MaxOfflineDuration"),
    silentMeter:
      whole(valueOf(told, "SampledDataCtrlr", "TxUpdatedInterval"), 0) === 0 &&
      (whole(valueOf(told, "AlignedDataCtrlr", "Interval"), 0) ?? 0) === 0,
  };
}

/** A feature of smart charging by a variable of its own, or by an instance of one for all. */
function feature(told: readonly Payload[], name: string): boolean | null {
  const own = valueOf(told, SMART.name, `Supports${name}`);
  return flag(own ?? valueOf(told, SMART.name, "SupportsFeature", name));
}

/** One variable tells that it switches; another that it also is told to which phase, and so does both. */
function switching(smart: (name: string) => string | null): Partial<StationCapabilities> {
  const takesPhase = flag(smart("ACPhaseSwitchingSupported")) === true;
  const switches = takesPhase || flag(smart("Phases3to1")) === true;
  return {
    ...(switches ? { switchesPhases: true } : {}),
    ...(takesPhase ? { takesPhaseToUse: true } : {}),
  };
}

/** What no other version has; left out where it is not told. */
function only21(told: readonly Payload[]): Partial<StationCapabilities> {
  const purposes = valueOf(told, SMART.name, "SupportedAdditionalPurposes") ?? "";
  const updateRateLimitS = whole(valueOf(told, SMART.name, "ChargingProfileUpdateRateLimit"), 0);
  return {
    ...(feature(told, "DynamicProfiles") === true ? { dynamicProfiles: true } : {}),
    ...(purposes.split(/[,\s]+/).includes("PriorityCharging") ? { priorityCharging: true } : {}),
    ...(updateRateLimitS === null ? {} : { updateRateLimitS }),
  };
}

/** V2X must be on, and CentralSetpoint among the modes where these are told. */
function takesSetpoint(told: readonly Payload[]): boolean {
  const v2x = (name: string): string | null => valueOf(told, "V2XChargingCtrlr", name);
  const on = v2x("Enabled") ?? v2x("Available");
  const modes = v2x("SupportedOperationModes");
  return flag(on) === true && (modes === null || modes.split(/[,\s]+/).includes("CentralSetpoint"));
}

const isAccepted = (result: Payload): boolean => textAt(result, "attributeStatus") === "Accepted";

function valueOf(
  told: readonly Payload[],
  component: string,
  name: string,
  instance: string | null = null,
): string | null {
  const result = told.find(
    (one) =>
      textAt(objectAt(one, "component"), "name") === component &&
      textAt(objectAt(one, "variable"), "name") === name &&
      textAt(objectAt(one, "variable"), "instance") === instance,
  );
  return result ? textAt(result, "attributeValue") : null;
}

const flag = (text: string | null): boolean | null => (text === null ? null : text.toLowerCase() === "true");

function whole(text: string | null, least: number): number | null {
  const number = Number(text);
  return text !== null && Number.isInteger(number) && number >= least ? number : null;
}
