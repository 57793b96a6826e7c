import { type Fleet, type Size, type Store, shared } from "./fleet.js";
import { FIELDS, putSeat, type Seat } from "./seat.js";

/** Sessions laid one after the other, in arrays with room for more; the form is that of `Fleet`. */
export interface Laid {
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
  /** The place at hand, its gain, and whether its first stretch is laid. */
  place: number;
  placeGain: number;
  isBegun: boolean;
}

const floats = (length: number): Float64Array => new Float64Array(length);
const ints = (length: number): Int32Array => new Int32Array(length);
const FIRST_LENGTH = 1_024;

export const nothingLaid = (): Laid => ({
  width: floats(FIRST_LENGTH),
  cost: floats(FIRST_LENGTH),
  gain: floats(FIRST_LENGTH),
  rhs: floats(FIRST_LENGTH),
  field: ints(FIRST_LENGTH),
  main: ints(FIRST_LENGTH),
  sessions: 0,
  columns: 0,
  rows: 0,
  extras: 0,
  place: -1,
  placeGain: 0,
  isBegun: false,
});

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

/** Makes room for one more session of so many columns and rows at most. */
export const reserve = (laid: Laid, columns: number, rows: number): void => {
  laid.width = widened(laid.width, laid.columns + columns, floats);
  laid.cost = widened(laid.cost, laid.columns + columns, floats);
  laid.gain = widened(laid.gain, laid.columns + columns, floats);
  laid.rhs = widened(laid.rhs, laid.rows + rows, floats);
  laid.field = widened(laid.field, (laid.sessions + 1) * FIELDS, ints);
  laid.main = widened(laid.main, laid.extras + columns, ints);
};

export const beginPlace = (laid: Laid, column: number, gain: number): void => {
  laid.place = column;
  laid.placeGain = gain;
  laid.isBegun = false;
};

/** Lays the next stretch of the place at hand: the first at the place, the others behind all places. */
export const layStretch = (laid: Laid, width: number, cost: number): void => {
  let column = laid.place;
  if (laid.isBegun) {
    column = laid.columns++;
    laid.main[laid.extras++] = laid.place;
  }
  laid.isBegun = true;
  laid.width[column] = width;
  laid.cost[column] = cost;
  laid.gain[column] = laid.placeGain;
};

/** Width of a column that nothing meets. */
const IDLE_WIDTH = 2;

/** A place without a stretch cannot move: a column that nothing meets stands there. */
export const endPlace = (laid: Laid): void => {
  if (laid.isBegun) return;
  laid.placeGain = 0;
  layStretch(laid, IDLE_WIDTH, 0);
};

export const endSession = (laid: Laid, seat: Omit<Seat, "gate" | "end">): void => {
  putSeat(laid.field, laid.sessions, { ...seat, end: laid.columns });
  laid.rows += seat.m;
  laid.sessions++;
};

export const sizeOf = (
  { sessions, columns, rows, extras }: Laid,
  shape: { slots: number; gates: number },
): Size => ({ ...shape, sessions, columns, rows, extras });

/** What is laid as a fleet, which goes on with its arrays: widths become distances from above. */
export const fleetOf = (laid: Laid, size: Size, store: Store): Fleet => {
  const { width, cost, gain, rhs, field, main } = laid;
  const columns = {
    above: floats(size.columns),
    under: width.subarray(0, size.columns),
    z: floats(size.columns),
    w: floats(size.columns),
    cost: cost.subarray(0, size.columns),
    gain: gain.subarray(0, size.columns),
  };
  return {
    ...shared(size, store),
    field: field.subarray(0, size.sessions * FIELDS),
    main: main.subarray(0, size.extras),
    columns,
    rows: { y: floats(size.rows), rhs: rhs.subarray(0, size.rows) },
  };
};
