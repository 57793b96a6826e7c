import { asUsed, countedPhases, minimumKw, type UsedPhases } from "../domain/draw.js";
import { type DischargeWay, dischargesAt, isToldAside } from "../domain/discharge.js";
import type { EvseState, StationCapabilities } from "../domain/fleet.js";
import { type Horizon, slotCount } from "../domain/horizon.js";
import type { SessionPlan } from "../domain/plan.js";
import type { RateUnit, Schedule, SchedulePeriod } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { openEndMs } from "../domain/held-shape.js";
import { type EpochMs, floorTo, MINUTE_MS, SECOND_MS, SLOT_MS } from "../domain/units.js";
import { cutTo, type HeldPart, mergeEqual, RATE_STEP } from "./periods.js";

/** A station's clock may be behind ours by this much: until its start a schedule would not be in force. */
const CLOCK_SLACK_MS = MINUTE_MS;

export interface ScheduleInput {
  readonly session: Session;
  readonly plan: SessionPlan;
  readonly horizon: Horizon;
  readonly config: EvseConfig;
  readonly evse: UsedPhases & Partial<Pick<EvseState, "aside" | "held">>;
  readonly capabilities: StationCapabilities;
  /** In which slots a car that is to get more later waits at its least power; absent: it pauses as planned. */
  readonly mayWait?: (slot: number) => boolean;
}

/**
 * Stations are told whole seconds after a schedule's start. Were that start within a second, each would be rounded by
 * its own: where one car hands its power over to another, the one that begins could be before the one that ends.
 */
const onWholeSeconds = ({ startsMs, endMs }: Horizon): Horizon => ({
  startsMs: startsMs.map(wholeSecond),
  endMs: wholeSecond(endMs),
});

const wholeSecond = (atMs: EpochMs): EpochMs => Math.floor(atMs / SECOND_MS) * SECOND_MS;

/**
 * The schedule of a session: amperes or watts on the station's grid, rounded down so that no limit
 * is broken by rounding, equal neighbours merged, and no more periods than the station holds. All
 * schedules of a boundary change at the same whole second, whenever each was made.
 */
export const scheduleOf = (given: ScheduleInput): Schedule => {
  const input = { ...given, horizon: onWholeSeconds(given.horizon) };
  const { session, horizon, capabilities } = input;
  const config = asUsed(input.config, input.evse);
  const setpoint = capabilities.dischargeSetpoint && config.maxDischargeKw > 0;
  const planned = Array.from({ length: slotCount(horizon) }, (_, slot) => netKw(input.plan, slot));
  const waiting = waitingKw(planned, minimumKw(config), input.mayWait);
  const powers = setpoint ? waiting : backOnlySoon(waiting, { session, horizon, capabilities, config });
  const aside = setpoint ? undefined : toldAside(input);
  const back =
    aside ??
    (!setpoint && powers.some((kw) => kw < 0) ? dischargesAt(capabilities, session.evseId) : undefined);
  const unit = setpoint ? "W" : unitOfWay(back, capabilities.rateUnit);
  const startMs = (horizon.startsMs[0] ?? horizon.endMs) - CLOCK_SLACK_MS;
  const periods = powers.map((powerKw, slot) =>
    periodOf({
      powerKw,
      startMs: slot === 0 ? startMs : (horizon.startsMs[slot] ?? horizon.endMs),
      unit,
      setpoint: setpoint || (back !== undefined && powerKw < 0),
      config,
      mostPhases: countedPhases(input.config, input.evse),
    }),
  );
  return {
    purpose: "session",
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    unit,
    phases: config.phases === input.config.phases ? (input.evse.switched?.to ?? null) : config.phases,
    ...(back === undefined ? {} : { dischargeBy: back }),
    startMs,
    ...heldPart(
      { periods: mergeEqual(afterSwitching(periods, input)), endMs: horizon.endMs },
      {
        startMs,
        oneValue: aside !== undefined || capabilities.oneValue === true,
        backUntilMs: aside !== undefined && (powers[0] ?? 0) < 0 ? backUntilMs(horizon) : null,
        most: mostPeriods(session, capabilities),
      },
    ),
  };
};

/**
 * No profile of an older station ends when its connection does: that it stops selling then, its discharge is told
 * for so long ahead at most, and told anew with each slot. Nothing is given back by who is not known to be able.
 */
const BACK_AHEAD_MS = 2 * SLOT_MS;

const backUntilMs = ({ startsMs }: Horizon): EpochMs => (startsMs[0] ?? 0) + BACK_AHEAD_MS;

const backOnlySoon = (
  powersKw: readonly number[],
  {
    session,
    horizon,
    capabilities,
    config,
  }: Pick<ScheduleInput, "session" | "horizon" | "capabilities" | "config">,
): number[] => {
  const may = dischargesAt(capabilities, session.evseId) !== undefined && config.maxDischargeKw > 0;
  const untilMs = may ? backUntilMs(horizon) : -Infinity;
  return powersKw.map((kw, slot) => ((horizon.startsMs[slot] ?? Infinity) < untilMs ? kw : Math.max(0, kw)));
};

/** Contacts are switched without a current: it waits at nothing for so long. */
const SWITCH_PAUSE_MS = 30 * SECOND_MS;

/**
 * What was planned, after a pause. A station may throw its contactor with the period that names other phases, before
 * the current of the period before has ceased: so the pause is told on the phases that it has.
 */
const afterSwitching = (
  periods: readonly SchedulePeriod[],
  { evse, horizon }: Pick<ScheduleInput, "evse" | "horizon">,
): readonly SchedulePeriod[] => {
  const { switched = null } = evse;
  const sinceMs = switched?.sinceMs ?? -Infinity;
  const untilMs = Math.ceil(sinceMs / SECOND_MS) * SECOND_MS + SWITCH_PAUSE_MS;
  const nowMs = horizon.startsMs[0] ?? horizon.endMs;
  const [first] = periods;
  const next = periods.findLast(({ startMs }) => startMs <= untilMs);
  if (switched === null || untilMs <= nowMs || first === undefined || next === undefined) return periods;
  const pause = { ...first, value: 0, powerKw: 0, phases: switched.to === 1 ? 3 : 1 } as const;
  return [pause, { ...next, startMs: untilMs }, ...periods.filter(({ startMs }) => startMs > untilMs)];
};

/**
 * What was once told beside the profile is told there until the session is over, and what may stand from before it at
 * once: it would stand otherwise.
 */
const toldAside = ({ session, capabilities, evse, config }: ScheduleInput): DischargeWay | undefined => {
  const proven = config.maxDischargeKw > 0 ? dischargesAt(capabilities, session.evseId) : undefined;
  return [evse.aside?.way, proven, evse.held?.dischargeBy].find(
    (way) => way !== undefined && isToldAside(way),
  );
};

/** A limit below zero is told in the unit that its probe was; beside the profile, in none. */
export const unitOfWay = (way: DischargeWay | undefined, otherwise: RateUnit): RateUnit => {
  if (way === "negative-limit-W") return "W";
  return way === "negative-limit-A" ? "A" : otherwise;
};

interface HeldAs {
  readonly startMs: EpochMs;
  readonly oneValue: boolean;
  readonly most: number;
  /** When a discharge beside the profile is to end; null: there is none. */
  readonly backUntilMs: EpochMs | null;
}

/**
 * A station that is told one value at a time keeps the present one until it is told the next; a discharge beside it is
 * taken back at its end, whether or not there is a next.
 */
const heldPart = (part: HeldPart, { startMs, oneValue, most, backUntilMs: endMs }: HeldAs): HeldPart =>
  oneValue
    ? { periods: part.periods.slice(0, 1), endMs: endMs ?? openEndMs({ startMs, endMs: part.endMs }) }
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
  const wanted = (setpoint ? powerKw : Math.max(0, powerKw)) / kwPerUnit;
  // A tenth of an ampere is too much to give back beyond the plan; a watt is counted with.
  const value =
    unit === "A" && wanted < 0 ? -floorTo(-wanted, RATE_STEP.A) : floorTo(wanted, RATE_STEP[unit]);
  const counted = unit === "W" ? kwPerUnit : (input.mostPhases * config.voltageV) / 1000;
  return { startMs, mode: setpoint ? "setpoint" : "charge-limit", value, powerKw: value * counted };
};
