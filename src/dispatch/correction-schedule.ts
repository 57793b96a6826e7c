import { asUsed, countedPhases, scheduledKw, type UsedPhases } from "../domain/draw.js";
import type { StationCapabilities } from "../domain/fleet.js";
import { CORRECTION_SLACK_MS, LONGEST_CORRECTION_MS, type Schedule } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { clamp, type EpochMs, floorTo, SECOND_MS } from "../domain/units.js";
import { RATE_STEP } from "./periods.js";

/** Bounds of the dead-man's switch, s: long enough to be refreshed, short enough to fail safe. */
const SHORTEST_S = 120;
const LONGEST_S = LONGEST_CORRECTION_MS / SECOND_MS;
/** A difference from the plan below this is none, kW. */
const MATERIAL_KW = 0.1;

interface CorrectionInput {
  readonly session: Session;
  readonly config: EvseConfig;
  readonly evse: UsedPhases;
  readonly capabilities: StationCapabilities;
  /** The plan's schedule, which no correction goes beyond. */
  readonly planned: Schedule;
  /** Signed, of the car as it uses the EVSE. */
  readonly powerKw: number;
  readonly nowMs: EpochMs;
}

/** A correction as a schedule: one period of the same mode as the session's, in force until its dead-man's end. */
export const correctionSchedule = (input: CorrectionInput): Schedule => {
  const { session, capabilities, powerKw, nowMs } = input;
  const config = asUsed(input.config, input.evse);
  const setpoint = capabilities.dischargeSetpoint && config.maxDischargeKw > 0;
  const unit = setpoint ? "W" : capabilities.rateUnit;
  const kwPerUnit = unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1000;
  const counted =
    unit === "W" ? kwPerUnit : (countedPhases(input.config, input.evse) * config.voltageV) / 1000;
  const mostKw = Math.max(0, scheduledKw(input.planned, nowMs) ?? Infinity);
  const most = Math.min((setpoint ? powerKw : Math.max(0, powerKw)) / kwPerUnit, mostKw / counted);
  const value = floorTo(most, RATE_STEP[unit]);
  return {
    purpose: "correction",
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    unit,
    phases: config.phases === input.config.phases ? (input.evse.switched?.to ?? null) : config.phases,
    startMs: nowMs,
    endMs: nowMs + deadManS(capabilities) * SECOND_MS + CORRECTION_SLACK_MS,
    periods: [
      { startMs: nowMs, mode: setpoint ? "setpoint" : "charge-limit", value, powerKw: value * counted },
    ],
  };
};

/** What a schedule lets the car draw now, kW: its amperes count on all phases, and the car may use one. */
export const carKw = (
  schedule: Schedule,
  { config, evse }: Pick<CorrectionInput, "config" | "evse">,
  nowMs: EpochMs,
): number | null => {
  const kw = scheduledKw(schedule, nowMs);
  return kw === null || schedule.unit === "W"
    ? kw
    : (kw * asUsed(config, evse).phases) / countedPhases(config, evse);
};

/** Seconds after which a correction ends by itself: three times as long as a station may be kept waiting. */
const deadManS = ({ updateRateLimitS = 0 }: StationCapabilities): number =>
  clamp(3 * updateRateLimitS, SHORTEST_S, LONGEST_S);

/** Whether a correction that still differs from the plan is half over. */
export const isRefreshDue = (correction: Schedule, planned: Schedule, nowMs: EpochMs): boolean => {
  const plannedKw = scheduledKw(planned, nowMs) ?? 0;
  const powerKw = correction.periods[0]?.powerKw ?? plannedKw;
  const endMs = correction.endMs - CORRECTION_SLACK_MS;
  return (
    Math.abs(powerKw - plannedKw) >= MATERIAL_KW && nowMs >= (correction.startMs + endMs) / 2 && nowMs < endMs
  );
};
