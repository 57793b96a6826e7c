import { listAt, numberAt, type Payload, textAt } from "../wire.js";

/** Modes that a purpose may use (OCPP 2.1 part 2, K01 and Q); others may use ChargingOnly alone. */
const MODES: Record<string, ReadonlySet<string> | "all"> = {
  TxProfile: "all",
  TxDefaultProfile: "all",
  PriorityCharging: new Set(["ChargingOnly"]),
  ChargingStationMaxProfile: new Set(["ChargingOnly"]),
  ChargingStationExternalConstraints: new Set(["ChargingOnly", "ExternalLimits", "ExternalSetpoint"]),
  LocalGeneration: new Set(["ChargingOnly", "ExternalLimits"]),
};
const PHASED = ["limit", "dischargeLimit", "setpoint", "setpointReactive"];

/**
 * The rules of a 2.1 ChargingProfileType that its schema does not hold, such as those on signs.
 * Each fault is a sentence; none means that the profile may be sent to the EVSE.
 */
export function profileFaults(profile: Payload, evseId: number, isDc = false): readonly string[] {
  const phased = ["numberPhases", "phaseToUse"];
  const hasPhases = listAt(profile, "chargingSchedule")
    .flatMap((schedule) => listAt(schedule, "chargingSchedulePeriod"))
    .some((period) => phased.some((key) => key in period));
  return [
    ...headFaults(profile, evseId),
    ...(isDc && hasPhases ? ["DC has no phases"] : []),
    ...listAt(profile, "chargingSchedule").flatMap((schedule) => scheduleFaults(profile, schedule)),
  ];
}

function headFaults(profile: Payload, evseId: number): readonly string[] {
  const purpose = textAt(profile, "chargingProfilePurpose");
  const kind = textAt(profile, "chargingProfileKind");
  const faults: string[] = [];
  if (purpose === "TxProfile" && evseId <= 0) faults.push("a TxProfile belongs to an EVSE");
  if (purpose === "TxProfile" && textAt(profile, "transactionId") === null)
    faults.push("a TxProfile names its transaction");
  if (purpose !== "TxProfile" && textAt(profile, "transactionId") !== null)
    faults.push("only a TxProfile names a transaction");
  if (purpose === "ChargingStationMaxProfile" && evseId !== 0)
    faults.push("a ChargingStationMaxProfile belongs to EVSE 0");
  if (kind === "Recurring" && textAt(profile, "recurrencyKind") === null)
    faults.push("a Recurring profile names its recurrency");
  if (kind !== "Dynamic" && ("dynUpdateInterval" in profile || "dynUpdateTime" in profile))
    faults.push("only a Dynamic profile is updated");
  return faults;
}

function scheduleFaults(profile: Payload, schedule: Payload): readonly string[] {
  const kind = textAt(profile, "chargingProfileKind");
  const periods = listAt(schedule, "chargingSchedulePeriod");
  const start = textAt(schedule, "startSchedule");
  const faults: string[] = [];
  if (textAt(profile, "chargingProfilePurpose") === "PriorityCharging" && "duration" in schedule)
    faults.push("a PriorityCharging profile has no duration");
  if ((kind === "Absolute" || kind === "Recurring") && start === null)
    faults.push(`${kind} needs startSchedule`);
  if (kind === "Relative" && start !== null) faults.push("Relative must not have startSchedule");
  if (kind === "Dynamic" && periods.length !== 1) faults.push("a Dynamic profile has one period");
  const starts = periods.map((period) => numberAt(period, "startPeriod") ?? Number.NaN);
  if (starts[0] !== 0) faults.push("the first startPeriod is 0");
  if (starts.some((at, index) => index > 0 && !(at > (starts[index - 1] ?? 0))))
    faults.push("startPeriods rise strictly");
  return [...faults, ...periods.flatMap((period) => periodFaults(profile, schedule, period))];
}

function periodFaults(profile: Payload, schedule: Payload, period: Payload): readonly string[] {
  const purpose = textAt(profile, "chargingProfilePurpose") ?? "";
  const mode = textAt(period, "operationMode") ?? "ChargingOnly";
  const allowed = MODES[purpose] ?? new Set(["ChargingOnly"]);
  const faults = [...numberFaults(period), ...phaseFaults(purpose, period), ...needFaults(mode, period)];
  if (allowed !== "all" && !allowed.has(mode)) faults.push(`${purpose} may not use ${mode}`);
  if (mode === "CentralFrequency" && textAt(profile, "chargingProfileKind") !== "Dynamic")
    faults.push("CentralFrequency is Dynamic");
  if (mode === "LocalFrequency" && textAt(schedule, "chargingRateUnit") !== "W")
    faults.push("LocalFrequency is told in W");
  return faults;
}

function numberFaults(period: Payload): readonly string[] {
  const faults: string[] = [];
  for (const [key, value] of Object.entries(period))
    if (typeof value === "number" && !Number.isFinite(value)) faults.push(`${key} is not finite`);
  for (const suffix of ["", "_L2", "_L3"]) {
    const limit = numberAt(period, `limit${suffix}`) ?? Number.POSITIVE_INFINITY;
    const discharge = numberAt(period, `dischargeLimit${suffix}`) ?? Number.NEGATIVE_INFINITY;
    const setpoint = numberAt(period, `setpoint${suffix}`);
    if (Number.isFinite(discharge) && discharge > 0) faults.push(`dischargeLimit${suffix} is above 0`);
    if (limit < 0) faults.push(`limit${suffix} is below 0`);
    if (setpoint !== null && (setpoint > limit || setpoint < discharge))
      faults.push(`setpoint${suffix} lies outside [dischargeLimit, limit]`);
  }
  return faults;
}

function phaseFaults(purpose: string, period: Payload): readonly string[] {
  const faults: string[] = [];
  for (const key of PHASED)
    for (const suffix of ["_L2", "_L3"]) {
      if (!(key + suffix in period)) continue;
      if (!(key in period)) faults.push(`${key}${suffix} needs ${key}`);
      if (purpose !== "TxProfile") faults.push(`${key}${suffix} only in a TxProfile`);
    }
  const signs = ["", "_L2", "_L3"].map((suffix) => Math.sign(numberAt(period, `setpoint${suffix}`) ?? 0));
  if (signs.includes(1) && signs.includes(-1)) faults.push("setpoints of phases have one sign");
  if ("phaseToUse" in period && numberAt(period, "numberPhases") !== 1)
    faults.push("phaseToUse needs numberPhases 1");
  return faults;
}

/** What a mode cannot do without, and what it must not have. */
function needFaults(mode: string, period: Payload): readonly string[] {
  const faults: string[] = [];
  if (mode === "ChargingOnly" && !("limit" in period)) faults.push("ChargingOnly needs a limit");
  if (mode === "ChargingOnly" && ("setpoint" in period || "dischargeLimit" in period))
    faults.push("ChargingOnly has neither setpoint nor dischargeLimit");
  if (mode === "CentralSetpoint" && !("setpoint" in period)) faults.push("CentralSetpoint needs a setpoint");
  if (mode === "Idle" && ["limit", "setpoint", "dischargeLimit"].some((key) => key in period))
    faults.push("Idle has no limits and no setpoint");
  if (mode === "LocalFrequency" && listAt(period, "v2xFreqWattCurve").length < 2)
    faults.push("LocalFrequency needs two points of its curve");
  if (mode === "LocalFrequency" && numberAt(period, "v2xBaseline") === null)
    faults.push("LocalFrequency needs a v2xBaseline");
  return faults;
}
