import {
  isOfStation,
  PROFILE_PLACES,
  type ProfilePlace,
  type QuirkName,
  type Quirks,
  type QuirkValues,
} from "../../domain/quirks.js";
import type { RateUnit, Schedule } from "../../domain/schedule.js";
import type { StationQuirks } from "../../ports/quirk-book.js";
import type { ProfileOptions } from "../common/codec.js";
import { PROFILE_ID_BASE } from "../common/profile.js";
import { factsOf, type Station } from "./station.js";

/** What a profile is written by, beside the schedule. */
export interface LadderContext {
  readonly quirks: StationQuirks;
  readonly maxOfflineDurationS: number;
  /** The station has one EVSE: what holds for the station holds for it. */
  readonly alone: boolean;
  /** How far the station's clock is ahead of ours, ms. */
  readonly clockAheadMs: number;
}

/** How a schedule is first tried: sessions at the highest level, so that they win over defaults at 0. */
export function profileOptions(
  station: Station,
  schedule: Schedule | null,
  { quirks, maxOfflineDurationS, clockAheadMs, alone }: LadderContext,
): ProfileOptions {
  const { values, origins } = quirks;
  const purpose = schedule?.purpose ?? "default";
  const place = placeFor(
    purpose === "session" || purpose === "cap" ? values.sessionPlace : values.defaultPlace,
    alone,
  );
  const unit = unitOf(
    schedule,
    origins.rateUnit === "default" || origins.rateUnit === "advertised" ? null : values.rateUnit,
  );
  return {
    unit,
    step: unit === "A" ? values.stepA : values.stepW,
    place,
    kind: isTried(purpose) ? values.profileKind : "absolute",
    stackLevel: stackLevelOf(station, purpose, values),
    maxPeriods: values.maxPeriods,
    idBase: Math.max(PROFILE_ID_BASE, station.abilities.maxExternalConstraintsId ?? 0) + 1,
    maxOfflineDurationS: values.maxOfflineDuration ? maxOfflineDurationS : null,
    clockAheadMs,
    ...(station.abilities.capabilities.takesPhaseToUse === true ? { tellsPhase: true } : {}),
    ...(station.knownAs === "2.1" ? { facts: factsOf(station, schedule) } : {}),
  };
}

/** Of several EVSEs each would overwrite what another is to hold, if they were told as one station. */
const placeFor = (place: ProfilePlace, alone: boolean): ProfilePlace =>
  alone || !isOfStation(place) ? place : "TxDefaultProfile";

/** What only 2.1 has is taken as it told, or not at all; at another level a correction would correct nothing. */
const isTried = (purpose: Schedule["purpose"]): boolean => purpose === "session" || purpose === "default";

const takesCorrections = ({ abilities }: Station): boolean => abilities.capabilities.dynamicProfiles === true;

/** Where a station takes corrections they rank highest, and a session's schedule below them. */
const stackLevelOf = (
  station: Station,
  purpose: Schedule["purpose"],
  { stackLevel, sessionPlace }: Quirks,
): number => {
  if (purpose === "correction") return stackLevel;
  // Above the maximum that is the station's rating.
  if (purpose === "cap") return Math.min(1, stackLevel);
  if (purpose !== "session" || sessionPlace !== "TxProfile") return 0;
  return takesCorrections(station) ? Math.max(0, stackLevel - 1) : stackLevel;
};

/**
 * Setpoints are told in watts, limits below zero in the unit that was seen to work; else what was found by trying
 * goes before what the schedule was reckoned in.
 */
const unitOf = (schedule: Schedule | null, found: RateUnit | null): RateUnit => {
  if (schedule === null || isLimits(schedule)) return found ?? schedule?.unit ?? "A";
  return schedule.dischargeBy === undefined ? "W" : schedule.unit;
};

const isLimits = ({ periods }: Schedule): boolean => periods.every(({ mode }) => mode === "charge-limit");

/**
 * What to try next when a profile was refused, from the likeliest to the last. What the operator's file
 * states is not tried otherwise.
 */
export function alternatives(
  schedule: Schedule,
  first: ProfileOptions,
  context: LadderContext,
): readonly ProfileOptions[] {
  if (!isTried(schedule.purpose)) return [];
  const tries: ProfileOptions[] = [];
  const free = (name: QuirkName): boolean => context.quirks.origins[name] !== "file";
  const add = (options: ProfileOptions): ProfileOptions => {
    const known = [first, ...tries].some((one) => JSON.stringify(one) === JSON.stringify(options));
    if (!known) tries.push(options);
    return options;
  };
  let base = first;
  const discharges = schedule.periods.some(({ value }) => value < 0);
  if (discharges && first.maxOfflineDurationS !== null) base = add({ ...base, maxOfflineDurationS: null });
  if (first.stackLevel > 0 && free("stackLevel")) base = add({ ...base, stackLevel: 0 });
  if (!isLimits(schedule)) return tries;
  for (const place of placesOf(schedule, first, { ...context, free }))
    for (const shape of shapesOf(schedule, { ...base, place }, free))
      for (const unit of unitsOf(schedule, shape, free)) add(unit);
  return tries;
}

type Free = (name: QuirkName) => boolean;

/** From the present rung down; those of the whole station only where it has one EVSE. */
const placesOf = (
  { purpose }: Schedule,
  { place }: ProfileOptions,
  { alone, free }: { alone: boolean; free: Free },
): ProfilePlace[] => {
  const places = PROFILE_PLACES.slice(PROFILE_PLACES.indexOf(place));
  const isFree = free(purpose === "session" ? "sessionPlace" : "defaultPlace");
  return places.filter((one) => one === place || (isFree && (alone || !isOfStation(one))));
};

/** As it is, with one period, and told one value at a time; a station's maximum is never relative. */
const shapesOf = ({ periods }: Schedule, base: ProfileOptions, free: Free): ProfileOptions[] => {
  const stackLevel = base.place === "TxProfile" ? base.stackLevel : 0;
  const whole = { ...base, stackLevel };
  const isMaximum = whole.place === "ChargePointMaxProfile-station";
  const other = whole.kind === "absolute" ? "relative" : "absolute";
  return [
    whole,
    ...(free("maxPeriods") && whole.kind === "absolute" && Math.min(periods.length, whole.maxPeriods) > 1
      ? [{ ...whole, maxPeriods: 1 }]
      : []),
    ...(free("profileKind") ? [{ ...whole, kind: other } as const] : []),
  ].filter(({ kind }) => !(isMaximum && kind === "relative"));
};

/** In its unit, in the other, and in whole amperes where that is coarser. */
const unitsOf = (schedule: Schedule, base: ProfileOptions, free: Free): ProfileOptions[] => {
  const other = base.unit === "A" ? "W" : "A";
  const fractional = isFractional(schedule, base);
  return [
    base,
    ...(free("rateUnit") ? [{ ...base, unit: other, step: other === "A" ? 0.1 : 1 } as const] : []),
    ...(free("stepA") && base.unit === "A" && base.step < 1 && fractional ? [{ ...base, step: 1 }] : []),
  ];
};

/** Told in the unit, some value is no whole number. */
const isFractional = ({ periods, unit }: Schedule, used: Pick<ProfileOptions, "unit">): boolean =>
  used.unit !== unit || periods.some(({ value }) => !Number.isInteger(value));

/**
 * What an accepted profile proved. Only what it put to the test: a profile of one period says nothing of how
 * many a station takes.
 */
export const provenBy = (
  station: Station,
  schedule: Schedule,
  { used, first }: { used: ProfileOptions; first: ProfileOptions },
): QuirkValues => {
  if (!isTried(schedule.purpose)) return {};
  const isSession = schedule.purpose === "session";
  const discharges = schedule.periods.some(({ value }) => value < 0);
  return {
    ...(isSession ? { sessionPlace: used.place } : {}),
    ...(!isSession && used.place !== "TxProfile" ? { defaultPlace: used.place } : {}),
    ...(isSession && provesLevel(station, used, first) ? { stackLevel: used.stackLevel } : {}),
    ...(isLimits(schedule) ? { rateUnit: used.unit, profileKind: used.kind } : {}),
    ...(used.unit === "A" && isFractional(schedule, used) ? { stepA: used.step } : {}),
    ...(used.kind === "absolute" && (schedule.periods.length > 1 || used.maxPeriods !== first.maxPeriods)
      ? { maxPeriods: used.maxPeriods }
      : {}),
    ...(discharges && used.maxOfflineDurationS !== first.maxOfflineDurationS
      ? { maxOfflineDuration: false }
      : {}),
  };
};

/** Below the level of corrections a session's profile says nothing of the highest, unless it had to fall. */
const provesLevel = (station: Station, used: ProfileOptions, first: ProfileOptions): boolean =>
  used.place === "TxProfile" && (!takesCorrections(station) || used.stackLevel !== first.stackLevel);
