import { floorTo, sum } from "../domain/units.js";

/** A deviation below this is left alone, kW; room must be twice as large before anything is given back. */
const DEADBAND_KW = 0.5;
/** Setpoints are told in whole watts. */
const STEP_KW = 0.001;

/** A car whose power may be corrected between two plans. Powers are signed, at the grid side of the port. */
export interface CorrectableCar {
  readonly id: string;
  /** By the schedule of the plan, now. */
  readonly plannedKw: number;
  /** What it is told to do now: by its correction, else by the plan. */
  readonly toldKw: number;
  /** The furthest down that it may be told to go: below 0 only where it may be discharged. */
  readonly leastKw: number;
  /** Below this nothing flows, in either direction. */
  readonly minimumKw: number;
  /** What it is told less what it was measured at, where it was told that after the measurement; else 0. */
  readonly unseenKw: number;
  /** Its driver asked for all at once: corrected last, and never discharged. */
  readonly urgent: boolean;
  /** The most by which it may be changed at a time. */
  readonly rampKw: number;
}

/** What the site draws as measured, and the limits in force now; null: none. */
export interface SiteAim {
  readonly importKw: number;
  readonly importLimitKw: number | null;
  readonly exportLimitKw: number | null;
  /** What all cars together may give back beyond what they may give back already, kW. */
  readonly dischargeRoomKw: number;
}

export interface Correction {
  readonly id: string;
  readonly powerKw: number;
}

/**
 * What to tell cars between two plans, from what the site draws as measured: an excess over the import limit
 * is taken off charging first, then off batteries that may be discharged; what cars give back beyond the
 * export limit is taken off that. Where there is room again cars go back to the plan, and never beyond it:
 * no correction has a car draw more than its plan or nothing, whichever is more, so that no limit depends
 * on a message that may be lost. Changes are bounded by each car's ramp.
 */
export const correctionsOf = (cars: readonly CorrectableCar[], aim: SiteAim): Correction[] => {
  const expectedKw = aim.importKw + sum(cars.map(({ unseenKw }) => unseenKw));
  const excessKw = expectedKw - (aim.importLimitKw ?? Infinity);
  const returnedKw = -expectedKw - (aim.exportLimitKw ?? Infinity);
  if (excessKw > DEADBAND_KW) return changed(cars, lowered(cars, excessKw, aim.dischargeRoomKw));
  if (returnedKw > DEADBAND_KW)
    return changed(
      cars,
      raised(cars, returnedKw, ({ toldKw }) => -toldKw),
    );
  const [upKw, downKw] = [-excessKw - DEADBAND_KW, -returnedKw - DEADBAND_KW];
  return changed(cars, (car) => {
    const offKw = car.plannedKw - car.toldKw;
    const roomKw = offKw > 0 ? upKw : downKw;
    if (roomKw <= DEADBAND_KW) return car.toldKw;
    return backToPlan(car, share(cars, roomKw, offKw > 0));
  });
};

type Told = (car: CorrectableCar) => number;

const changed = (cars: readonly CorrectableCar[], told: Told): Correction[] =>
  cars.flatMap((car) => {
    const powerKw = floorTo(told(car), STEP_KW);
    return Math.abs(powerKw - car.toldKw) < STEP_KW ? [] : [{ id: car.id, powerKw }];
  });

/** Below the minimum nothing flows; towards 0, so that neither direction is more than was meant. */
const snapped = (powerKw: number, { minimumKw }: CorrectableCar): number =>
  Math.abs(powerKw) < minimumKw - STEP_KW ? 0 : powerKw;

/** The part of a room that the cars together ask for, that each may have. */
const share = (cars: readonly CorrectableCar[], roomKw: number, upwards: boolean): number => {
  const wantedKw = sum(
    cars.map(({ plannedKw, toldKw }) => Math.max(0, (upwards ? 1 : -1) * (plannedKw - toldKw))),
  );
  return wantedKw <= 0 ? 0 : Math.min(1, roomKw / wantedKw);
};

/** A step towards the plan; one that would end below the minimum waits until there is room for all of it. */
const backToPlan = (car: CorrectableCar, part: number): number => {
  const offKw = car.plannedKw - car.toldKw;
  const stepKw = Math.sign(offKw) * Math.min(car.rampKw, Math.abs(offKw) * part);
  const powerKw = car.toldKw + stepKw;
  if (Math.abs(powerKw) >= car.minimumKw - STEP_KW) return powerKw;
  // From nothing at once to the minimum, where all of it fits.
  const leastKw = Math.sign(offKw) * Math.min(car.minimumKw, Math.abs(car.plannedKw));
  const fits = Math.abs(leastKw - car.toldKw) <= Math.abs(offKw) * part + STEP_KW;
  return fits && Math.sign(car.plannedKw) === Math.sign(offKw) ? leastKw : snapped(powerKw, car);
};

/** Cars as told, less what must go: from charging, then from batteries, at last from urgent cars. */
const lowered = (cars: readonly CorrectableCar[], needKw: number, dischargeRoomKw: number): Told => {
  const told = new Map(cars.map((car) => [car.id, car.toldKw]));
  const stages: { readonly takes: (car: CorrectableCar) => boolean; readonly discharges: boolean }[] = [
    { takes: ({ urgent }) => !urgent, discharges: false },
    { takes: ({ urgent }) => !urgent, discharges: true },
    { takes: ({ urgent }) => urgent, discharges: false },
  ];
  let leftKw = needKw;
  for (const { takes, discharges } of stages) {
    const taking = cars.filter(takes);
    const roomOf = (car: CorrectableCar): number => stageRoomKw(car, told.get(car.id) ?? 0, discharges);
    const roomKw = sum(taking.map(roomOf));
    const boundKw = discharges ? Math.min(leftKw, Math.max(0, dischargeRoomKw)) : leftKw;
    const part = roomKw <= 0 ? 0 : Math.min(1, boundKw / roomKw);
    for (const car of taking) {
      const before = told.get(car.id) ?? 0;
      const after = snapped(before - part * roomOf(car), car);
      told.set(car.id, after);
      leftKw -= before - after;
    }
    if (leftKw <= STEP_KW) break;
  }
  return ({ id, toldKw }) => told.get(id) ?? toldKw;
};

const stageRoomKw = (car: CorrectableCar, nowKw: number, discharges: boolean): number => {
  const floorKw = discharges ? car.leastKw : 0;
  const rampLeftKw = Math.max(0, car.rampKw - (car.toldKw - nowKw));
  return Math.max(0, Math.min(rampLeftKw, nowKw - floorKw));
};

/** Cars that give back give back less, in the proportion of what each gives. */
const raised = (cars: readonly CorrectableCar[], needKw: number, roomOf: Told): Told => {
  const roomKw = (car: CorrectableCar): number => Math.max(0, Math.min(car.rampKw, roomOf(car)));
  const part = Math.min(1, needKw / Math.max(STEP_KW, sum(cars.map(roomKw))));
  return (car) => Math.min(Math.max(car.toldKw, 0), snapped(car.toldKw + part * roomKw(car), car));
};
