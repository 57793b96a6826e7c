import type { Fleet } from "./fleet.js";
import type { Point } from "./kernel.js";
import { FIELDS_OF_PAIR, PAIR_FIELDS, type Pairs } from "./pairs.js";
import { type Seat, seatOf } from "./seat.js";
import { FIRST_PRODUCT } from "./start.js";

/** Arrays that a fleet is laid into for a kernel: two numbers for each column, power or row, one per session. */
export interface Paired {
  readonly field: Int32Array;
  readonly main: Int32Array;
  readonly columns: Record<"above" | "under" | "z" | "w" | "cost", Float64Array>;
  readonly gain: Float64Array;
  /** `link`: 1 where the energy at the end of a row's slot is the next row's before it, 0 where that is none. */
  readonly rows: Record<"y" | "rhs" | "link", Float64Array>;
}

/** Where columns and own rows of a fleet lie among the paired ones. */
interface Whereabouts {
  readonly column: Int32Array;
  readonly row: Int32Array;
}

/**
 * What stands where a pair has a place and one of its sessions none: a column in the middle of its box, which
 * nothing meets, or an energy that its row holds there. It moves nothing, and nothing moves it.
 */
const fillIdle = ({ columns, rows }: Paired): void => {
  columns.above.fill(1);
  columns.under.fill(1);
  columns.z.fill(FIRST_PRODUCT);
  columns.w.fill(FIRST_PRODUCT);
  rows.rhs.fill(-1);
};

type Pair = Pairs["all"][number];

/** Place of a session's column within its pair. */
const placeIn = (pair: Pair, seat: Seat, column: number): number => {
  const shift = seat.firstSlot - pair.firstSlot;
  if (column < seat.charge + seat.n) return column - seat.charge + shift;
  if (column < seat.energy) return pair.slots + column - seat.discharge + shift;
  const row = pair.rows === 1 ? 0 : column - seat.energy + shift;
  return pair.slots * (1 + pair.isTwoWay) + row;
};

const laySession = (
  { fleet, paired, where }: { fleet: Fleet; paired: Paired; where: Whereabouts },
  { pair, lane }: { pair: Pair; lane: number },
  seat: Seat,
): void => {
  for (let column = seat.charge; column < seat.extras; column++) {
    const place = placeIn(pair, seat, column);
    where.column[column] = 2 * (pair.firstColumn + place) + lane;
    if (column < seat.energy) paired.gain[2 * (pair.firstPower + place) + lane] = fleet.columns.gain[column]!;
  }
  const places = pair.slots * (1 + pair.isTwoWay) + pair.rows;
  for (let extra = 0; seat.extras + extra < seat.end; extra++) {
    where.column[seat.extras + extra] = 2 * (pair.firstColumn + places + extra) + lane;
    const place = placeIn(pair, seat, fleet.main[seat.firstExtra + extra]!);
    paired.main[2 * (pair.firstExtra + extra) + lane] = place;
  }
  const shift = pair.rows === 1 ? 0 : seat.firstSlot - pair.firstSlot;
  for (let row = 0; row < seat.m; row++) {
    const to = 2 * (pair.firstRow + shift + row) + lane;
    where.row[seat.firstRow + row] = to;
    if (row + 1 < seat.m) paired.rows.link[to] = 1;
  }
};

/** Lays a fleet into paired arrays, its starting point with it; tells where everything lies. */
const layPairs = (fleet: Fleet, { all }: Pairs, paired: Paired): Whereabouts => {
  const where = {
    column: new Int32Array(fleet.columns.above.length),
    row: new Int32Array(fleet.rows.y.length),
  };
  fillIdle(paired);
  for (const [number, pair] of all.entries()) {
    paired.field.set(
      PAIR_FIELDS.map((name) => pair[name]),
      number * FIELDS_OF_PAIR,
    );
    const places = pair.slots * (1 + pair.isTwoWay) + pair.rows;
    paired.main.fill(places, 2 * pair.firstExtra, 2 * (pair.firstExtra + pair.extras));
    for (const [lane, session] of pair.sessions.entries())
      laySession({ fleet, paired, where }, { pair, lane }, seatOf(fleet, session));
  }
  return where;
};

const scatter = (from: Float64Array, places: Int32Array, into: Float64Array): void => {
  for (let at = 0; at < places.length; at++) into[places[at]!] = from[at]!;
};

const gather = (from: Float64Array, places: Int32Array): Float64Array => {
  const into = new Float64Array(places.length);
  for (let at = 0; at < places.length; at++) into[at] = from[places[at]!]!;
  return into;
};

/** Lays a fleet into paired arrays; returns how to read a point of such arrays back. */
export const pairedFleet = (fleet: Fleet, pairs: Pairs, paired: Paired): ((point: Point) => Point) => {
  const where = layPairs(fleet, pairs, paired);
  for (const name of ["above", "under", "z", "w", "cost"] as const)
    scatter(fleet.columns[name], where.column, paired.columns[name]);
  scatter(fleet.rows.rhs, where.row, paired.rows.rhs);
  scatter(fleet.rows.y, where.row, paired.rows.y);
  return ({ above, y }) => ({ above: gather(above, where.column), y: gather(y, where.row) });
};
