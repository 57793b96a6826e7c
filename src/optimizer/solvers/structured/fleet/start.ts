import type { Fleet } from "./fleet.js";
import { type Seat, seatOf } from "./seat.js";

/** Products of distances and duals to begin with, in money. */
export const FIRST_PRODUCT = 0.5;
/** Least share of a width from either end at which a place begins, unless its price calls it nearer. */
const INSIDE = 0.05;
/** Share at which cars that may discharge begin to. */
const BACK = 0.05;
/** Most of its power at which a car begins to charge. */
const MOST = 0.95;

/** How far from 0 a column begins: nearer where it is dear to be away from it. */
const least = (width: number, cost: number): number =>
  Math.min(INSIDE * width, FIRST_PRODUCT / Math.max(0, cost));

/** Puts a column at its least; returns how far from 0 that is. */
const begin = ({ above, under, cost }: Fleet["columns"], column: number): number =>
  (above[column] = least(under[column]!, cost[column]!));

/** Raises a column by an amount as far as it goes; returns what it took. */
const raise = ({ above, under, cost }: Fleet["columns"], column: number, amount: number): number => {
  const width = under[column]!;
  const most = width - least(width, -cost[column]!);
  const more = Math.max(0, Math.min(amount, most - above[column]!));
  above[column]! += more;
  under[column] = width - above[column]!;
  return more;
};

/** Duals of both ends whose difference is the reduced cost, and no product below the one to begin with. */
const balance = ({ above, under, z, w }: Fleet["columns"], column: number, reduced: number): void => {
  w[column] = Math.max(FIRST_PRODUCT / under[column]!, FIRST_PRODUCT / above[column]! - reduced);
  z[column] = reduced + w[column];
};

/** What cars need, and how much of their power the gate of each, slot by slot, has room for (at most 1). */
export interface Load {
  readonly seats: readonly Seat[];
  /** Width of every place: the most power, or energy, that it holds. */
  readonly width: Float64Array;
  /** To be gained by charging, whatever little is discharged at first. */
  readonly neededKwh: Float64Array;
  readonly room: Float64Array;
  /** Room for amounts of one session, by place. */
  readonly left: Float64Array;
}

/** A fleet whose gates have room for everything; `neededKwh` from arrival to departure, per session. */
export const loadFor = (fleet: Fleet, neededKwh: Float64Array): Load => {
  const { under, gain } = fleet.columns;
  const seats = Array.from({ length: fleet.sessions }, (_, session) => seatOf(fleet, session));
  const width = under.slice();
  for (const { extras, end, firstExtra } of seats)
    for (let extra = extras; extra < end; extra++)
      width[fleet.main[firstExtra + extra - extras]!]! += under[extra]!;
  const needed = neededKwh.slice();
  for (const [session, { n, discharge }] of seats.entries()) {
    const back = discharge >= 0 ? n : 0;
    for (let k = 0; k < back; k++) needed[session]! -= BACK * gain[discharge + k]! * width[discharge + k]!;
  }
  const room = new Float64Array(fleet.gates * fleet.slots).fill(1);
  return { seats, width, neededKwh: needed, room, left: new Float64Array(3 * fleet.slots) };
};

/** The share of what the gate has room for at which a car meets its need. */
const levelOf = (
  { columns: { gain } }: Fleet,
  { width, room, seats, neededKwh }: Load,
  session: number,
): number => {
  const { n, charge, gate } = seats[session]!;
  let reachable = 0;
  for (let k = 0; k < n; k++) reachable += gain[charge + k]! * width[charge + k]! * room[gate + k]!;
  return reachable > 0 ? Math.max(0, neededKwh[session]! / reachable) : 0;
};

const shareAt = (level: number, room: number): number => Math.min(MOST, level * room);

/** Charge and discharge per gate and slot, kW. */
export interface GateLoads {
  readonly charge: Float64Array;
  readonly discharge: Float64Array;
}

/** What all sessions do, if each charges evenly over what there is room for. */
export const evenLoad = (fleet: Fleet, load: Load): GateLoads => {
  const { gain } = fleet.columns;
  const { seats, width, room } = load;
  const loads = { charge: new Float64Array(room.length), discharge: new Float64Array(room.length) };
  for (let session = 0; session < seats.length; session++) {
    const { n, charge, discharge, gate } = seats[session]!;
    const level = levelOf(fleet, load, session);
    for (let k = 0; k < n; k++)
      if (gain[charge + k] !== 0)
        loads.charge[gate + k]! += shareAt(level, room[gate + k]!) * width[charge + k]!;
    const back = discharge >= 0 ? n : 0;
    for (let k = 0; k < back; k++)
      if (gain[discharge + k] !== 0) loads.discharge[gate + k]! += BACK * width[discharge + k]!;
  }
  return loads;
};

/** What a kWh costs at the gate in the dearest of the cheapest slots that hold what a car needs. */
const worthOf = (fleet: Fleet, { seats, width, neededKwh }: Load, session: number): number => {
  const { cost, gain } = fleet.columns;
  const { n, charge, gate } = seats[session]!;
  let left = neededKwh[session]!;
  let worth = -Infinity;
  for (;;) {
    // The next dearer price, and what all slots of that price hold.
    let [next, held] = [Infinity, 0];
    for (let k = 0; k < n; k++) {
      const rate = gain[charge + k]!;
      const price = (cost[charge + k]! - fleet.sums.pullIn[gate + k]!) / rate;
      if (rate === 0 || price <= worth || price > next) continue;
      if (price < next) held = 0;
      next = price;
      held += rate * width[charge + k]!;
    }
    if (next === Infinity) return worth === -Infinity ? 0 : worth;
    worth = next;
    left -= held;
    if (left <= 0) return worth;
  }
};

/**
 * Puts amounts, by place, into the places of a session from one column up to another: the cheapest stretches
 * first. What does not fit is left.
 */
const fillPlaces = (
  { columns, main }: Fleet,
  { charge, extras, end, firstExtra }: Seat,
  [from, to]: readonly [number, number],
  left: Float64Array,
): void => {
  let first = firstExtra;
  const pastExtra = firstExtra + end - extras;
  while (first < pastExtra && main[first]! < from) first++;
  const columnOf = (extra: number): number => extras + extra - firstExtra;
  for (let column = from; column < to; column++) left[column - charge]! -= begin(columns, column);
  for (let extra = first; extra < pastExtra && main[extra]! < to; extra++)
    left[main[extra]! - charge]! -= begin(columns, columnOf(extra));
  for (let column = from; column < to; column++)
    left[column - charge]! -= raise(columns, column, left[column - charge]!);
  for (let extra = first; extra < pastExtra && main[extra]! < to; extra++)
    left[main[extra]! - charge]! -= raise(columns, columnOf(extra), left[main[extra]! - charge]!);
};

/** Powers and energies of one session, inside every box and fitting its own rows where they can. */
const startPlaces = (fleet: Fleet, load: Load, session: number): void => {
  const { gain } = fleet.columns;
  const { rhs } = fleet.rows;
  const { left } = load;
  const seat = load.seats[session]!;
  const { n, m, charge, discharge, energy, extras, firstRow, gate } = seat;
  const level = levelOf(fleet, load, session);
  const asked = (column: number): number =>
    load.width[column]! * (column < charge + n ? shareAt(level, load.room[gate + column - charge]!) : BACK);
  for (let column = charge; column < energy; column++) left[column - charge] = asked(column);
  fillPlaces(fleet, seat, [charge, energy], left);
  const gained = (column: number): number => gain[column]! * (asked(column) - left[column - charge]!);
  let stored = 0;
  if (m < n) for (let k = 0; k < n; k++) stored += gained(charge + k);
  for (let k = 0; k < m; k++) {
    if (m === n) stored += gained(charge + k) - rhs[firstRow + k]!;
    if (m === n && discharge >= 0) stored += gained(discharge + k);
    left[energy - charge + k] = stored;
  }
  fillPlaces(fleet, seat, [energy, extras], left);
};

const startDuals = (fleet: Fleet, seat: Seat, worth: number): void => {
  const { columns, rows, sums, main } = fleet;
  const { n, m, charge, discharge, energy, extras, end, firstExtra, firstRow, gate } = seat;
  rows.y.fill(worth, firstRow, firstRow + m);
  const pullAt = (column: number): number => {
    if (column >= energy) return column === energy + m - 1 ? -worth : 0;
    const rate = columns.gain[column]!;
    if (rate === 0) return 0;
    const isIn = column < charge + n;
    return (
      rate * worth + (isIn ? sums.pullIn[gate + column - charge]! : sums.pullOut[gate + column - discharge]!)
    );
  };
  for (let column = charge; column < extras; column++)
    balance(columns, column, columns.cost[column]! - pullAt(column));
  for (let extra = extras; extra < end; extra++)
    balance(columns, extra, columns.cost[extra]! - pullAt(main[firstExtra + extra - extras]!));
};

/** Puts one session where it begins; see `startFleet`. */
export const startCar = (fleet: Fleet, session: number, load: Load): void => {
  startPlaces(fleet, load, session);
  startDuals(fleet, load.seats[session]!, worthOf(fleet, load, session));
};

/**
 * A point inside every box from which the method starts: every car charges evenly what it needs over what
 * its gate has room for, and a kWh is worth what it costs at the gate in the dearest slot that it takes.
 * Reads widths from `under`, and the gates' prices per kW from the pulls.
 */
export const startFleet = (fleet: Fleet, load: Load): void => {
  for (const session of load.seats.keys()) startCar(fleet, session, load);
};

/** Charge and discharge of all sessions per gate and slot where the method starts. */
export const startLoad = ({ columns: { above, gain }, main }: Fleet, { seats, room }: Load): GateLoads => {
  const loads = { charge: new Float64Array(room.length), discharge: new Float64Array(room.length) };
  for (const { n, charge, discharge, energy, extras, end, firstExtra, gate } of seats) {
    const add = (place: number, power: number): void => {
      if (place >= energy || gain[place] === 0) return;
      if (place < charge + n) loads.charge[gate + place - charge]! += power;
      else loads.discharge[gate + place - discharge]! += power;
    };
    for (let column = charge; column < energy; column++) add(column, above[column]!);
    for (let extra = extras; extra < end; extra++) add(main[firstExtra + extra - extras]!, above[extra]!);
  }
  return loads;
};
