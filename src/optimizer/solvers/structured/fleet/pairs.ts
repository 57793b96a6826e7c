import { type Seat, seatOf } from "./seat.js";

/** Numbers per pair that kernel.c reads, in its order. */
export const PAIR_FIELDS = [
  "firstSlot",
  "slots",
  "rows",
  "isTwoWay",
  "firstColumn",
  "firstRow",
  "extras",
  "firstExtra",
  "firstPower",
  "gate",
] as const;
export const FIELDS_OF_PAIR = PAIR_FIELDS.length;

/** Sessions that a kernel passes over together: one or two of one gate and kind. */
interface Pair extends Record<(typeof PAIR_FIELDS)[number], number> {
  readonly sessions: readonly number[];
}

/** All sessions, paired, and how many columns, own rows, powers and extras of two numbers each that takes. */
export interface Pairs {
  readonly all: readonly Pair[];
  readonly columns: number;
  readonly rows: number;
  readonly powers: number;
  readonly extras: number;
}

/** Sessions laid one after the other. */
export interface Seated {
  readonly field: Int32Array;
  readonly slots: number;
  readonly sessions: number;
}

/** What sessions must have in common: one row in all, a row per slot, or that and both directions. */
const REQUEST = 0;
const ONE_WAY = 1;
const TWO_WAY = 2;
const kindOf = ({ discharge, m }: Seat): number => (discharge >= 0 ? TWO_WAY : m > 1 ? ONE_WAY : REQUEST);

/** Sessions by gate and kind, those that come and go at nearly the same time next to each other. */
const inOrder = (seats: readonly Seat[], most: number): number[] => {
  const slots = most + 1;
  const keys = Float64Array.from(seats, (seat, session) => {
    const group = (seat.number * 3 + kindOf(seat)) * slots + seat.firstSlot;
    // To and fro, so that who comes next also leaves nearly then.
    const last = seat.firstSlot % 2 === 0 ? seat.n : slots - 1 - seat.n;
    return (group * slots + last) * seats.length + session;
  }).sort();
  return Array.from(keys, (key) => key % seats.length);
};

const together = (one: Seat, other: Seat): boolean => {
  if (one.number !== other.number || kindOf(one) !== kindOf(other)) return false;
  const first = Math.min(one.firstSlot, other.firstSlot);
  const end = Math.max(one.firstSlot + one.n, other.firstSlot + other.n);
  return end - first < one.n + other.n;
};

interface Size {
  columns: number;
  rows: number;
  powers: number;
  extras: number;
}

/** Lays out a pair behind all others, and adds what it takes. */
const pairOf = (size: Size, sessions: readonly number[], seats: readonly Seat[]): Pair => {
  const [{ number: gate }, kind] = [seats[0]!, kindOf(seats[0]!)];
  const firstSlot = Math.min(...seats.map((seat) => seat.firstSlot));
  const slots = Math.max(...seats.map((seat) => seat.firstSlot + seat.n)) - firstSlot;
  const rows = kind === REQUEST ? 1 : slots;
  const powers = kind === TWO_WAY ? 2 * slots : slots;
  const extras = Math.max(...seats.map(({ end, extras: from }) => end - from));
  const { columns: firstColumn, rows: firstRow, powers: firstPower, extras: firstExtra } = size;
  size.columns += powers + rows + extras;
  size.rows += rows;
  size.powers += powers;
  size.extras += extras;
  const isTwoWay = kind === TWO_WAY ? 1 : 0;
  const place = { firstColumn, firstRow, firstPower, firstExtra };
  return { sessions, firstSlot, slots, rows, isTwoWay, extras, gate, ...place };
};

/** Pairs sessions: each with the next of its gate and kind, if that spares slots. */
export const pairsOf = (seated: Seated): Pairs => {
  const seats = Array.from({ length: seated.sessions }, (_, session) => seatOf(seated, session));
  const order = inOrder(seats, seated.slots);
  const size = { columns: 0, rows: 0, powers: 0, extras: 0 };
  const all: Pair[] = [];
  for (let next = 0; next < order.length; ) {
    const [one, after] = [order[next]!, order[next + 1] ?? -1];
    const isPair = after >= 0 && together(seats[one]!, seats[after]!);
    const sessions = isPair ? [one, after] : [one];
    all.push(
      pairOf(
        size,
        sessions,
        sessions.map((session) => seats[session]!),
      ),
    );
    next += sessions.length;
  }
  return { all, ...size };
};
