import type { Preference } from "../../src/domain/session.js";
import { type EpochMs, hours } from "../../src/domain/units.js";
import { type Battery, advanceBattery } from "./battery.js";

/** A car as it rolls in. */
export interface Car {
  readonly id: string;
  readonly className: string;
  readonly battery: Battery;
  readonly phases: 1 | 3;
  readonly maxChargeKw: number;
  /** 0 for a car that cannot give back. */
  readonly maxDischargeKw: number;
}

/** One stay of a car at a station. */
export interface Visit {
  readonly id: string;
  readonly stationId: string;
  readonly car: Car;
  readonly idToken: string;
  readonly arriveMs: EpochMs;
  readonly departMs: EpochMs;
  /** false: the car tells its needs without when it leaves. It tells it where left out. */
  readonly tellsDeparture?: boolean;
  /** Wanted from plug-in to departure, at the port. */
  readonly energyNeedKwh: number;
  /** Reserve below which the driver does not want the car discharged. */
  readonly reserveKwh: number;
  /** What the driver types into an app once plugged in; null: nothing. */
  readonly preference: Preference | null;
}

/** The most of the need that the stay itself allows, at the port: full power from plug-in to departure. */
export const possibleKwh = (visit: Visit, stationMaxKw: number): number => {
  const powerKw = Math.min(visit.car.maxChargeKw, stationMaxKw);
  const stay = hours(Math.max(0, visit.departMs - visit.arriveMs));
  return Math.min(visit.energyNeedKwh, advanceBattery(visit.car.battery, powerKw, stay).importedKwh);
};

/** Of the need, what a battery now holds, counted at the port. */
export const servedKwh = (visit: Visit, energyNowKwh: number): number =>
  Math.min(
    visit.energyNeedKwh,
    Math.max(0, (energyNowKwh - visit.car.battery.energyKwh) / visit.car.battery.chargeEfficiency),
  );

/** What is left of a visit when the car's session has to begin anew: the car as it stands, the rest of its need. */
export const stillWanted = (visit: Visit, car: Car): Visit => {
  const energyNeedKwh = visit.energyNeedKwh - servedKwh(visit, car.battery.energyKwh);
  const { preference } = visit;
  const told = preference?.energyNeedKwh == null ? preference : { ...preference, energyNeedKwh };
  return { ...visit, car, energyNeedKwh, preference: told };
};
