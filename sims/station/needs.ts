import type { OcppVersion } from "../../src/domain/fleet.js";
import type { ChargingNeeds } from "../../src/domain/session.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { SECOND_MS } from "../../src/domain/units.js";
import type { Battery } from "../world/battery.js";
import type { Visit } from "../world/visit.js";

const wattHours = (kwh: number): number => Math.round(kwh * 1000) / 1000;

/** State of charge as a car tells it: whole percent, never more than it holds. */
export const wholePercent = ({ energyKwh, capacityKwh }: Battery): number =>
  Math.floor((100 * energyKwh) / capacityKwh + 1e-9);

/** Whole amperes per phase that the car takes at most, as it tells in OCPP 2.0.1. */
const carAmps = (visit: Visit, evse: EvseConfig): number =>
  Math.floor((visit.car.maxChargeKw * 1000) / (evse.voltageV * carPhases(visit, evse)) + 1e-6);

/** The same from what was told in kW. */
export const carAmpsOf = (needs: ChargingNeeds, evse: EvseConfig, phases: 1 | 3): number =>
  Math.round(((needs.maxChargeKw ?? 0) * 1000) / (evse.voltageV * phases));

/** The transfer that a one-way car asks for. */
export const transferOf = (phases: 1 | 3): string => (phases === 3 ? "AC_three_phase" : "AC_single_phase");

const carPhases = (visit: Visit, evse: EvseConfig): 1 | 3 =>
  evse.phases === 3 && visit.car.phases === 3 ? 3 : 1;

/**
 * What the car tells at plug-in. OCPP 1.6 has no message for it; 2.0.1 and a one-way car tell energy,
 * current and departure; a bidirectional car on 2.1 tells its battery too. Whole seconds, Wh and W, as
 * they travel.
 */
export const needsOf = (visit: Visit, version: OcppVersion, evse: EvseConfig): ChargingNeeds | null => {
  if (version === "1.6") return null;
  const told = {
    departureMs: visit.tellsDeparture === false ? null : Math.floor(visit.departMs / SECOND_MS) * SECOND_MS,
    energyNeedKwh: wattHours(visit.energyNeedKwh),
  };
  const { battery, maxChargeKw, maxDischargeKw } = visit.car;
  const energyKwh = (wattHours(battery.capacityKwh) * wholePercent(battery)) / 100;
  if (version === "2.1" && evse.maxDischargeKw > 0 && maxDischargeKw > 0)
    return {
      ...told,
      capacityKwh: wattHours(battery.capacityKwh),
      energyKwh,
      maxChargeKw: wattHours(maxChargeKw),
      maxDischargeKw: wattHours(maxDischargeKw),
      // Told as a difference to the present charge, so it is rounded as one.
      reserveKwh: Math.max(0, energyKwh + wattHours(visit.reserveKwh - energyKwh)),
    };
  return {
    ...told,
    capacityKwh: null,
    energyKwh: null,
    maxChargeKw: (carAmps(visit, evse) * evse.voltageV * carPhases(visit, evse)) / 1000,
    maxDischargeKw: null,
    reserveKwh: null,
  };
};
