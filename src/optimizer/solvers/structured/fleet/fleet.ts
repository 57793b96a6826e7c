/**
 * Sessions in the form that the kernels pass over: flat arrays, session after session, so that a session's
 * numbers lie side by side. A session has places: a charge power per slot, a discharge power per slot
 * where it may discharge, and the energy at the end of each slot (a chain), or only at departure (a
 * request). Each place is a column, or several where its price changes on the way: `extras`, of which the
 * cheapest fills first. Every column goes from 0 to its width.
 *
 * Own rows of a chain, slot by slot: energy before + gain·charge + gain·discharge − energy after = rhs. The
 * one row of a request: Σ gain·charge − energy gained = rhs. A gain of 0 marks a place that cannot move.
 */
export interface Fleet {
  readonly slots: number;
  readonly sessions: number;
  readonly gates: number;
  /** `FIELDS` numbers per session. */
  readonly field: Int32Array;
  /** The column whose place each extra shares, extra after extra. */
  readonly main: Int32Array;
  readonly columns: Columns;
  readonly rows: Rows;
  readonly sums: GateSums;
  /** Per gate and slot, where its rows stand in their group of linking rows; -1 where there is none. */
  readonly place: { readonly net: Int32Array; readonly charge: Int32Array; readonly discharge: Int32Array };
  /** Per gate, where its group's tile begins, how wide it is, and the first linking row of the group. */
  readonly tile: {
    readonly offset: Float64Array;
    readonly width: Int32Array;
    readonly firstLink: Int32Array;
  };
}

/** Numbers per column. */
export type Columns = Record<(typeof PER_COLUMN)[number], Float64Array>;
/** Numbers per own row. */
export type Rows = Record<(typeof PER_ROW)[number], Float64Array>;
/** Numbers per gate and slot. */
export type GateSums = Record<(typeof PER_GATE)[number], Float64Array>;

const PER_COLUMN = [
  "above",
  "under",
  "z",
  "w",
  "cost",
  "gain",
  "theta",
  "reduced",
  "dx",
  "dz",
  "dw",
  "errorAbove",
  "errorUnder",
] as const;

const PER_ROW = ["y", "dy", "rhs", "pivot", "ratio", "residual", "affine", "centre", "second"] as const;

/** What linking rows pull at charge and discharge, and what the sessions make of it, of both directions. */
const PER_GATE = [
  "pullIn",
  "pullOut",
  "takenIn",
  "takenOut",
  "weightIn",
  "weightOut",
  "affineIn",
  "affineOut",
  "centreIn",
  "centreOut",
  "secondIn",
  "secondOut",
] as const;

/** Fields of a session. */
export const FIRST_SLOT = 0;
export const SLOTS = 1;
export const FIRST_ROW = 2;
export const ROWS = 3;
export const CHARGE = 4;
/** -1: the session never discharges. */
export const DISCHARGE = 5;
export const ENERGY = 6;
export const EXTRAS = 7;
export const END = 8;
export const FIRST_EXTRA = 9;
export const GATE = 10;
export const FIELDS = 11;

interface Size {
  readonly slots: number;
  readonly sessions: number;
  readonly gates: number;
  readonly columns: number;
  readonly rows: number;
  readonly extras: number;
}

const arrays = <Name extends string>(names: readonly Name[], length: number): Record<Name, Float64Array> =>
  Object.fromEntries(names.map((name) => [name, new Float64Array(length)])) as Record<Name, Float64Array>;

/** An empty fleet of a size. */
export const emptyFleet = ({ slots, sessions, gates, columns, rows, extras }: Size): Fleet => {
  const perGate = (): Int32Array => new Int32Array(gates * slots).fill(-1);
  return {
    slots,
    sessions,
    gates,
    field: new Int32Array(sessions * FIELDS),
    main: new Int32Array(extras),
    columns: arrays(PER_COLUMN, columns),
    rows: arrays(PER_ROW, rows),
    sums: arrays(PER_GATE, gates * slots),
    place: { net: perGate(), charge: perGate(), discharge: perGate() },
    tile: {
      offset: new Float64Array(gates),
      width: new Int32Array(gates),
      firstLink: new Int32Array(gates),
    },
  };
};
