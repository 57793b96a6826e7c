import { asUsed, minimumKw } from "../domain/draw.js";
import type { EvseState, StationCapabilities } from "../domain/fleet.js";
import { type Horizon, slotCount } from "../domain/horizon.js";
import type { SessionPlan } from "../domain/plan.js";
import type { RateUnit, Schedule, SchedulePeriod } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { openEndMs } from "../domain/held-shape.js";
import { type EpochMs, floorTo, MINUTE_MS } from "../domain/units.js";
import { cutTo, type HeldPart, mergeEqual, RATE_STEP } from "./periods.js";

/** A station's clock may be behind ours by this much: until its start a schedule would not be in force. */
const CLOCK_SLACK_MS = MINUTE_MS;

export interface ScheduleInput {
  readonly session: Session;
  readonly plan: SessionPlan;
  readonly horizon: Horizon;
  readonly config: EvseConfig;
  readonly evse: Pick<EvseState, "carPhases">;
  readonly capabilities: StationCapabilities;
  /** In which slots a car that is to get more later waits at its least power; absent: it pauses as planned. */
  readonly mayWait?: (slot: number) => boolean;
}

/**
 * The schedule of a session: amperes or watts on the station's grid, rounded down so that no limit
 * is broken by rounding, equal neighbours merged, and no more periods than the station holds.
 */
export const scheduleOf = (input: ScheduleInput): Schedule => {
  const { session, horizon, capabilities } = input;
  const config = asUsed(input.config, input.evse);
  const setpoint = capabilities.dischargeSetpoint && config.maxDischargeKw > 0;
  const unit = setpoint ? "W" : capabilities.rateUnit;
  const planned = Array.from({ length: slotCount(horizon) }, (_, slot) => netKw(input.plan, slot));
  const powers = waitingKw(planned, minimumKw(config), input.mayWait);
  const startMs = (horizon.startsMs[0] ?? horizon.endMs) - CLOCK_SLACK_MS;
  const periods = powers.map((powerKw, slot) =>
    periodOf({
      powerKw,
      startMs: slot === 0 ? startMs : (horizon.startsMs[slot] ?? horizon.endMs),
      unit,
      setpoint,
      config,
      mostPhases: input.config.phases,
    }),
  );
  return {
    purpose: "session",
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    unit,
    phases: config.phases === input.config.phases ? null : config.phases,
    startMs,
    ...heldPart(
      { periods: mergeEqual(periods), endMs: horizon.endMs },
      { startMs, capabilities, most: mostPeriods(session, capabilities) },
    ),
  };
};

/** A station that is told one value at a time keeps the present one until it is told the next. */
const heldPart = (
  part: HeldPart,
  { startMs, capabilities, most }: { startMs: EpochMs; capabilities: StationCapabilities; most: number },
): HeldPart =>
  capabilities.oneValue === true
    ? { periods: part.periods.slice(0, 1), endMs: openEndMs({ startMs, endMs: part.endMs }) }
    : cutTo(part, most);

/** A car that does not come back from nothing waits at its least power while more is to come, where it may. */
const waitingKw = (
  powersKw: readonly number[],
  leastKw: number,
  mayWait: (slot: number) => boolean = () => false,
): number[] => {
  const lastSlot = powersKw.findLastIndex((kw) => kw > 0);
  return powersKw.map((kw, slot) =>
    slot < lastSlot && kw >= 0 && mayWait(slot) ? Math.max(kw, leastKw) : kw,
  );
};

/** As many as the station holds, and the car takes. */
const mostPeriods = ({ needs }: Session, { maxPeriods }: StationCapabilities): number =>
  Math.min(maxPeriods, needs?.maxPeriods ?? Infinity);

const netKw = (plan: SessionPlan, slot: number): number =>
  (plan.chargeKw[slot] ?? 0) - (plan.dischargeKw[slot] ?? 0);

interface PeriodInput {
  readonly powerKw: number;
  readonly startMs: number;
  readonly unit: RateUnit;
  readonly setpoint: boolean;
  readonly config: EvseConfig;
  readonly mostPhases: 1 | 3;
}

/**
 * Amperes of a car on one phase are reckoned for that phase, but counted on all phases of the pile: a
 * station may leave `numberPhases` unheeded, the car may prove to have more, and the phase that it loads
 * bears as much as three of them would.
 */
const periodOf = (input: PeriodInput): SchedulePeriod => {
  const { powerKw, startMs, unit, setpoint, config } = input;
  const kwPerUnit = unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1000;
  const value = floorTo((setpoint ? powerKw : Math.max(0, powerKw)) / kwPerUnit, RATE_STEP[unit]);
  const counted = unit === "W" ? kwPerUnit : (input.mostPhases * config.voltageV) / 1000;
  return { startMs, mode: setpoint ? "setpoint" : "charge-limit", value, powerKw: value * counted };
};
