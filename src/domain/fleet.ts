import type { DischargeProbe, ProvenDischarge, ToldAside } from "./discharge.js";
import type { RateUnit, Schedule } from "./schedule.js";
import type { ChargingNeeds, Session } from "./session.js";
import type { EpochMs } from "./units.js";

export type OcppVersion = "1.6" | "2.0.1" | "2.1";

/** EVSEs are numbered from 1; a higher number than this is a fault of the station. */
export const LARGEST_EVSE_ID = 1_000;

/** OCPP 2.x connector states; 1.6's Preparing, Charging, Suspended* and Finishing are Occupied. */
export type EvseStatus = "Available" | "Occupied" | "Reserved" | "Unavailable" | "Faulted" | "Unknown";

/** What a station can take, read from its configuration; stated defaults until it told. */
export interface StationCapabilities {
  readonly rateUnit: RateUnit;
  readonly maxPeriods: number;
  readonly maxStackLevel: number;
  /** OCPP 2.1 CentralSetpoint with a signed setpoint is understood. */
  readonly dischargeSetpoint: boolean;
  /** Schedules of sessions take the place of the default, which is sent anew once the session is over. */
  readonly sharesDefault?: boolean;
  /** It is told one value at a time, which holds until the next. */
  readonly oneValue?: boolean;
  /** It takes no charging profiles at all, as it said itself or is stated; absent: it does. */
  readonly noProfiles?: boolean;
  /** A car does not come back from 0 A: it waits at its minimum. */
  readonly pausesAtMinimum?: boolean;
  /** Least time between two schedules for one EVSE, reductions that a limit needs aside, ms. */
  readonly betweenProfilesMs?: number;
  /** How far its clock is ahead of ours, ms, where that is worth a correction. */
  readonly clockAheadMs?: number;
  /** OCPP 2.1 profiles of kind Dynamic are understood; absent: no. */
  readonly dynamicProfiles?: boolean;
  /** OCPP 2.1 PriorityCharging profiles are understood; absent: no. */
  readonly priorityCharging?: boolean;
  /** A maximum of the whole station is understood as OCPP 2.1 tells it; absent: not told so. */
  readonly stationMaximum?: boolean;
  /** Least time between two updates of profiles, s; absent: none is told. */
  readonly updateRateLimitS?: number;
  /** Without a setpoint it gives back by this way at these EVSEs, as probes have shown; absent: it does not. */
  readonly dischargesBy?: ProvenDischarge;
  /** It has more than one EVSE, as far as is known; absent: one. */
  readonly severalEvses?: boolean;
  /** It switches between three phases and one while a car charges; absent: it does not, or is not told one. */
  readonly switchesPhases?: boolean;
  /** And is told which phase to use (2.x). */
  readonly takesPhaseToUse?: boolean;
}

export interface MeterSample {
  readonly atMs: EpochMs;
  /** Signed: negative while discharging. */
  readonly powerKw: number;
  /** Register of energy from the grid, Wh; null when the station does not tell. */
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
  readonly socPercent: number | null;
  /** Setpoint less what was measured, as the station itself reckons it (2.1); absent: not told. */
  readonly residualKw?: number;
  /** What the meter told though no car can have made it; the registers above are then null. Absent: believed. */
  readonly unbelieved?: { readonly importedWh: number | null; readonly exportedWh: number | null };
}

/** What schedules allowed an EVSE until they were replaced, kW, signed; infinite where they were not known. */
export interface AllowedSpan {
  readonly mostKw: number;
  readonly leastKw: number;
  readonly untilMs: EpochMs;
}

/** What a station holds for priority charging, the driver's own "charge now" at the station. */
interface PriorityState {
  /** The station charges by it, and not by the plan's schedule. */
  readonly active: boolean;
  /** From before this process began: whether it charges by one, and by which, until it tells or takes another. */
  readonly isUnknown?: boolean;
  /** The profile that the station confirmed last, and none after it. */
  readonly held: Schedule | null;
  /** Sent and not confirmed, or held before a restart: each may be what it holds. */
  readonly others: readonly Schedule[];
  /** When the station last refused one; null or absent: it has not since it took one. */
  readonly refusedMs?: EpochMs | null;
}

/** What may be drawn and given back from a moment on, until the next begins; null: as much as otherwise. */
export interface LimitStep {
  readonly startMs: EpochMs;
  readonly chargeKw: number | null;
  readonly dischargeKw: number | null;
}

/** What a car will do by a schedule of its own (NotifyEVChargingSchedule). */
export interface CarSchedule {
  readonly steps: readonly LimitStep[];
  readonly endMs: EpochMs;
}

/** A limit that somebody else set at a station: its owner's energy manager, the grid operator. */
export interface OutsideLimit {
  /** 0: the whole station. */
  readonly evseId: number;
  /** Who set it, in OCPP's word: `EMS`, `SO`, `CSO`, `Other`; of a DER control its id. */
  readonly source: string;
  /** null: it was not told how much it leaves. */
  readonly steps: readonly LimitStep[] | null;
  readonly endMs: EpochMs | null;
  readonly sinceMs: EpochMs;
  /** By an operator's hand, at a station that was never asked to hold it: it does not say that the station is there. */
  readonly untold?: true;
}

/** A pile of three phases charges its car on one of them, or on three again. */
interface PhasesSwitched {
  readonly to: 1 | 3;
  readonly sinceMs: EpochMs;
}

export interface EvseState {
  readonly evseId: number;
  readonly status: EvseStatus;
  readonly session: Session | null;
  /** When the running session was heard of, by our clock: its own beginning is told by the station's. */
  readonly openedMs?: EpochMs | null;
  /** The last session has ended and its car is still plugged in, as far as is known. */
  readonly sessionOver: boolean;
  /** The session that ended there, while its car may be plugged in still; absent or null: none. */
  readonly lastSession?: Session | null;
  /** Told before the transaction began; the session takes it over when it opens. */
  readonly pendingNeeds: ChargingNeeds | null;
  readonly sample: MeterSample | null;
  /** A session that ran before this process began: what profile the station holds for it is not known. */
  readonly profileUnknown: boolean;
  /** Schedule the station confirmed for the running session; survives a lost connection. */
  readonly held: Schedule | null;
  /** Schedule being sent and not yet answered: the station may already follow it. */
  readonly sending: Schedule | null;
  /** Sent and never answered: each may be what the station follows, until one is confirmed. */
  readonly unanswered: readonly Schedule[];
  /** Corrections of the running session that may be in force, in the order in which they were sent. */
  readonly corrections: readonly Schedule[];
  /** Until then a correction told before this process began may be in force; null or absent: none such. */
  readonly correctionUnknownUntilMs?: EpochMs | null;
  /** It refused the last correction: the next is told as a profile of its own again. */
  readonly correctionRefused?: boolean;
  readonly priority: PriorityState;
  /** A schedule is due even where it says nothing new: the car told its needs, or the driver pressed. */
  readonly awaitsSchedule: boolean;
  /** What the car of the running session said that it will draw; null: nothing. */
  readonly carSchedule: CarSchedule | null;
  readonly heldDefault: Schedule | null;
  readonly sendingDefault: Schedule | null;
  /** When the station last refused a default; null or absent: it has not since it took one. */
  readonly defaultRefusedMs?: EpochMs | null;
  /** When the station was last told something new for this EVSE. */
  readonly toldMs: EpochMs | null;
  /** What it was allowed before its present schedules, in the running session, in order of time. */
  readonly allowedBefore: readonly AllowedSpan[];
  /** When the station last refused a schedule of the running session; null once it took one. */
  readonly refusedMs: EpochMs | null;
  /** When its station last booted soon after another boot; null or absent: it has not. */
  readonly bootedAgainMs?: EpochMs | null;
  /** When a schedule of the running session last went unanswered; null once the station took one. */
  readonly silentMs: EpochMs | null;
  /** Schedules in a row that went unanswered, in the running session. */
  readonly silences?: number;
  /** 1: the car of the running session was seen to draw on one phase of three; null: not known. */
  readonly carPhases: 1 | null;
  /** On how many phases its station was told to charge the car, where it can switch; null or absent: as wired. */
  readonly switched?: PhasesSwitched | null;
  /** It was told to switch in this session and did not: it is not told again. */
  readonly switchFailed?: boolean;
  /** Since when measured power has not followed what was told; null while it follows. */
  readonly notFollowingSinceMs: EpochMs | null;
  /** How often it was taken for one that follows again without a sign of it, in the running session. */
  readonly tries?: number;
  /** What it drew when it was last taken so: it counts with that until it is seen to draw less; null: nothing, kW. */
  readonly trialKw?: number | null;
  /** Time for which it was judged, and of that the time in which it followed; older time counts less. */
  readonly judged?: { readonly ms: number; readonly followedMs: number };
  /** By its composite schedule another limit than ours holds it at this; null: none is known, kW. */
  readonly heldAtKw?: number | null;
  /** Since when a remote start has been accepted and not come; null: none is awaited. */
  readonly startAwaitedSinceMs?: EpochMs | null;
  /** It is being asked whether it gives back, in place of its plan; null or absent: it is not. */
  readonly probe?: DischargeProbe | null;
  /** What it may have been told to give back beside its profile, whichever session runs; null or absent: nothing. */
  readonly aside?: ToldAside | null;
}

export interface StationState {
  readonly stationId: string;
  readonly version: OcppVersion | null;
  readonly connected: boolean;
  readonly lastSeenMs: EpochMs | null;
  readonly vendor: string | null;
  readonly model: string | null;
  /** When it last booted; absent: it has not since this process began. */
  readonly bootedMs?: EpochMs;
  readonly capabilities: StationCapabilities | null;
  /** The maximum of the whole station that it confirmed; absent: none. */
  readonly heldMaximum?: Schedule | null;
  /** When it last refused one; absent: it has not. */
  readonly maximumRefusedMs?: EpochMs | null;
  /** Limits from outside, one per EVSE and source; absent: none. */
  readonly outsideLimits?: readonly OutsideLimit[];
  readonly evses: ReadonlyMap<number, EvseState>;
}

export interface FleetState {
  readonly stations: ReadonlyMap<string, StationState>;
}

interface At {
  readonly stationId: string;
  /** When this happened by our clock. */
  readonly atMs: EpochMs;
}
interface AtEvse extends At {
  readonly evseId: number;
}

interface Rated {
  /** What the EVSE is rated, by which its registers are judged; absent: not known. */
  readonly ratedKw?: number;
}

interface ByItsClock {
  /** So far its clock was known to be ahead of ours when this came; absent: its time is taken as it tells it. */
  readonly clockAheadMs?: number;
}

/** A transaction message, free of any OCPP version. Answered only after it is on disk. */
export interface TransactionStarted extends AtEvse, Rated, ByItsClock {
  readonly kind: "transaction-started";
  /** null: OCPP 1.6, where the central system gives the id. */
  readonly transactionId: string | null;
  readonly seqNo: number | null;
  /** The station's own time of the start; with the rest the key of idempotency in 1.6. */
  readonly stationTimeMs: EpochMs;
  /** The text of a time that could not be read, empty for none; it then stands in the key. */
  readonly unreadTime?: string;
  readonly idToken: string | null;
  /** Register at the start; null where the station does not tell: the first one told then counts. */
  readonly meterWh: number | null;
  /** Register of energy to the grid at the start; without it the first one reported counts as the start. */
  readonly exportedWh?: number | null;
  /** Standing of the id token that came with the message; absent when none was to be asked for. */
  readonly authorized?: boolean;
}
export interface TransactionUpdated extends AtEvse, Rated, ByItsClock {
  readonly kind: "transaction-updated";
  readonly transactionId: string;
  readonly seqNo: number | null;
  readonly stationTimeMs: EpochMs;
  readonly sample: MeterSample | null;
  /** In 2.x the card may come after the cable; absent: none was shown to begin. */
  readonly idToken?: string;
  /** As of a start. */
  readonly authorized?: boolean;
}
export interface TransactionEnded extends At, Rated, ByItsClock {
  readonly kind: "transaction-ended";
  /** null: OCPP 1.6 StopTransaction does not name the connector. */
  readonly evseId: number | null;
  readonly transactionId: string;
  readonly seqNo: number | null;
  readonly stationTimeMs: EpochMs;
  /** As of a start; the station's time is then ours. */
  readonly unreadTime?: string;
  readonly meterWh: number | null;
  readonly exportedWh: number | null;
  readonly reason: string | null;
}
export type TransactionEvent = TransactionStarted | TransactionUpdated | TransactionEnded;

/** A message of a transaction that tells too little to know what it means: it changes nothing. */
export interface UnclearMessage extends At {
  readonly kind: "unclear";
  /** As the protocol calls it: `StartTransaction`. */
  readonly action: string;
  /** As it came: JSON. */
  readonly payload: string;
}

/** All that may change what we know of the fleet. */
export type FleetEvent =
  | (At & { readonly kind: "connected"; readonly version: OcppVersion })
  | (At & { readonly kind: "disconnected" })
  | (At & {
      readonly kind: "booted";
      readonly vendor: string;
      readonly model: string;
      readonly firmware?: string | null;
    })
  | (At & { readonly kind: "seen" })
  | (At & { readonly kind: "capabilities"; readonly capabilities: StationCapabilities })
  | (AtEvse & { readonly kind: "status"; readonly status: EvseStatus })
  | (AtEvse & {
      readonly kind: "sampled";
      readonly sample: MeterSample;
      /** Energy of its session once it was judged by the ledger; absent: it stands in no transaction's book, kWh. */
      readonly billedKwh?: number;
    })
  | (AtEvse & { readonly kind: "needs"; readonly needs: ChargingNeeds })
  | (AtEvse & { readonly kind: "car-schedule"; readonly schedule: CarSchedule })
  /** The driver's own "charge now" at the station, on or off; of the transaction that runs there. */
  | (AtEvse & { readonly kind: "priority"; readonly transactionId: string; readonly active: boolean })
  | (At & { readonly kind: "outside-limit"; readonly limit: OutsideLimit })
  /** `evseId` null: wherever the source set one. */
  | (At & {
      readonly kind: "outside-limit-cleared";
      readonly limited: { readonly evseId: number | null; readonly source: string };
    })
  /** A control of what the station feeds into the grid begins or ends. */
  | (At & {
      readonly kind: "der-control";
      readonly controlId: string;
      readonly started: boolean;
      readonly supersededIds: readonly string[];
    })
  /** No correction is in force any more: the station took it away at our word. */
  | (AtEvse & { readonly kind: "corrections-cleared" })
  | (AtEvse & { readonly kind: "session-opened"; readonly session: Session })
  /** It ran before this process began. */
  | (AtEvse & { readonly kind: "session-recovered"; readonly session: Session })
  | (AtEvse & { readonly kind: "session-changed"; readonly session: Session })
  | (AtEvse & { readonly kind: "session-closed"; readonly session: Session })
  | (AtEvse & { readonly kind: "schedule-sending"; readonly schedule: Schedule })
  | (AtEvse & { readonly kind: "schedule-confirmed"; readonly schedule: Schedule })
  | (AtEvse & { readonly kind: "schedule-refused"; readonly schedule: Schedule })
  /** Never left us: the station was not connected. */
  | (AtEvse & { readonly kind: "schedule-unsent"; readonly schedule: Schedule })
  | (AtEvse & {
      readonly kind: "schedule-unanswered";
      readonly schedule: Schedule;
      /** It may stand where the default stood. */
      readonly inDefaultsPlace?: true;
    })
  /** As of before this process began: the default confirmed then, null where none is certain. */
  | (AtEvse & { readonly kind: "default-restored"; readonly schedule: Schedule | null })
  /** `isTry`: it is taken for one that follows, without a sign of it. */
  | (AtEvse & { readonly kind: "following"; readonly sinceMs: EpochMs | null; readonly isTry?: true })
  /** For the last `spanMs` it was seen to follow, or not to. */
  | (AtEvse & { readonly kind: "judged"; readonly follows: boolean; readonly spanMs: number })
  | (AtEvse & { readonly kind: "held-by-others"; readonly kw: number | null })
  | (AtEvse & { readonly kind: "start-awaited"; readonly sinceMs: EpochMs | null })
  /** On how many phases it is to charge from now on; null: as it is wired. */
  | (AtEvse & { readonly kind: "phases-switched"; readonly to: 1 | 3 | null })
  /** A probe of its discharge begins, or is over: null. */
  | (AtEvse & { readonly kind: "probing"; readonly probe: DischargeProbe | null })
  | AsideEvent;

/** Words beside a profile. */
export type AsideEvent =
  /** It is about to be told to give back. */
  | (AtEvse & {
      readonly kind: "aside-telling";
      readonly told: Pick<ToldAside, "way" | "wording" | "sessionId" | "leastKw">;
    })
  /** A word was answered, or never will be: it stands, does not, or may. */
  | (AtEvse & {
      readonly kind: "aside-told";
      readonly word: Pick<ToldAside, "way" | "wording"> & { readonly powerKw: number };
      readonly stands: "yes" | "no" | "maybe";
    })
  /** What it gives back is being taken back, whatever its schedules say. */
  | (AtEvse & { readonly kind: "aside-releasing" })
  /** As of before this process began. */
  | (AtEvse & { readonly kind: "aside-restored"; readonly told: Omit<ToldAside, "underWay" | "mayStand"> });
