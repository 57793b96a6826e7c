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
  /** `FIELDS` numbers per session; `seatOf` reads them. */
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
type Columns = Record<"above" | "under" | "z" | "w" | "cost" | "gain", Float64Array>;
/** Numbers per own row. */
type Rows = Record<"y" | "rhs", Float64Array>;
/** Numbers per gate and slot. */
type GateSums = Record<(typeof PER_GATE)[number], Float64Array>;

/** What the sessions add up to at a gate, of both directions. */
export const ADDED = [
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

/** What linking rows pull at charge and discharge, and what the sessions make of it; kernel.c has them in this order. */
const PER_GATE = ["pullIn", "pullOut", ...ADDED] as const;

/** How much a fleet holds. */
export interface Size {
  readonly slots: number;
  readonly sessions: number;
  readonly gates: number;
  readonly columns: number;
  readonly rows: number;
  readonly extras: number;
}

/** Where arrays lie: anywhere, or in the memory of a kernel. All are 0 at first. */
export interface Store {
  floats(length: number): Float64Array;
  ints(length: number): Int32Array;
}

/** Anywhere. */
export const anywhere: Store = {
  floats: (length) => new Float64Array(length),
  ints: (length) => new Int32Array(length),
};

/** An array for each name. */
export const arrays = <Name extends string>(
  store: Store,
  names: readonly Name[],
  length: number,
): Record<Name, Float64Array> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name is a key
  Object.fromEntries(names.map((name) => [name, store.floats(length)])) as Record<Name, Float64Array>;

/** Bytes of what the passes share with the method, of a fleet. */
export const sharedBytes = ({ slots, gates }: Size): number =>
  8 * PER_GATE.length * ((gates + 1) * slots + 1);

/** What a fleet shares with the method: sums lie in the store. */
export const shared = (
  { slots, sessions, gates }: Size,
  store: Store,
): Pick<Fleet, "slots" | "sessions" | "gates" | "sums" | "place" | "tile"> => {
  const perGate = (): Int32Array => new Int32Array(gates * slots).fill(-1);
  return {
    slots,
    sessions,
    gates,
    // Passes may want room for one gate more.
    sums: arrays(store, PER_GATE, (gates + 1) * slots),
    place: { net: perGate(), charge: perGate(), discharge: perGate() },
    tile: {
      offset: new Float64Array(gates),
      width: new Int32Array(gates),
      firstLink: new Int32Array(gates),
    },
  };
};
