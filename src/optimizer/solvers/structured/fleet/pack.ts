import {
  CHARGE,
  DISCHARGE,
  emptyFleet,
  END,
  ENERGY,
  EXTRAS,
  FIELDS,
  FIRST_EXTRA,
  FIRST_ROW,
  FIRST_SLOT,
  type Fleet,
  GATE,
  ROWS,
  SLOTS,
} from "./fleet.js";
import type { Car, Place } from "./layout.js";
import type { Stretch } from "./stretches.js";

const extrasOf = (places: readonly (readonly Stretch[])[]): number =>
  places.reduce((total, stretches) => total + Math.max(0, stretches.length - 1), 0);

/** Stretches of a power that take a column: none where it cannot move. */
const moving = ({ isFree, stretches }: Place): readonly Stretch[] => (isFree ? stretches : []);

const allPlaces = ({ charge, discharge, energy }: Car): (readonly Stretch[])[] => [
  ...charge.map(moving),
  ...discharge.map(moving),
  ...energy,
];

/** A place as it is laid; no stretches: it cannot move. */
type Laid = Pick<Place, "stretches" | "gain">;

/** Where the next session begins. */
interface Cursor {
  column: number;
  row: number;
  extra: number;
}

/** Lays the stretches of a row of places into columns: the first of each at its place, the others as extras. */
const layPlaces = (
  fleet: Fleet,
  places: readonly Laid[],
  { first, extra }: { first: number; extra: { column: number; index: number } },
): void => {
  const { columns, main } = fleet;
  for (const [at, { stretches, gain }] of places.entries()) {
    const column = first + at;
    const [own, ...others] = stretches;
    // A place that cannot move keeps a column of width 2 without price or gain, which no other meets.
    columns.under[column] = own?.width ?? 2;
    columns.cost[column] = own?.cost ?? 0;
    columns.gain[column] = own === undefined ? 0 : gain;
    for (const { width, cost } of others) {
      columns.under[extra.column] = width;
      columns.cost[extra.column] = cost;
      columns.gain[extra.column] = gain;
      main[extra.index++] = column;
      extra.column++;
    }
  }
};

const layCar = (fleet: Fleet, car: Car, number: number, cursor: Cursor): void => {
  const base = number * FIELDS;
  const { field, rows } = fleet;
  const slots = car.charge.length;
  const main = slots + car.discharge.length + car.energy.length;
  const extras = extrasOf(allPlaces(car));
  field[base + FIRST_SLOT] = car.firstSlot;
  field[base + SLOTS] = slots;
  field[base + FIRST_ROW] = cursor.row;
  field[base + ROWS] = car.rhs.length;
  field[base + CHARGE] = cursor.column;
  field[base + DISCHARGE] = car.discharge.length === 0 ? -1 : cursor.column + slots;
  field[base + ENERGY] = cursor.column + slots + car.discharge.length;
  field[base + EXTRAS] = cursor.column + main;
  field[base + END] = cursor.column + main + extras;
  field[base + FIRST_EXTRA] = cursor.extra;
  field[base + GATE] = car.gate;
  rows.rhs.set(car.rhs, cursor.row);
  const extra = { column: cursor.column + main, index: cursor.extra };
  const powers = (places: readonly Place[]): Laid[] =>
    places.map((place) => ({ stretches: moving(place), gain: place.gain }));
  layPlaces(fleet, powers(car.charge), { first: cursor.column, extra });
  layPlaces(fleet, powers(car.discharge), { first: cursor.column + slots, extra });
  const energy = car.energy.map((stretches) => ({ stretches, gain: 1 }));
  layPlaces(fleet, energy, { first: cursor.column + slots + car.discharge.length, extra });
  cursor.column += main + extras;
  cursor.row += car.rhs.length;
  cursor.extra += extras;
};

/** Lays cars that can move into a fleet: widths in `under`, prices, gains and right-hand sides. */
export const packFleet = (
  cars: readonly Car[],
  { slots, gates }: { slots: number; gates: number },
): Fleet => {
  let [columns, rows, extras] = [0, 0, 0];
  for (const car of cars) {
    const own = extrasOf(allPlaces(car));
    columns += car.charge.length + car.discharge.length + car.energy.length + own;
    rows += car.rhs.length;
    extras += own;
  }
  const fleet = emptyFleet({ slots, sessions: cars.length, gates, columns, rows, extras });
  const cursor = { column: 0, row: 0, extra: 0 };
  for (const [number, car] of cars.entries()) layCar(fleet, car, number, cursor);
  return fleet;
};
