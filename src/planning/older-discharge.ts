import type { EvseConfig } from "../domain/site.js";
import { dischargesAt } from "../domain/discharge.js";
import { allowsDischarge } from "../domain/session.js";
import { hours, SLOT_MS } from "../domain/units.js";
import { minimumKw } from "../domain/draw.js";
import { DEFAULT_EFFICIENCY, type ResolvedNeed } from "./needs.js";
import type { PresentCar } from "./present-cars.js";

/**
 * What may be taken from a car at a station that has no word for discharge and was seen to do it all the same. Such a
 * station does not tell the car's battery: it is planned with what its driver allows to be taken, and with nothing
 * where no driver said how much.
 */
export const withOlderDischarge = (need: ResolvedNeed, car: PresentCar): ResolvedNeed => {
  const { config, session, stationState } = car;
  const way = dischargesAt(stationState.capabilities ?? {}, session.evseId);
  const mayGiveBack = way !== undefined && allowsDischarge(session) && !need.chargeNow;
  if (!mayGiveBack || config.maxDischargeKw <= 0) return need;
  const { maxDischargeKw } = config;
  if (need.battery !== null)
    return { ...need, maxDischargeKw: session.needs?.maxDischargeKw ?? maxDischargeKw };
  const { dischargeLeftKwh } = need;
  return dischargeLeftKwh === null
    ? need
    : { ...need, maxDischargeKw, reserveKwh: 0, battery: window(need, config) };
};

/** A battery of what may be taken and what is wanted; it may be passed by a slot at least power, as a request may. */
const window = (
  { dischargeLeftKwh, energyToGoKwh }: ResolvedNeed,
  config: EvseConfig,
): NonNullable<ResolvedNeed["battery"]> => {
  const energyKwh = (dischargeLeftKwh ?? 0) / DEFAULT_EFFICIENCY;
  const targetKwh = energyKwh + energyToGoKwh * DEFAULT_EFFICIENCY;
  return {
    capacityKwh: targetKwh + minimumKw(config) * hours(SLOT_MS),
    energyKwh,
    targetKwh,
    isWindow: true,
  };
};
