import type { DayType } from "./tariff.js";

/**
 * A baseline is what a node would have drawn without an event. How it is made is a rule, and rules differ by market and
 * change: they are data, with their source. All loads are of one direction, import or export, kW, not negative.
 */
export interface BaselineRule {
  readonly id: string;
  /** Where it stands, and how sure that is (A official or reputable, B secondary, C unverified). */
  readonly source: string;
  readonly from: SimilarDays | LastPoint | Constant;
  readonly adjustment: BaselineAdjustment | null;
}

/** The mean of days like that of the event, taken by time of day. */
export interface SimilarDays {
  readonly kind: "similar-days";
  /** `same`: of the event's own day type; `workday`: workdays alone, whatever the event's day is. */
  readonly dayTypes: "same" | "workday";
  /** Days before the event's that are looked at, the latest first; those that do not count are passed over. */
  readonly lookBackDays: number;
  /** Latest days that are passed over, as their meter values may not be settled yet. */
  readonly skipDays: number;
  /** So many of the latest that count are taken together … */
  readonly pool: number;
  /** … and of these so many by their mean load in the event's hours; null: all. */
  readonly take: { readonly days: number; readonly by: "highest" | "lowest" } | null;
  /** With fewer days there is no baseline. */
  readonly leastDays: number;
}

/** The last quarter of an hour before the dispatch, throughout. */
interface LastPoint {
  readonly kind: "last-point";
}

/** The same power throughout: 0 for what a battery returns (meter output), or what is typical. */
interface Constant {
  readonly kind: "constant";
  readonly powerKw: number;
}

/** By how the event's own day went before it. Charging ahead of an event raises it: both figures are shown. */
export interface BaselineAdjustment {
  readonly kind: "ratio" | "additive";
  /** Begin and end of the hours that are compared, before the event begins, h. */
  readonly fromHours: number;
  readonly toHours: number;
  /** Bounds of the ratio; of an additive one as shares of the baseline's mean over the event (0.2: a fifth). */
  readonly least: number;
  readonly most: number;
}

/** A quarter of an hour; null: it was not measured. */
export type QuarterKw = number | null;

/** Load of one day at the local times of the event, and of the hours before it that an adjustment compares. */
export interface DayLoad {
  /** Local date, YYYY-MM-DD. */
  readonly date: string;
  readonly dayType: DayType;
  /** Why it does not count, whatever it drew: an event, a capability test, an outage; null: it does. */
  readonly excluded: string | null;
  readonly windowKw: readonly QuarterKw[];
  readonly beforeKw: readonly QuarterKw[];
}

/** What is known when a baseline is made. */
export interface BaselineInput {
  readonly dayType: DayType;
  /** Earlier days, the latest first, each named once. */
  readonly days: readonly DayLoad[];
  /** The event's own day in the hours that an adjustment compares. */
  readonly todayBeforeKw: readonly QuarterKw[];
  /** The last quarter of an hour before the dispatch. */
  readonly lastKw: QuarterKw;
  /** Quarters of an hour of the event. */
  readonly quarters: number;
}

export interface Baseline {
  readonly unadjustedKw: readonly QuarterKw[];
  /** The same where the rule adjusts nothing. */
  readonly adjustedKw: readonly QuarterKw[];
  /** What the adjustment came to, the ratio or kW; null: there was none. */
  readonly adjustment: { readonly value: number; readonly isClipped: boolean } | null;
  /** Days that it is made of, the latest first. */
  readonly days: readonly string[];
  readonly leftOut: readonly { readonly date: string; readonly why: LeftOut }[];
  /** Why there is none; null: there is one. */
  readonly missing: "days" | "last-point" | null;
}

/** `excluded`: see the day; `gaps`: too little of it was measured; `not-taken`: it counts, but the rule takes others. */
export type LeftOut = "excluded" | "day-type" | "gaps" | "not-taken";
