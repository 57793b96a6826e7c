import type { EvseState } from "../domain/fleet.js";
import { isSameToken } from "../domain/id-token.js";
import type { Preference, Session } from "../domain/session.js";
import { MINUTE_MS } from "../domain/units.js";

/** A station that is reset ends its transaction and begins another for the same car within this. */
const CARRIED_MS = 5 * MINUTE_MS;

/** No car can be plugged in. */
export const isFree = (status: EvseState["status"]): boolean =>
  status === "Available" || status === "Reserved";

/** Ends of a transaction that no driver asked for: of OCPP 1.6 and 2.x, and a begin that shows one without a stop. */
const CUT: ReadonlySet<string | null> = new Set([
  "HardReset",
  "SoftReset",
  "Reboot",
  "PowerLoss",
  "ImmediateReset",
  "PowerQuality",
  "next-transaction",
]);

/** The session that ended on an EVSE of which the car may be plugged in still; null: it has left. */
export const leftBehind = (evse: EvseState, ended: Session): Session | null => {
  if (isFree(evse.status) || !CUT.has(ended.endReason) || ended.endedMs === null) return null;
  const { preference, chargeNow } = evse.session ?? ended;
  return { ...ended, preference, chargeNow };
};

/**
 * What a driver said goes on where the same id token begins again on the EVSE soon after the end, and the EVSE was
 * not said to be free in between:
 *
 *     A  |--- wish --- stop            reset, or a cut of the power
 *     B                      |--- A's wish, less what A was given ---
 */
export const withCarriedWish = (evse: EvseState, session: Session): Session => {
  const before = evse.lastSession ?? null;
  if (before === null || before.id === session.id || !goesOn(before, session)) return session;
  return {
    ...session,
    preference: session.preference ?? restOf(before),
    chargeNow: session.chargeNow || before.chargeNow,
  };
};

/** What is still on its way to the ledger is known of the session all the same. */
export const withWhatWasSaid = ({ session: known }: EvseState, session: Session): Session => ({
  ...session,
  needs: session.needs ?? known?.needs ?? null,
  preference: session.preference ?? known?.preference ?? null,
});

const goesOn = (before: Session, { authorized, idToken, startedMs }: Session): boolean =>
  authorized &&
  isSameToken(before.idToken, idToken) &&
  Math.abs(startedMs - (before.endedMs ?? -Infinity)) <= CARRIED_MS;

/** Energies count from the begin of a session: what the one before was given is no longer wanted. */
const restOf = ({ preference, importedKwh, exportedKwh }: Session): Preference | null => {
  if (preference === null) return null;
  const { energyNeedKwh, maxDischargeKwh } = preference;
  return {
    ...preference,
    energyNeedKwh: less(energyNeedKwh, importedKwh - exportedKwh),
    maxDischargeKwh: less(maxDischargeKwh, exportedKwh),
  };
};

const less = (kwh: number | null, givenKwh: number): number | null =>
  kwh === null ? null : Math.max(0, kwh - givenKwh);
