import type { ProblemSession } from "../domain/problem.js";
import { at } from "./tree.js";

/** What the battery may hold: its capacity, or the energy at which its taper lets nothing in. */
export const fullKwh = (session: ProblemSession): number => {
  const capacity = Math.max(session.capacityKwh, session.initialKwh);
  const { taper } = session;
  if (taper === null || taper.slopeKwPerKwh === 0) return capacity;
  return Math.min(capacity, Math.max(session.initialKwh, taper.interceptKw / taper.slopeKwPerKwh));
};

/** A car that is beyond its taper on arrival takes nothing in this plan. */
export const takesNothing = ({ taper, initialKwh, maxChargeKw }: ProblemSession): boolean =>
  maxChargeKw <= 0 || (taper !== null && taper.interceptKw < taper.slopeKwPerKwh * initialKwh);

/** Most charge power that the port and the taper allow at a state of energy, kW. */
export const chargeableKw = (session: ProblemSession, energyKwh: number): number => {
  const { taper } = session;
  if (takesNothing(session)) return 0;
  if (taper === null) return session.maxChargeKw;
  const tapered = taper.interceptKw - taper.slopeKwPerKwh * energyKwh;
  return Math.max(0, Math.min(session.maxChargeKw, tapered));
};

/** Most charge power over a slot, so that the battery is not over-full at its end, kW. */
export const acceptedKw = (session: ProblemSession, energyKwh: number, hours: number): number => {
  const room = Math.max(0, fullKwh(session) - energyKwh) / (session.chargeEfficiency * hours);
  return Math.min(chargeableKw(session, energyKwh), room);
};

export const dischargeableKw = (session: ProblemSession): number =>
  session.urgency === "now" ? 0 : session.maxDischargeKw;

export const isPluggedIn = (session: ProblemSession, slot: number): boolean =>
  slot >= session.firstSlot && slot < session.endSlot;

/** Energy at the end of a slot, kWh. */
export const energyAfter = (
  session: ProblemSession,
  energyKwh: number,
  { chargeKw, dischargeKw, hours }: { chargeKw: number; dischargeKw: number; hours: number },
): number =>
  energyKwh +
  session.chargeEfficiency * chargeKw * hours -
  (dischargeKw * hours) / session.dischargeEfficiency;

/** Energy at the start of each slot and, last, at the end of the horizon, kWh. */
export const energiesOf = (
  session: ProblemSession,
  {
    chargeKw,
    dischargeKw,
    hours,
  }: { chargeKw: ArrayLike<number>; dischargeKw: ArrayLike<number>; hours: ArrayLike<number> },
): number[] => {
  const energies = [session.initialKwh];
  for (let slot = 0; slot < hours.length; slot++)
    energies.push(
      energyAfter(session, at(energies, slot), {
        chargeKw: at(chargeKw, slot),
        dischargeKw: at(dischargeKw, slot),
        hours: at(hours, slot),
      }),
    );
  return energies;
};

/** The most energy that could be there at the end of a slot in which the car is plugged in, kWh. */
export const reachedKwh = (session: ProblemSession, energyKwh: number, hours: number): number =>
  Math.max(energyKwh, energyKwh + session.chargeEfficiency * acceptedKw(session, energyKwh, hours) * hours);

/** The most energy that could be reached by the start of each slot if nothing else used the supply. */
export const reachKwh = (session: ProblemSession, hours: readonly number[]): number[] => {
  const reach = [session.initialKwh];
  for (const [slot, slotHours] of hours.entries()) {
    const energy = at(reach, slot);
    reach.push(isPluggedIn(session, slot) ? reachedKwh(session, energy, slotHours) : energy);
  }
  return reach;
};
