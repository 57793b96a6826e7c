import type { StationCapabilities } from "../domain/fleet.js";
import { type Horizon, slotCount } from "../domain/horizon.js";
import type { SessionPlan } from "../domain/plan.js";
import type { RateUnit, Schedule, SchedulePeriod } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { floorTo } from "../domain/units.js";

/** Resolution that stations take: 0.1 A at best, whole watts. */
const STEP: Record<RateUnit, number> = { A: 0.1, W: 1 };

export interface ScheduleInput {
  readonly session: Session;
  readonly plan: SessionPlan;
  readonly horizon: Horizon;
  readonly config: EvseConfig;
  readonly capabilities: StationCapabilities;
}

/**
 * The schedule of a session: amperes or watts on the station's grid, rounded down so that no limit
 * is broken by rounding, equal neighbours merged, and no more periods than the station holds.
 */
export const scheduleOf = (input: ScheduleInput): Schedule => {
  const { session, horizon, config, capabilities } = input;
  const setpoint = capabilities.dischargeSetpoint && config.maxDischargeKw > 0;
  const unit = setpoint ? "W" : capabilities.rateUnit;
  const powers = Array.from({ length: slotCount(horizon) }, (_, slot) => netKw(input.plan, slot));
  const periods = powers.map((powerKw, slot) =>
    periodOf({ powerKw, startMs: horizon.startsMs[slot] ?? horizon.endMs, unit, setpoint, config }),
  );
  return {
    purpose: "session",
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    unit,
    phases: null,
    startMs: horizon.startsMs[0] ?? horizon.endMs,
    endMs: horizon.endMs,
    periods: cutTo(mergeEqual(periods), capabilities.maxPeriods),
  };
};

const netKw = (plan: SessionPlan, slot: number): number =>
  (plan.chargeKw[slot] ?? 0) - (plan.dischargeKw[slot] ?? 0);

interface PeriodInput {
  readonly powerKw: number;
  readonly startMs: number;
  readonly unit: RateUnit;
  readonly setpoint: boolean;
  readonly config: EvseConfig;
}

const periodOf = ({ powerKw, startMs, unit, setpoint, config }: PeriodInput): SchedulePeriod => {
  const kwPerUnit = unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1000;
  const value = floorTo((setpoint ? powerKw : Math.max(0, powerKw)) / kwPerUnit, STEP[unit]);
  return { startMs, mode: setpoint ? "setpoint" : "charge-limit", value, powerKw: value * kwPerUnit };
};

const mergeEqual = (periods: readonly SchedulePeriod[]): SchedulePeriod[] =>
  periods.filter((period, index) => index === 0 || period.value !== periods[index - 1]?.value);

/**
 * What a station cannot hold is cut at the far end: the last period then takes the smallest value of
 * the rest, without discharge, which is safe; the schedule is sent anew long before it is reached.
 */
const cutTo = (periods: readonly SchedulePeriod[], maxPeriods: number): SchedulePeriod[] => {
  const count = Math.max(1, maxPeriods);
  if (periods.length <= count) return [...periods];
  const rest = periods.slice(count - 1);
  const smallest = rest.reduce((least, period) => (period.value < least.value ? period : least));
  const first = rest[0] ?? smallest;
  const safe =
    smallest.value < 0 ? { value: 0, powerKw: 0 } : { value: smallest.value, powerKw: smallest.powerKw };
  return [...periods.slice(0, count - 1), { ...first, ...safe }];
};
