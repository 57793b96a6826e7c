import type { Curtailment, PvReason } from "./curtailment.js";
import type { EvseStatus, OcppVersion } from "./fleet.js";
import type { PlanOutcome, ShortfallCause } from "./plan.js";
import type { Reason } from "./reason.js";
import type { Certificate } from "./plan-proof.js";
import type { Estimate, Preference } from "./session.js";
import type { LentNow } from "./sharing.js";
import type { SignalNote } from "./signal.js";
import type { EpochMs } from "./units.js";

/** What the pages and the operator API show. Plain data, units in the names. */
export interface SessionView {
  readonly id: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId: string;
  readonly startedMs: EpochMs;
  readonly endedMs: EpochMs | null;
  /** As of `Session`. */
  readonly endReason: string | null;
  readonly authorized: boolean;
  readonly departureMs: EpochMs | null;
  /** Wanted from plug-in to departure. */
  readonly energyNeedKwh: number;
  /** Net energy into the car so far; negative when it gave back more than it took. */
  readonly deliveredKwh: number;
  readonly exportedKwh: number;
  /** As of `Session`; null: every register told hangs together with the others. */
  readonly estimate: Estimate | null;
  /** ≥ 0, at the port; above `energyNeedKwh` while more was given back than taken. */
  readonly energyToGoKwh: number;
  /**
   * Of the energy wanted, what will be missing at departure, at the port: by what pile, car and battery
   * can do at all, and by the plan. 0 where it is next to nothing, after the departure and after the end.
   */
  readonly shortfallKwh: number;
  /** null where nothing is missing. */
  readonly shortfallCause: ShortfallCause | null;
  /** What pile and car can charge at most, whatever limits leave; null: it is over, or the EVSE is not known. */
  readonly mostChargeKw: number | null;
  readonly socPercent: number | null;
  /** As far as the car told; its energy follows the registers since. null: it told nothing. */
  readonly battery: { readonly capacityKwh: number; readonly targetSocPercent: number } | null;
  readonly preference: Preference;
  /** Where the preference comes from. */
  readonly preferenceSource: "driver" | "car" | "site-default";
  readonly chargeNow: boolean;
}

export interface StationRow {
  readonly stationId: string;
  readonly evseId: number;
  readonly version: OcppVersion | null;
  readonly connected: boolean;
  readonly status: EvseStatus;
  /** Signed, as measured; null when unknown. */
  readonly powerKw: number | null;
  /** When it was measured; null when unknown. */
  readonly powerAtMs: EpochMs | null;
  /** A session runs, and its measurement is older than the site's `measurementStaleMinutes`. */
  readonly powerStale: boolean;
  readonly plannedKw: number | null;
  /** Rated discharge power; 0 for a one-way EVSE. */
  readonly maxDischargeKw: number;
  readonly following: boolean;
  /** Share of the time in which it did what it was told, 0 to 1; null: judged for too short a time. */
  readonly followScore?: number | null | undefined;
  /** Another limit than ours holds it at this, as its station tells; null: none is known, kW. */
  readonly heldAtKw?: number | null | undefined;
  /** Since when a remote start has been accepted and not come; null: none is awaited. */
  readonly startAwaitedSinceMs?: EpochMs | null | undefined;
  /** Since when it may have been told to give back beside its profile, though none there is to; absent: it has not. */
  readonly notTakenBackSinceMs?: EpochMs;
  readonly session: SessionView | null;
  readonly reason: Reason;
  /** Setpoint less measured power, as the station reckons it; absent: it does not tell. */
  readonly residualKw?: number;
  /** What it is told instead of the plan until the next one, kW; absent: nothing. */
  readonly correctedKw?: number;
  /** The station charges by the driver's own button; absent: no. */
  readonly hasPriority?: boolean;
  /** What somebody else limits here or at the whole station; absent: nobody does. */
  readonly outsideLimits?: readonly OutsideLimitView[];
  /** Its owner lends it: who may charge there now; absent: nobody does. */
  readonly lent?: LentNow;
}

export interface OutsideLimitView {
  /** Who set it, in the station's word, or the id of a DER control. */
  readonly source: string;
  /** Of the whole station, and not of this EVSE alone. */
  readonly wholeStation: boolean;
  /** What it leaves now; null: as much as otherwise, or it was not told. */
  readonly chargeKw: number | null;
  readonly dischargeKw: number | null;
  readonly sinceMs: EpochMs;
}

/** One slot of the site's past or plan. */
export interface SitePoint {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** Net import; export negative. */
  readonly importKw: number;
  readonly evKw: number;
  readonly baseKw: number;
  readonly pvKw: number;
  readonly limitKw: number | null;
  /** Import if every car had charged at full power from plug-in on. */
  readonly uncontrolledKw: number;
  readonly buyPricePerKwh: number | null;
  readonly sellPricePerKwh: number | null;
}

/** Savings of the sessions that began on one local day. */
export interface DaySavings {
  /** Local midnight at which it begins. */
  readonly startMs: EpochMs;
  readonly saved: number;
  readonly deliveredKwh: number;
}

/** Money saved against uncontrolled charging since the program started. */
export interface Savings {
  readonly currency: string;
  /** Since when it is counted. */
  readonly sinceMs: EpochMs;
  /** Cost of the energy delivered so far; discharge revenue, wear and what is owed to cars counted. */
  readonly actualCost: number;
  /** Cost of the energy that cars have got, drawn at full power from plug-in on. */
  readonly uncontrolledCost: number;
  readonly saved: number;
  readonly deliveredKwh: number;
  readonly dischargedKwh: number;
  /** The latest days, in order of time. */
  readonly days: readonly DaySavings[];
}

/** Why something of an event has no effect at a site. */
export const IGNORED_CODES = [
  "signal.payload-ignored",
  "signal.payload-invalid",
  "signal.currency",
  "signal.no-metering-point",
  "signal.simple-without-limit",
  "signal.limit-above-own",
  "signal.no-payload",
] as const;

/** A payload type of an event, or the whole of it (null), that has no effect, and why. */
export interface IgnoredPayload {
  readonly payloadType: string | null;
  readonly code: (typeof IGNORED_CODES)[number];
  readonly message: string;
}

/** What an event does now; `overruled`: another event of higher precedence holds instead. */
export type EventState = "upcoming" | "in-force" | "overruled" | "ignored" | "finished";

export interface EventAtSite {
  readonly siteId: string;
  readonly state: EventState;
  /** Id of the event that holds instead; null unless overruled. */
  readonly overruledBy: string | null;
  /** What of it has no effect at this site. */
  readonly ignored: readonly IgnoredPayload[];
}

export interface EventView {
  readonly id: string;
  readonly programId: string;
  readonly name: string | null;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  /** The most that it does at any of its sites. */
  readonly state: EventState;
  /** Per site that it aims at; on the page of a site that one alone. */
  readonly sites: readonly EventAtSite[];
  readonly payloadTypes: readonly string[];
  readonly nodeIds: readonly string[] | null;
}

export interface PlanView {
  readonly siteId: string;
  readonly plannedMs: EpochMs;
  readonly outcome: PlanOutcome;
  readonly signalNotes: readonly SignalNote[];
  /** When PV is held back, how much of what the plan counts on, and why; in order of time. */
  readonly curtailments: readonly Curtailment[];
}

/** A commanded PV inverter as it stands. */
export interface InverterView {
  readonly deviceId: string;
  readonly ratedKw: number;
  /** null: not known, or stale. */
  readonly powerKw: number | null;
  /** The last limit that it was told; null: none yet. */
  readonly limitKw: number | null;
  /** It is reached, fresh, takes its limit and keeps it; otherwise it is counted on as what it may do. */
  readonly steered: boolean;
  readonly following: boolean;
  /** Why it is held below its rating; null: it is not, or only for lack of knowledge. */
  readonly reason: PvReason | null;
}

export interface SiteLive {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly nowMs: EpochMs;
  readonly measured: { readonly importKw: number; readonly atMs: EpochMs; readonly stale: boolean } | null;
  readonly evKw: number;
  readonly limitKw: number | null;
  /** Since when the measured import has been above the limit; null while it is not. */
  readonly overLimitSinceMs: EpochMs | null;
  readonly past: readonly SitePoint[];
  readonly planned: readonly SitePoint[];
  readonly savings: Savings;
  readonly plan: {
    readonly status: PlanOutcome["status"];
    readonly solver: string | null;
    readonly plannedMs: EpochMs;
    readonly solveMs: number;
    readonly certificate: Certificate | null;
    readonly notes: readonly string[];
  } | null;
  readonly events: readonly EventView[];
  readonly rows: readonly StationRow[];
  /** Commanded PV inverters; absent: there are none. */
  readonly inverters?: readonly InverterView[];
}

/** Energies of one interval of an event. */
export interface IntervalResult {
  readonly id: number;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly baselineKwh: number | null;
  readonly targetKwh: number | null;
  /** Measured so far; null before the interval begins or without measurements. */
  readonly measuredKwh: number | null;
  /** Baseline − measured: positive when load was reduced. */
  readonly deliveredKwh: number | null;
  /** Time of it until now that was not measured; the energies leave it out. Of a sum, that of the node with the most. */
  readonly gapMs: number;
  /** Why nothing is said of what was delivered, or not of all its time (`gapMs`); null where it is. */
  readonly missing: "not-begun" | "baseline" | "measurements" | null;
  readonly complete: boolean;
}

/** What an event brought at one of its nodes. Energies are of the node's net import. */
export interface NodeResult {
  readonly siteId: string;
  readonly nodeId: string;
  /** By the site's meter, or by the sum of what the EVSEs at and below the node metered. */
  readonly measured: "meter" | "sessions";
  readonly baselineKw: number | null;
  readonly intervals: readonly IntervalResult[];
}

/** What an event brought: per node that it aims at, and all of them together. */
export interface EventResult {
  readonly eventId: string;
  readonly baselineMethod: "last-quarter-hour";
  /** How it was measured; `mixed`: at some nodes by the meter, at others by the sessions. */
  readonly measured: NodeResult["measured"] | "mixed";
  /** Sums over the nodes; a node below another one of the event counts once. null: one of them is. */
  readonly baselineKw: number | null;
  readonly intervals: readonly IntervalResult[];
  readonly nodes: readonly NodeResult[];
}
