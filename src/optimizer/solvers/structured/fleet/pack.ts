import { emptyFleet, type Fleet, type Size, type Store } from "./fleet.js";
import type { Car, Place, Placed } from "./layout.js";
import { FIELDS, putSeat } from "./seat.js";
import type { Stretch } from "./stretches.js";

/** Cars that can move, laid one after the other; then brought to where a kernel wants them. */
export interface Packing {
  add(car: Car, placed: Placed): void;
  sizeFor(shape: { slots: number; gates: number }): Size;
  /** Widths go to `under`; prices, gains and right-hand sides to their own. */
  into(size: Size, store: Store): Fleet;
}

/** Stretches of a power that take a column: none where it cannot move. */
const moving = ({ isFree, stretches }: Place): readonly Stretch[] => (isFree ? stretches : []);

/** Numbers laid so far, in arrays with room for more. */
interface Laid {
  width: Float64Array;
  cost: Float64Array;
  gain: Float64Array;
  rhs: Float64Array;
  field: Int32Array;
  main: Int32Array;
  sessions: number;
  columns: number;
  rows: number;
  extras: number;
}

const widened = <Values extends Float64Array | Int32Array>(
  values: Values,
  wanted: number,
  make: (length: number) => Values,
): Values => {
  if (wanted <= values.length) return values;
  const wider = make(2 * wanted);
  wider.set(values);
  return wider;
};

const floats = (length: number): Float64Array => new Float64Array(length);
const ints = (length: number): Int32Array => new Int32Array(length);

/** Makes room for one more session of so many columns at most. */
const reserve = (laid: Laid, columns: number, rows: number): void => {
  laid.width = widened(laid.width, laid.columns + columns, floats);
  laid.cost = widened(laid.cost, laid.columns + columns, floats);
  laid.gain = widened(laid.gain, laid.columns + columns, floats);
  laid.rhs = widened(laid.rhs, laid.rows + rows, floats);
  laid.field = widened(laid.field, (laid.sessions + 1) * FIELDS, ints);
  laid.main = widened(laid.main, laid.extras + columns, ints);
};

const lay = (laid: Laid, column: number, { width, cost }: Stretch, gain: number): void => {
  laid.width[column] = width;
  laid.cost[column] = cost;
  laid.gain[column] = gain;
};

/** A column that nothing meets: for a place that cannot move, and to make the number of columns even. */
const IDLE: Stretch = { width: 2, cost: 0 };

const layExtra = (laid: Laid, stretch: Stretch, { gain, place }: { gain: number; place: number }): void => {
  lay(laid, laid.columns++, stretch, gain);
  laid.main[laid.extras++] = place;
};

/** Lays the stretches of a place: the first at the place, the others behind all places. */
const layPlace = (laid: Laid, column: number, stretches: readonly Stretch[], gain: number): void => {
  const own = stretches[0];
  lay(laid, column, own ?? IDLE, own === undefined ? 0 : gain);
  for (let at = 1; at < stretches.length; at++) layExtra(laid, stretches[at]!, { gain, place: column });
};

const layCar = (laid: Laid, car: Car, { charge, discharge, energy, rhs }: Placed): void => {
  const first = laid.columns;
  const places = charge.length + discharge.length + energy.length;
  reserve(laid, places + 1 + extrasOf(charge, discharge, energy), rhs.length);
  const firstExtra = laid.extras;
  laid.columns += places;
  let column = first;
  for (const place of charge) layPlace(laid, column++, moving(place), place.gain);
  for (const place of discharge) layPlace(laid, column++, moving(place), place.gain);
  for (const stretches of energy) layPlace(laid, column++, stretches, 1);
  if ((laid.columns - first) % 2 === 1) layExtra(laid, IDLE, { gain: 0, place: first + places });
  putSeat(laid.field, laid.sessions, {
    n: car.slots,
    firstSlot: car.firstSlot,
    m: car.rows,
    charge: first,
    discharge: discharge.length === 0 ? -1 : first + car.slots,
    energy: first + car.slots + discharge.length,
    extras: first + places,
    end: laid.columns,
    firstExtra,
    firstRow: laid.rows,
    number: car.gate,
  });
  laid.rhs.set(rhs, laid.rows);
  laid.rows += rhs.length;
  laid.sessions++;
};

const extrasOf = (
  charge: readonly Place[],
  discharge: readonly Place[],
  energy: readonly (readonly Stretch[])[],
): number => {
  let total = 0;
  for (const { stretches } of charge) total += stretches.length;
  for (const { stretches } of discharge) total += stretches.length;
  for (const { length } of energy) total += length;
  return total;
};

/** An empty packing. */
export const packing = (): Packing => {
  const laid: Laid = {
    width: floats(1_024),
    cost: floats(1_024),
    gain: floats(1_024),
    rhs: floats(1_024),
    field: ints(1_024),
    main: ints(1_024),
    sessions: 0,
    columns: 0,
    rows: 0,
    extras: 0,
  };
  return {
    add: (car, placed) => layCar(laid, car, placed),
    sizeFor({ slots, gates }) {
      const { sessions, columns, rows, extras } = laid;
      return { slots, gates, sessions, columns, rows, extras };
    },
    into(size, store) {
      const fleet = emptyFleet(size, store);
      fleet.columns.under.set(laid.width.subarray(0, size.columns));
      fleet.columns.cost.set(laid.cost.subarray(0, size.columns));
      fleet.columns.gain.set(laid.gain.subarray(0, size.columns));
      fleet.rows.rhs.set(laid.rhs.subarray(0, size.rows));
      fleet.field.set(laid.field.subarray(0, size.sessions * FIELDS));
      fleet.main.set(laid.main.subarray(0, size.extras));
      return fleet;
    },
  };
};
