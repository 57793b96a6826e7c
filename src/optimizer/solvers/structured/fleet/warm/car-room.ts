import type { Fleet } from "../fleet.js";
import { seatOf } from "../seat.js";

/**
 * One car's numbers side by side, whatever the memory looks like that they come from: the only place where
 * warm starts meet the layout of a fleet. Places are those of `Fleet`, charge powers, discharge powers and
 * energies; columns are their stretches, in the order of places and then of extras. There is room for more
 * than a car has.
 */
export interface CarRoom {
  /** Slots of its window, the first of them, own rows, places, columns. */
  n: number;
  firstSlot: number;
  m: number;
  places: number;
  columns: number;
  /** First place of discharge, -1 where it never does, and of energy. */
  discharge: number;
  energy: number;
  /** Place of each column. */
  place: Int32Array;
  above: Float64Array;
  under: Float64Array;
  z: Float64Array;
  w: Float64Array;
  cost: Float64Array;
  /** kWh per kW of each place; 0: it cannot move. */
  gain: Float64Array;
  /** What the linking rows pull at each place. */
  pull: Float64Array;
  y: Float64Array;
  rhs: Float64Array;
}

/** Most columns of a car: energies have the most stretches. */
const mostColumns = (fleet: Fleet): number => {
  let most = 0;
  for (let session = 0; session < fleet.sessions; session++) {
    const { charge, end } = seatOf(fleet, session);
    most = Math.max(most, end - charge);
  }
  return most;
};

const floats = (length: number): Float64Array => new Float64Array(length);

export const carRoom = (fleet: Fleet): CarRoom => {
  const [places, columns] = [3 * fleet.slots, mostColumns(fleet)];
  return {
    n: 0,
    firstSlot: 0,
    m: 0,
    places: 0,
    columns: 0,
    discharge: -1,
    energy: 0,
    place: new Int32Array(columns),
    above: floats(columns),
    under: floats(columns),
    z: floats(columns),
    w: floats(columns),
    cost: floats(columns),
    gain: floats(places),
    pull: floats(places),
    y: floats(fleet.slots),
    rhs: floats(fleet.slots),
  };
};

/** Takes a car out of its fleet. */
export const takeCar = (fleet: Fleet, session: number, car: CarRoom): void => {
  const seat = seatOf(fleet, session);
  const { charge, discharge, energy, extras, end, firstExtra, firstRow, gate, n, m, firstSlot } = seat;
  Object.assign(car, { n, m, firstSlot, places: extras - charge, columns: end - charge });
  Object.assign(car, { discharge: discharge < 0 ? -1 : discharge - charge, energy: energy - charge });
  const { above, under, z, w, cost, gain } = fleet.columns;
  for (let column = 0; column < car.columns; column++) {
    const from = charge + column;
    car.place[column] = from < extras ? column : fleet.main[firstExtra + from - extras]! - charge;
    car.above[column] = above[from]!;
    car.under[column] = under[from]!;
    car.z[column] = z[from]!;
    car.w[column] = w[from]!;
    car.cost[column] = cost[from]!;
  }
  for (let place = 0; place < car.places; place++) car.gain[place] = gain[charge + place]!;
  car.pull.fill(0, 0, car.places);
  for (let k = 0; k < n; k++) {
    if (car.gain[k] !== 0) car.pull[k] = fleet.sums.pullIn[gate + k]!;
    if (discharge >= 0 && car.gain[car.discharge + k] !== 0)
      car.pull[car.discharge + k] = fleet.sums.pullOut[gate + k]!;
  }
  for (let row = 0; row < m; row++) {
    car.y[row] = fleet.rows.y[firstRow + row]!;
    car.rhs[row] = fleet.rows.rhs[firstRow + row]!;
  }
};

/** Puts a car's point back into its fleet. */
export const putCar = (fleet: Fleet, session: number, car: CarRoom): void => {
  const { charge, firstRow } = seatOf(fleet, session);
  const { above, under, z, w } = fleet.columns;
  for (let column = 0; column < car.columns; column++) {
    above[charge + column] = car.above[column]!;
    under[charge + column] = car.under[column]!;
    z[charge + column] = car.z[column]!;
    w[charge + column] = car.w[column]!;
  }
  for (let row = 0; row < car.m; row++) fleet.rows.y[firstRow + row] = car.y[row]!;
};
