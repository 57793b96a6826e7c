import { allowsDischarge, type Preference, type Session, UNSAID } from "../domain/session.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";

/** One-way efficiency between port and battery, taken where the car does not tell its own. */
export const DEFAULT_EFFICIENCY = 0.95;

/** A car that stays past its departure may leave any minute; what is left is planned within this. */
const OVERDUE_WINDOW_MS = 30 * MINUTE_MS;

/** Without a word from car or driver, this share of the battery is kept for the driver. */
const DEFAULT_RESERVE_SHARE = 0.3;

export interface SiteDefaults {
  /** Departure of a silent driver, for this session. */
  readonly departureMs: EpochMs;
  readonly energyNeedKwh: number;
}

/** Battery of a car that told its size; energies are in the battery. */
interface KnownBattery {
  /** Of a window of charge, from its lowest to its highest. */
  readonly capacityKwh: number;
  readonly isWindow: boolean;
  readonly energyKwh: number;
  readonly targetKwh: number;
}

/** What is planned for a session, after driver, car and site default have been heard in that order. */
export interface ResolvedNeed {
  readonly departureMs: EpochMs;
  /** The departure that was wanted has passed; `departureMs` is a guess. */
  readonly overdue: boolean;
  /** From plug-in to departure, at the port. */
  readonly energyNeedKwh: number;
  /** Still to come, at the port. */
  readonly energyToGoKwh: number;
  /** Of the energy wanted, what the battery cannot hold, at the port; not in `energyToGoKwh`. */
  readonly beyondBatteryKwh: number;
  readonly deliveredKwh: number;
  readonly source: "driver" | "car" | "site-default";
  readonly battery: KnownBattery | null;
  readonly maxChargeKw: number | null;
  readonly maxDischargeKw: number;
  /** Left of the most that may be taken from the car, at the port; null: no bound. */
  readonly dischargeLeftKwh: number | null;
  readonly reserveKwh: number;
  readonly chargeNow: boolean;
}

/** Resolves a session's need. Field by field the driver's word goes before the car's, then the site's. */
export const resolveNeed = (session: Session, defaults: SiteDefaults, nowMs: EpochMs): ResolvedNeed => {
  const { preference, needs } = session;
  const energyNeedKwh = wantedKwh(session, defaults);
  const deliveredKwh = session.importedKwh - session.exportedKwh;
  const battery = knownBattery(session, energyNeedKwh);
  const wished = preference?.departureMs ?? needs?.departureMs ?? defaults.departureMs;
  return {
    departureMs: wished > nowMs ? wished : nowMs + OVERDUE_WINDOW_MS,
    overdue: wished <= nowMs,
    energyNeedKwh,
    energyToGoKwh: energyToGo(battery, energyNeedKwh - deliveredKwh),
    beyondBatteryKwh: beyondBattery(session, energyNeedKwh),
    deliveredKwh,
    source: sourceOf(session),
    battery,
    maxChargeKw: session.authorized ? (needs?.maxChargeKw ?? null) : 0,
    maxDischargeKw: isUrgent(session) ? 0 : dischargeKw(session, battery),
    dischargeLeftKwh: dischargeLeft(session),
    reserveKwh: reserve(session, battery),
    chargeNow: isUrgent(session),
  };
};

/** A driver who wants all at once lends nothing. */
const isUrgent = ({ authorized, chargeNow, preference }: Session): boolean =>
  authorized && (chargeNow || preference?.profileType === "FAST");

/** A car whose token was refused is given nothing, whatever it or its driver wants. */
const wantedKwh = ({ authorized, preference, needs }: Session, defaults: SiteDefaults): number =>
  authorized ? (preference?.energyNeedKwh ?? needs?.energyNeedKwh ?? defaults.energyNeedKwh) : 0;

/** The preference as it stands in words of OCPI, defaults filled in; what pages show. */
export const effectivePreference = (session: Session, need: ResolvedNeed): Preference => ({
  profileType: session.preference?.profileType ?? UNSAID.profileType,
  departureMs: need.departureMs,
  energyNeedKwh: need.energyNeedKwh,
  dischargeAllowed: session.preference?.dischargeAllowed ?? false,
  reserveKwh: need.battery === null ? null : need.reserveKwh,
  maxDischargeKwh: session.preference?.maxDischargeKwh ?? null,
});

const sourceOf = ({ preference, needs }: Session): ResolvedNeed["source"] => {
  if (preference !== null && (preference.energyNeedKwh !== null || preference.departureMs !== null))
    return "driver";
  return needs !== null && (needs.energyNeedKwh !== null || needs.departureMs !== null)
    ? "car"
    : "site-default";
};

/** Energy in the battery now follows from what it told at plug-in and the registers since. */
const knownBattery = (session: Session, energyNeedKwh: number): KnownBattery | null => {
  const { needs } = session;
  if (needs?.capacityKwh == null || needs.energyKwh === null) return null;
  const { capacityKwh } = needs;
  const stored = session.importedKwh * DEFAULT_EFFICIENCY - session.exportedKwh / DEFAULT_EFFICIENCY;
  const energyKwh = Math.min(capacityKwh, Math.max(0, needs.energyKwh + stored));
  const targetKwh = Math.min(capacityKwh, needs.energyKwh + energyNeedKwh * DEFAULT_EFFICIENCY);
  return { capacityKwh, energyKwh, targetKwh, isWindow: needs.isWindow === true };
};

/**
 * Energy from plug-in on, at the port, that brings a battery to a state of charge; the inverse of its
 * `targetKwh`. null: the car did not tell its battery.
 */
export const energyForSoc = ({ needs }: Session, socPercent: number): number | null => {
  if (needs?.capacityKwh == null || needs.energyKwh === null || needs.isWindow === true) return null;
  return Math.max(0, (needs.capacityKwh * socPercent) / 100 - needs.energyKwh) / DEFAULT_EFFICIENCY;
};

const energyToGo = (battery: KnownBattery | null, atPortKwh: number): number =>
  battery === null
    ? Math.max(0, atPortKwh)
    : Math.max(0, (battery.targetKwh - battery.energyKwh) / DEFAULT_EFFICIENCY);

const beyondBattery = ({ needs }: Session, energyNeedKwh: number): number =>
  needs?.capacityKwh == null || needs.energyKwh === null
    ? 0
    : Math.max(0, energyNeedKwh - (needs.capacityKwh - needs.energyKwh) / DEFAULT_EFFICIENCY);

/** Discharge needs consent and a known battery. */
const dischargeKw = (session: Session, battery: KnownBattery | null): number =>
  battery === null || !allowsDischarge(session) ? 0 : (session.needs?.maxDischargeKw ?? 0);

const dischargeLeft = ({ preference, exportedKwh }: Session): number | null =>
  preference?.maxDischargeKwh == null ? null : Math.max(0, preference.maxDischargeKwh - exportedKwh);

const reserve = ({ preference, needs }: Session, battery: KnownBattery | null): number => {
  if (battery === null) return 0;
  // What a driver asks to keep is of the whole battery; a window has the car's own bound at its bottom.
  const wished = battery.isWindow
    ? (needs?.reserveKwh ?? 0)
    : (preference?.reserveKwh ?? needs?.reserveKwh ?? DEFAULT_RESERVE_SHARE * battery.capacityKwh);
  return Math.min(wished, battery.capacityKwh);
};
