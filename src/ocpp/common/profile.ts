import { LARGEST_EVSE_ID } from "../../domain/fleet.js";
import {
  CORRECTION_SLACK_MS,
  type RateUnit,
  recurs,
  type Schedule,
  type SchedulePeriod,
  type SchedulePurpose,
} from "../../domain/schedule.js";
import { DAY_MS, floorTo, SECOND_MS } from "../../domain/units.js";
import type { CompositePeriod } from "../../domain/command.js";
import type { EvseElectrics, ProfileOptions } from "./codec.js";

const KILO = 1_000;
/** Of 2.1's limit on ids from outside nothing may be known: start well above. */
export const PROFILE_ID_BASE = 1_000;
/** Sessions and defaults lie side by side; the purposes of 2.1 alone beyond the last of them. */
const PLACES: Readonly<Record<SchedulePurpose, { readonly from: number; readonly each: number }>> = {
  default: { from: 0, each: 2 },
  session: { from: 1, each: 2 },
  correction: { from: 2 * (LARGEST_EVSE_ID + 1), each: 4 },
  priority: { from: 2 * (LARGEST_EVSE_ID + 1) + 1, each: 4 },
  maximum: { from: 2 * (LARGEST_EVSE_ID + 1) + 2, each: 4 },
  cap: { from: 2 * (LARGEST_EVSE_ID + 1) + 3, each: 4 },
};

/** Stable per EVSE and purpose, so that a newer profile replaces the older one. */
export const profileId = (evseId: number, purpose: SchedulePurpose, idBase: number): number =>
  idBase + PLACES[purpose].from + evseId * PLACES[purpose].each;

/** The EVSE whose profile of a purpose has this id; null: none has. */
export const evseOfProfile = (id: number, purpose: SchedulePurpose, idBase: number): number | null => {
  const evseId = (id - idBase - PLACES[purpose].from) / PLACES[purpose].each;
  return Number.isInteger(evseId) && evseId >= 0 && evseId <= LARGEST_EVSE_ID ? evseId : null;
};

const PURPOSES: readonly SchedulePurpose[] = [
  "session",
  "default",
  "correction",
  "priority",
  "maximum",
  "cap",
];

/** Whether an id is one that a profile of ours has, or may have, at a station. */
export const isOwnProfile = (id: number, idBase: number): boolean =>
  [idBase, PROFILE_ID_BASE + 1].some((base) =>
    PURPOSES.some((purpose) => evseOfProfile(id, purpose, base) !== null),
  );

/** A period in the wire's terms; seconds from the schedule's start, value in the profile's unit. */
export interface WirePeriod {
  readonly startPeriod: number;
  readonly mode: SchedulePeriod["mode"];
  readonly value: number;
  readonly phases: Schedule["phases"];
}

export type WirePeriods = { readonly periods: readonly WirePeriod[] } | { readonly why: string };

/** The schedule's periods in the wanted unit, checked; or why they cannot be sent. */
export function wirePeriods(
  schedule: Schedule,
  options: ProfileOptions,
  electrics: EvseElectrics | null,
): WirePeriods {
  const why = scheduleFault(schedule, options);
  if (why !== null) return { why };
  const periods: WirePeriod[] = [];
  for (const period of schedule.periods) {
    const value = inUnit(period, schedule, options, electrics);
    if (value === null) return { why: `no voltage known to tell ${schedule.unit} in ${options.unit}` };
    const { mode, phases = schedule.phases } = period;
    periods.push({ startPeriod: startOf(schedule, period), mode, value, phases });
  }
  return { periods };
}

const startOf = (schedule: Schedule, period: SchedulePeriod): number =>
  Math.round((period.startMs - schedule.startMs) / SECOND_MS);

function scheduleFault(schedule: Schedule, { maxPeriods, unit }: ProfileOptions): string | null {
  const { periods, purpose } = schedule;
  const starts = periods.map((period) => startOf(schedule, period));
  const ofSession = purpose === "session" || purpose === "correction";
  if (ofSession && schedule.transactionId === null) return `a ${purpose} schedule needs a transaction`;
  if (!recurs(schedule) && schedule.endMs <= schedule.startMs) return "the schedule ends before it begins";
  if (starts[0] !== 0) return "the first period must start with the schedule";
  if (starts.some((start, index) => index > 0 && start <= (starts[index - 1] ?? 0)))
    return "periods must start one after the other";
  if (periods.length > maxPeriods) return `${periods.length} periods, the station holds ${maxPeriods}`;
  if (periods.some((period) => !Number.isFinite(period.value) || !Number.isFinite(period.powerKw)))
    return "a period's value is not finite";
  if (periods.some((period) => period.mode === "charge-limit" && period.value < 0))
    return "a charge limit is never negative";
  if (unit === "A" && schedule.dischargeBy === undefined && periods.some(({ mode }) => mode === "setpoint"))
    return "a setpoint is told in W";
  return null;
}

/** Rounded towards zero: neither draws nor gives back more than was meant. */
function inUnit(
  period: SchedulePeriod,
  schedule: Schedule,
  { unit, step }: ProfileOptions,
  electrics: EvseElectrics | null,
): number | null {
  const value = unit === schedule.unit ? period.value : converted(period.powerKw, unit, schedule, electrics);
  if (value === null) return null;
  const size = floorTo(Math.abs(value), step);
  return value < 0 && size !== 0 ? -size : size;
}

function converted(
  powerKw: number,
  unit: RateUnit,
  schedule: Schedule,
  electrics: EvseElectrics | null,
): number | null {
  if (unit === "W") return powerKw * KILO;
  if (!electrics) return null;
  return (powerKw * KILO) / (electrics.voltageV * (schedule.phases ?? electrics.phases));
}

/** Seconds for which the schedule holds; a default recurs daily. null: for good, as priority charging must (2.1 K01.FR.70). */
export const durationS = (schedule: Schedule): number | null => {
  const spanMs = schedule.endMs - schedule.startMs;
  switch (schedule.purpose) {
    case "default":
      return Math.round(DAY_MS / SECOND_MS);
    case "session":
      return Math.round(spanMs / SECOND_MS);
    case "correction":
      return Math.round((spanMs - CORRECTION_SLACK_MS) / SECOND_MS);
    case "cap":
      return Number.isFinite(spanMs) ? Math.round(spanMs / SECOND_MS) : null;
    default:
      return null;
  }
};

/** One period of a composite schedule as it came: value in `unit`, phases where told. */
export interface CompositeEntry {
  readonly startPeriod: number;
  readonly value: number;
  readonly numberPhases: number | null;
}

/** The station's composite schedule in kW. Amperes need the EVSE's voltage; without it, none. */
export function compositePeriods(
  entries: readonly CompositeEntry[],
  unit: RateUnit,
  { startMs, electrics }: { startMs: number; electrics: EvseElectrics | null },
): readonly CompositePeriod[] {
  if (unit === "A" && !electrics) return [];
  return entries.map(({ startPeriod, value, numberPhases }) => ({
    startMs: startMs + Math.round(startPeriod) * SECOND_MS,
    powerKw:
      unit === "W"
        ? value / KILO
        : (value * (electrics?.voltageV ?? 0) * (numberPhases ?? electrics?.phases ?? 1)) / KILO,
  }));
}
