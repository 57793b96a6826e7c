import { YouxuError } from "../domain/errors.js";
import { type Preference, type PreferenceChange, type Session, UNSAID } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { DAY_MS, type EpochMs } from "../domain/units.js";
import { energyForSoc } from "../planning/needs.js";

const LONGEST_STAY_MS = 366 * DAY_MS;

export interface PreferencePlace {
  /** null: the EVSE is configured no more. */
  readonly evse: EvseConfig | null;
  readonly nowMs: EpochMs;
}

/**
 * What the driver of a running session wants after a change. Only what is changed is checked: a
 * departure that has passed meanwhile stays until it is said anew.
 */
export const changedPreference = (
  session: Session,
  change: PreferenceChange,
  place: PreferencePlace,
): Preference => {
  checkChange(change, place);
  const before = session.preference ?? UNSAID;
  const energyNeedKwh = energyOf(session, change) ?? change.energyNeedKwh;
  return {
    profileType: said(change.profileType, before.profileType, UNSAID.profileType),
    departureMs: said(change.departureMs, before.departureMs, null),
    energyNeedKwh: said(energyNeedKwh, before.energyNeedKwh, null),
    dischargeAllowed: said(change.dischargeAllowed, before.dischargeAllowed, UNSAID.dischargeAllowed),
    reserveKwh: said(change.reserveKwh, before.reserveKwh, null),
    maxDischargeKwh: said(change.maxDischargeKwh, before.maxDischargeKwh, null),
  };
};

/** Left out: as before; null: as while nothing was said. */
const said = <Value>(change: Value | null | undefined, before: Value, unsaid: Value): Value =>
  change === undefined ? before : (change ?? unsaid);

const energyOf = (session: Session, { targetSocPercent }: PreferenceChange): number | undefined => {
  if (targetSocPercent === undefined) return undefined;
  const energyNeedKwh = energyForSoc(session, targetSocPercent);
  if (energyNeedKwh === null)
    throw new YouxuError(
      "preference.battery-unknown",
      `the battery of the car of session ${session.id} is not known`,
      "body.targetSocPercent",
    );
  return energyNeedKwh;
};

const checkChange = (change: PreferenceChange, { evse, nowMs }: PreferencePlace): void => {
  checkDeparture(change.departureMs ?? null, nowMs);
  if (change.dischargeAllowed === true && !(evse !== null && evse.maxDischargeKw > 0))
    throw new YouxuError("preference.one-way", "this pile cannot discharge a car", "body.dischargeAllowed");
  for (const field of AMOUNTS) checkAmount(change[field], field);
};

const checkDeparture = (departureMs: EpochMs | null, nowMs: EpochMs): void => {
  if (departureMs === null || (departureMs > nowMs && departureMs <= nowMs + LONGEST_STAY_MS)) return;
  const why = departureMs <= nowMs ? "the departure lies in the past" : "the departure is over a year away";
  throw new YouxuError("preference.window", why, "body.departureMs");
};

const AMOUNTS = ["energyNeedKwh", "reserveKwh", "maxDischargeKwh", "targetSocPercent"] as const;

const checkAmount = (value: number | null | undefined, field: (typeof AMOUNTS)[number]): void => {
  if (value != null && !(Number.isFinite(value) && value >= 0))
    throw new YouxuError("request.invalid", "must be a number ≥ 0", `body.${field}`);
};
