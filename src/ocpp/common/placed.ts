import { inShape } from "../../domain/held-shape.js";
import { isOfStation, type ProfilePlace } from "../../domain/quirks.js";
import { recurs, type Schedule } from "../../domain/schedule.js";
import { DAY_MS, SECOND_MS } from "../../domain/units.js";
import type { ProfileOptions } from "./codec.js";
import { durationS, profileId, type WirePeriod } from "./profile.js";

/** Where and how a schedule is written, in the words that all versions share. */
export interface Placed {
  readonly id: number;
  /** 0: the whole station. */
  readonly evseId: number;
  readonly purpose: "TxProfile" | "TxDefaultProfile" | "PriorityCharging" | "maximum";
  readonly kind: "Absolute" | "Recurring" | "Relative" | "Dynamic";
  /** By the station's clock; null: a relative one has none. */
  readonly startMs: number | null;
  /** The schedule as it was meant begins so long after the start, s: until then its first period holds. */
  readonly leadS: number;
  /** null: without an end. */
  readonly durationS: number | null;
  /** Closes a schedule that must not end: nothing may be drawn from then on. */
  readonly tail: readonly WirePeriod[];
}

/**
 * In the default's place nothing holds before the schedule begins. To a station whose clock is behind, and is
 * not known yet to be, it begins a day ago.
 */
const LEAD_MS = DAY_MS;

/** The schedule as it is written: what comes after its first period, later by what it begins earlier. */
export const ledPeriods = ({ leadS, tail }: Placed, periods: readonly WirePeriod[]): readonly WirePeriod[] =>
  [...periods, ...tail].map((period) =>
    period.startPeriod === 0 ? period : { ...period, startPeriod: period.startPeriod + leadS },
  );

/**
 * The schedule as a station takes it by these options. In the default's place the schedule of a session
 * must not end, or nothing at all would hold after it: it ends in a period of nothing, which counts as
 * one.
 */
export const takenBy = (schedule: Schedule, { place, kind, maxPeriods }: ProfileOptions): Schedule => {
  const hasTail = schedule.purpose === "session" && place !== "TxProfile";
  const most = hasTail ? maxPeriods - 1 : maxPeriods;
  return inShape(schedule, { maxPeriods: most, oneValue: kind === "relative" || most < 1 });
};

export const placed = (schedule: Schedule, options: ProfileOptions): Placed => {
  if (schedule.purpose !== "session" && schedule.purpose !== "default") return placed21(schedule, options);
  const { kind, idBase, clockAheadMs } = options;
  const isSession = schedule.purpose === "session";
  // A default is never of one transaction.
  const place = isSession || options.place !== "TxProfile" ? options.place : "TxDefaultProfile";
  const inDefaultsPlace = isSession && place !== "TxProfile";
  const endless = kind === "relative" || inDefaultsPlace;
  const leadMs = inDefaultsPlace && kind === "absolute" ? LEAD_MS : 0;
  return {
    id: profileId(schedule.evseId, inDefaultsPlace ? "default" : schedule.purpose, idBase),
    evseId: evseOf(place, schedule.evseId),
    purpose: purposeOf(place),
    kind: kind === "relative" ? "Relative" : isSession ? "Absolute" : "Recurring",
    startMs: kind === "relative" ? null : schedule.startMs + clockAheadMs - leadMs,
    leadS: leadMs / SECOND_MS,
    durationS: endless ? null : durationS(schedule),
    tail: inDefaultsPlace && kind === "absolute" && options.maxPeriods > 1 ? [tailOf(schedule)] : [],
  };
};

/** What only 2.1 has, and an operator's cap, are told in one way alone; a correction counts from when it arrives. */
const placed21 = (schedule: Schedule, { idBase, clockAheadMs }: ProfileOptions): Placed => {
  const { purpose, evseId, startMs } = schedule;
  const isCorrection = purpose === "correction";
  const kind = recurs(schedule) ? "Recurring" : isCorrection ? "Dynamic" : "Absolute";
  return {
    id: profileId(evseId, purpose, idBase),
    evseId,
    purpose: isCorrection ? "TxProfile" : purpose === "priority" ? "PriorityCharging" : "maximum",
    kind,
    startMs: isCorrection ? null : startMs + clockAheadMs,
    leadS: 0,
    durationS: durationS(schedule),
    tail: [],
  };
};

const evseOf = (place: ProfilePlace, evseId: number): number => (isOfStation(place) ? 0 : evseId);

const purposeOf = (place: ProfilePlace): Placed["purpose"] => {
  if (place === "TxProfile") return "TxProfile";
  return place === "ChargePointMaxProfile-station" ? "maximum" : "TxDefaultProfile";
};

const tailOf = ({ startMs, endMs, phases }: Schedule): WirePeriod => ({
  startPeriod: Math.round((endMs - startMs) / SECOND_MS),
  mode: "charge-limit",
  value: 0,
  phases,
});
