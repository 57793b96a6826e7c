import type { EvseState } from "./fleet.js";
import { type Horizon, slotAt } from "./horizon.js";
import { recurs, type Schedule } from "./schedule.js";
import type { EvseConfig } from "./site.js";
import { clamp, DAY_MS, type EpochMs } from "./units.js";

/** Rated charge power of an EVSE in kW: phases · V · A / 1000. */
export const ratedKw = (evse: EvseConfig): number => (evse.phases * evse.voltageV * evse.maxA) / 1000;

/** Below this power nothing flows (6 A as a rule), kW. */
export const minimumKw = (evse: EvseConfig): number => (evse.phases * evse.voltageV * evse.minA) / 1000;

/** What is known of the phases that a car draws on. */
export type UsedPhases = Pick<EvseState, "carPhases"> & Partial<Pick<EvseState, "switched">>;

/** The EVSE as the car uses it: on one phase where the car was seen to draw on no more, or the pile was switched. */
export const asUsed = (config: EvseConfig, { carPhases, switched }: UsedPhases): EvseConfig =>
  carPhases === 1 || switched?.to === 1 ? { ...config, phases: 1 } : config;

/**
 * Phases on which amperes that an EVSE is told are counted. A station may leave unheeded that its car uses one phase;
 * one that switches connects no more.
 */
export const countedPhases = (config: EvseConfig, { switched }: UsedPhases): 1 | 3 =>
  switched?.to === 1 ? 1 : config.phases;

/** Signed power that a schedule allows at a moment, kW; null outside its span. */
export const scheduledKw = (schedule: Schedule, atMs: EpochMs): number | null => {
  if (atMs < schedule.startMs) return null;
  const daily = recurs(schedule);
  if (!daily && atMs >= schedule.endMs) return schedule.purpose === "priority" ? 0 : null;
  const at = daily ? schedule.startMs + ((atMs - schedule.startMs) % DAY_MS) : atMs;
  let power: number | null = null;
  for (const period of schedule.periods) {
    if (period.startMs > at) break;
    power = period.powerKw;
  }
  return power;
};

/**
 * The most, signed, that an EVSE may draw at a moment whatever happens to its connection: by the
 * schedule it holds, the one being sent, and the default where neither speaks. An EVSE without a
 * known default, or with a session whose profile is not known, may draw its rating; one that is on trial may
 * go on with what it drew.
 */
export const drawBoundKw = (config: EvseConfig, evse: EvseState | null, atMs: EpochMs): number =>
  Math.min(ratedKw(config), Math.max(mostAllowedKw(evse, atMs), evse?.trialKw ?? -Infinity));

/** The same by schedules alone; infinite where some that we do not know may be in force. */
export const mostAllowedKw = (evse: EvseState | null, atMs: EpochMs): number => {
  const byDefault = mostByDefaultKw(evse, atMs);
  if (evse === null || evse.session === null) return byDefault;
  if (isUnknownAt(evse, atMs)) return Infinity;
  const held = evse.held === null ? null : scheduledKw(evse.held, atMs);
  const sending = evse.sending === null ? null : scheduledKw(evse.sending, atMs);
  const unanswered = evse.unanswered.map((schedule) => scheduledKw(schedule, atMs) ?? byDefault);
  const planned = Math.max(held ?? byDefault, sending ?? held ?? byDefault, ...unanswered);
  // A correction may be over at any moment, as its refreshing may be lost: the plan's schedule below counts too.
  const corrected = evse.corrections.map((schedule) => scheduledKw(schedule, atMs) ?? -Infinity);
  const bySession = Math.max(planned, ...corrected);
  const mayHavePriority = evse.priority.active || evse.priority.isUnknown === true;
  return mayHavePriority ? Math.max(bySession, mostByPriorityKw(evse, atMs) ?? Infinity) : bySession;
};

/** Whether a profile may be in force that was told before this process began. */
const isUnknownAt = ({ profileUnknown, correctionUnknownUntilMs }: EvseState, atMs: EpochMs): boolean =>
  profileUnknown || atMs < (correctionUnknownUntilMs ?? -Infinity);

/** The most that priority charging may draw, kW; null where no such profile is known of. */
const mostByPriorityKw = ({ priority }: EvseState, atMs: EpochMs): number | null => {
  if (priority.isUnknown === true && priority.held === null) return Infinity;
  const schedules = prioritiesInPlay({ priority });
  if (schedules.length === 0) return null;
  return Math.max(...schedules.map((schedule) => scheduledKw(schedule, atMs) ?? 0));
};

const prioritiesInPlay = ({ priority }: Pick<EvseState, "priority">): readonly Schedule[] =>
  priority.held === null ? priority.others : [priority.held, ...priority.others];

/** The least, ≤ 0: how far schedules may have an EVSE discharge. No default discharges. */
export const leastAllowedKw = (evse: EvseState, atMs: EpochMs): number => {
  if (isUnknownAt(evse, atMs)) return -Infinity;
  const schedules = [evse.held, evse.sending, ...evse.unanswered, ...evse.corrections].filter(
    (schedule) => schedule !== null,
  );
  return Math.min(
    0,
    evse.aside?.leastKw ?? 0,
    ...schedules.map((schedule) => scheduledKw(schedule, atMs) ?? 0),
  );
};

/**
 * The most that an EVSE may give back at a moment by any schedule that may be in force, ≥ 0, kW. What it may have been
 * told beside its profile outlives sessions, and whatever the site file has come to say.
 */
export const dischargeBoundKw = (config: EvseConfig, evse: EvseState | null, atMs: EpochMs): number => {
  const asideKw = -(evse?.aside?.leastKw ?? 0);
  if (evse === null || evse.session === null) return asideKw;
  return Math.max(asideKw, clamp(-leastAllowedKw(evse, atMs), 0, config.maxDischargeKw));
};

/**
 * The most that an EVSE may draw once it is lost, ≥ 0. Discharge counts as nothing, and a profile that
 * discharges ends as a whole some time after the connection is gone: then the default holds. A driver may
 * press for priority charging without our hearing of it.
 */
export const lostDrawKw = (config: EvseConfig, evse: EvseState | null, atMs: EpochMs): number => {
  const bound = drawBoundKw(config, evse, atMs);
  if (evse?.session == null) return Math.max(0, bound);
  const endsWhenLost = schedulesInPlay(evse).some(discharges);
  const byDefault = endsWhenLost ? defaultBoundKw(config, evse, atMs) : 0;
  return Math.max(0, bound, byDefault, priorityBoundKw(config, evse, atMs));
};

/** The most that an EVSE may draw by priority charging, by what it is known to hold for that, ≥ 0, kW. */
const priorityBoundKw = (config: EvseConfig, evse: EvseState, atMs: EpochMs): number =>
  clamp(mostByPriorityKw(evse, atMs) ?? 0, 0, ratedKw(config));

const discharges = (schedule: Schedule | null): boolean =>
  schedule !== null && schedule.periods.some(({ powerKw }) => powerKw < 0);

/** The most that an EVSE may draw once it has taken a schedule and is then lost, ≥ 0. */
export const lostDrawUnderKw = (
  config: EvseConfig,
  evse: EvseState | null,
  schedule: Schedule,
  atMs: EpochMs,
): number => {
  const byDefault = defaultBoundKw(config, evse, atMs);
  const scheduled = scheduledKw(schedule, atMs) ?? byDefault;
  // While it is in use the priority profile goes along with the plan.
  const byPriority = evse === null || evse.priority.active ? 0 : priorityBoundKw(config, evse, atMs);
  return Math.max(0, scheduled, discharges(schedule) ? byDefault : 0, byPriority);
};

/** The most that an EVSE may draw by its default alone. */
const defaultBoundKw = (config: EvseConfig, evse: EvseState | null, atMs: EpochMs): number =>
  Math.min(ratedKw(config), mostByDefaultKw(evse, atMs));

const mostByDefaultKw = (evse: EvseState | null, atMs: EpochMs): number => {
  if (evse === null || evse.heldDefault === null) return Infinity;
  const held = scheduledKw(evse.heldDefault, atMs) ?? Infinity;
  const sending = evse.sendingDefault === null ? held : (scheduledKw(evse.sendingDefault, atMs) ?? Infinity);
  return Math.max(held, sending);
};

/**
 * Moments in (fromMs, untilMs) at which what an EVSE may draw changes, for a span of at most a day;
 * between two of them it is constant.
 */
export const changesBetween = (
  schedules: readonly (Schedule | null)[],
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
): EpochMs[] => {
  const times = new Set<EpochMs>();
  const note = (atMs: EpochMs): void => {
    if (atMs > fromMs && atMs < untilMs) times.add(atMs);
  };
  for (const schedule of schedules) if (schedule !== null) noteChanges(schedule, fromMs, note);
  return [...times].sort((a, b) => a - b);
};

/** Without a list of its own: it is asked of every schedule that is sent and confirmed. */
const noteChanges = (schedule: Schedule, fromMs: EpochMs, note: (atMs: EpochMs) => void): void => {
  const { startMs, endMs, periods } = schedule;
  // A default recurs daily: the day that runs, and the next, since a horizon reaches into it.
  const begunMs = Math.floor((fromMs - startMs) / DAY_MS) * DAY_MS;
  const isDaily = recurs(schedule);
  const shiftsMs = isDaily ? [begunMs, begunMs + DAY_MS, begunMs + 2 * DAY_MS] : [0];
  for (const shiftMs of shiftsMs) {
    note(startMs + shiftMs);
    for (const period of periods) note(period.startMs + shiftMs);
  }
  if (!isDaily) note(endMs);
};

/** Every schedule that may decide what an EVSE draws. */
export const schedulesInPlay = (evse: EvseState | null): (Schedule | null)[] =>
  evse === null
    ? []
    : [
        evse.held,
        evse.sending,
        ...evse.unanswered,
        ...evse.corrections,
        ...prioritiesInPlay(evse),
        evse.heldDefault,
        evse.sendingDefault,
      ];

/** The most that a lost EVSE may draw in each slot of a horizon, ≥ 0, kW. */
export const lostDrawBySlot = (config: EvseConfig, evse: EvseState | null, horizon: Horizon): number[] => {
  const fromMs = horizon.startsMs[0] ?? horizon.endMs;
  const mostKw = horizon.startsMs.map((startMs) => lostDrawKw(config, evse, startMs));
  for (const atMs of changesBetween(schedulesInPlay(evse), { fromMs, untilMs: horizon.endMs })) {
    const slot = slotAt(horizon, atMs);
    mostKw[slot] = Math.max(mostKw[slot] ?? 0, lostDrawKw(config, evse, atMs));
  }
  return mostKw;
};
