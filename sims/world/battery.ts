/**
 * A car's battery, advanced in closed form: between two changes of what is wanted of it the result
 * does not depend on how often it is looked at.
 *
 * Power is at the grid side of the port: charging stores η_c·p, discharging takes p/η_d. Near full the
 * battery takes at most intercept − slope·energy; there the energy follows an exponential.
 */
export interface Battery {
  readonly capacityKwh: number;
  readonly energyKwh: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  /** The car itself stops discharging here. */
  readonly floorKwh: number;
  readonly taper: { readonly interceptKw: number; readonly slopeKwPerKwh: number } | null;
}

export interface BatteryStep {
  readonly battery: Battery;
  /** Energy at the port. */
  readonly importedKwh: number;
  readonly exportedKwh: number;
}

/** Closer than this to full or to the floor counts as there. */
const TOUCH_KWH = 1e-9;

const taperKw = (battery: Battery): number =>
  battery.taper === null
    ? Infinity
    : Math.max(0, battery.taper.interceptKw - battery.taper.slopeKwPerKwh * battery.energyKwh);

const isFull = (battery: Battery): boolean => battery.energyKwh >= battery.capacityKwh - TOUCH_KWH;
const isAtFloor = (battery: Battery): boolean => battery.energyKwh <= battery.floorKwh + TOUCH_KWH;

/** Signed power at the port now, when `wantedKw` is offered (≥ 0) or asked for (< 0). */
export const portPowerKw = (battery: Battery, wantedKw: number): number => {
  if (wantedKw > 0) return isFull(battery) ? 0 : Math.min(wantedKw, taperKw(battery));
  if (wantedKw < 0) return isAtFloor(battery) ? 0 : wantedKw;
  return 0;
};

/** Lets `durationH` hours pass while `wantedKw` is offered or asked for. */
export const advanceBattery = (battery: Battery, wantedKw: number, durationH: number): BatteryStep => {
  const energyKwh =
    wantedKw > 0
      ? chargedKwh(battery, wantedKw, durationH)
      : wantedKw < 0
        ? dischargedKwh(battery, -wantedKw, durationH)
        : battery.energyKwh;
  const stored = energyKwh - battery.energyKwh;
  return {
    battery: { ...battery, energyKwh },
    importedKwh: Math.max(0, stored) / battery.chargeEfficiency,
    exportedKwh: Math.max(0, -stored) * battery.dischargeEfficiency,
  };
};

/** Hours until power jumps to 0 because the battery is full or at its floor; Infinity when it does not. */
export const hoursToJump = (battery: Battery, wantedKw: number): number => {
  if (wantedKw > 0) return isFull(battery) ? Infinity : hoursToFull(battery, wantedKw);
  if (wantedKw < 0)
    return isAtFloor(battery)
      ? Infinity
      : ((battery.energyKwh - battery.floorKwh) * battery.dischargeEfficiency) / -wantedKw;
  return Infinity;
};

const dischargedKwh = (battery: Battery, powerKw: number, durationH: number): number =>
  isAtFloor(battery)
    ? battery.energyKwh
    : Math.max(battery.floorKwh, battery.energyKwh - (powerKw * durationH) / battery.dischargeEfficiency);

/** Energy at which the taper begins to bind at this power. */
const kneeKwh = (battery: Battery, powerKw: number): number =>
  battery.taper === null || battery.taper.slopeKwPerKwh === 0
    ? battery.capacityKwh
    : Math.min(battery.capacityKwh, (battery.taper.interceptKw - powerKw) / battery.taper.slopeKwPerKwh);

const chargedKwh = (battery: Battery, powerKw: number, durationH: number): number => {
  if (isFull(battery)) return battery.energyKwh;
  const { energyKwh, capacityKwh, chargeEfficiency: efficiency, taper } = battery;
  const flat = Math.min(powerKw, taper?.slopeKwPerKwh === 0 ? taper.interceptKw : Infinity);
  const knee = kneeKwh(battery, flat);
  const flatH = Math.max(0, (knee - energyKwh) / (efficiency * flat));
  if (durationH <= flatH) return Math.min(capacityKwh, energyKwh + efficiency * flat * durationH);
  if (taper === null || knee >= capacityKwh) return capacityKwh;
  const start = Math.max(energyKwh, knee);
  const startKw = Math.max(0, taper.interceptKw - taper.slopeKwPerKwh * start);
  const decay = Math.exp(-taper.slopeKwPerKwh * efficiency * (durationH - flatH));
  return Math.min(capacityKwh, (taper.interceptKw - startKw * decay) / taper.slopeKwPerKwh);
};

const hoursToFull = (battery: Battery, powerKw: number): number => {
  const { energyKwh, capacityKwh, chargeEfficiency: efficiency, taper } = battery;
  const flat = Math.min(powerKw, taper?.slopeKwPerKwh === 0 ? taper.interceptKw : Infinity);
  const knee = kneeKwh(battery, flat);
  const flatH = Math.max(0, (knee - energyKwh) / (efficiency * flat));
  if (taper === null || knee >= capacityKwh) return flatH;
  const startKw = taper.interceptKw - taper.slopeKwPerKwh * Math.max(energyKwh, knee);
  const endKw = taper.interceptKw - taper.slopeKwPerKwh * capacityKwh;
  if (endKw <= 0 || startKw <= 0) return Infinity;
  return flatH + Math.log(startKw / endKw) / (taper.slopeKwPerKwh * efficiency);
};
