import type { EpochMs } from "./units.js";

/** OCPI's four preference fields and, for V2G, the reserve and the most that may be taken. */
export interface Preference {
  readonly profileType: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
  readonly departureMs: EpochMs | null;
  /** Energy wanted from plug-in to departure. */
  readonly energyNeedKwh: number | null;
  readonly dischargeAllowed: boolean;
  /** The car is not discharged below this. */
  readonly reserveKwh: number | null;
  /** The most that may be taken over the session. */
  readonly maxDischargeKwh: number | null;
}

/** A driver who has said nothing. */
export const UNSAID: Preference = {
  profileType: "REGULAR",
  departureMs: null,
  energyNeedKwh: null,
  dischargeAllowed: false,
  reserveKwh: null,
  maxDischargeKwh: null,
};

/** What a driver changes: a field left out stays as it is, null takes back what was said. */
export type PreferenceChange = { readonly [Field in keyof Preference]?: Preference[Field] | null } & {
  /** Instead of `energyNeedKwh`: the charge wanted at departure, for a car that told its battery. */
  readonly targetSocPercent?: number;
};

/** What the car told of itself, over NotifyEVChargingNeeds or a meter value. */
export interface ChargingNeeds {
  readonly departureMs: EpochMs | null;
  readonly energyNeedKwh: number | null;
  readonly capacityKwh: number | null;
  readonly energyKwh: number | null;
  readonly maxChargeKw: number | null;
  readonly maxDischargeKw: number | null;
  readonly reserveKwh: number | null;
  /**
   * The car told how far it may be charged and discharged, and not how large its battery is: `capacityKwh`
   * and `energyKwh` count from the lowest charge that it allows.
   */
  readonly isWindow?: boolean;
  /** Most periods of a schedule that the car takes. */
  readonly maxPeriods?: number;
  /** Ways of energy transfer that it asked for or named, in OCPP's words: `AC_BPT`. */
  readonly transfers?: readonly string[];
}

/**
 * Why the energy of a session is not its last register less its first.
 * - `register-impossible`: one rose by more than its EVSE can deliver in the time, or does not fit the others.
 * - `register-went-back`: it began anew, or lower.
 * - `unit-mended`: readings in Wh were called kWh; each is read in the unit that fits the others.
 */
export type EstimateReason = "register-impossible" | "register-went-back" | "unit-mended";

/** What of a session's energy no register says: its power over the time in between. */
export interface Estimate {
  readonly importedKwh: number;
  readonly exportedKwh: number;
  readonly reason: EstimateReason;
}

/** One car plugged in: an OCPP transaction plus what we know of the car and the driver. */
export interface Session {
  /** Ours, stable over reconnects and restarts. */
  readonly id: string;
  readonly stationId: string;
  readonly evseId: number;
  /** OCPP's: a number as text for 1.6, the station's own id for 2.x. */
  readonly transactionId: string;
  readonly idToken: string | null;
  readonly startedMs: EpochMs;
  readonly endedMs: EpochMs | null;
  /**
   * OCPP's reason of the stop; where no stop came `next-transaction`, `evse-available` or
   * `ended-by-operator`. null while it runs, or where the station gave none.
   */
  readonly endReason: string | null;
  /** False: the id token was refused and the station began all the same; it is given no power. */
  readonly authorized: boolean;
  /** Energy registers since the session began, as far as they can be believed. */
  readonly importedKwh: number;
  readonly exportedKwh: number;
  readonly meterStartWh: number;
  /** Absent: every register told hangs together with the others. */
  readonly estimate?: Estimate;
  /** State of charge as last reported, 0–100. */
  readonly socPercent: number | null;
  readonly needs: ChargingNeeds | null;
  readonly preference: Preference | null;
  /** The driver pressed "charge now". */
  readonly chargeNow: boolean;
}

/**
 * Id of the session that began on an EVSE at `startedMs`: `CP07.1.mbx3k2a0`. Where another
 * transaction has that id already, the ledger appends `.2`, `.3` …
 */
export const sessionIdOf = (stationId: string, evseId: number, startedMs: EpochMs): string =>
  `${stationId}.${evseId}.${startedMs.toString(36)}`;

/** Its driver lets the car be discharged, and may charge at all. */
export const allowsDischarge = ({
  authorized,
  preference,
}: Pick<Session, "authorized" | "preference">): boolean =>
  authorized && preference?.dischargeAllowed === true;
