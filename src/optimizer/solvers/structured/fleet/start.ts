import type { Fleet } from "./fleet.js";
import { type Call, eachPlace } from "./places.js";
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

/** Puts an amount into the stretches of a place, the cheapest first, and none of them quite empty or full. */
const fill = (
  { above, under, cost }: Fleet["columns"],
  [column, from, to]: Parameters<Call>,
  amount: number,
): void => {
  let left = amount;
  const begin = (one: number): void => {
    above[one] = least(under[one]!, cost[one]!);
    left -= above[one];
  };
  const raise = (one: number): void => {
    const width = under[one]!;
    const most = width - least(width, -cost[one]!);
    const more = Math.max(0, Math.min(left, most - above[one]!));
    left -= more;
    above[one]! += more;
    under[one] = width - above[one]!;
  };
  begin(column);
  for (let extra = from; extra < to; extra++) begin(extra);
  raise(column);
  for (let extra = from; extra < to; extra++) raise(extra);
};

/** Duals of both ends whose difference is the reduced cost, and no product below the one to begin with. */
const balance = ({ above, under, z, w }: Fleet["columns"], column: number, reduced: number): void => {
  w[column] = Math.max(FIRST_PRODUCT / under[column]!, FIRST_PRODUCT / above[column]! - reduced);
  z[column] = reduced + w[column];
};

/** Width of every place: the most power, or energy, that it holds. */
export const widthsOf = (fleet: Fleet): Float64Array => {
  const width = fleet.columns.under.slice();
  for (let session = 0; session < fleet.sessions; session++)
    eachPlace(fleet, seatOf(fleet, session), (column, from, to) => {
      for (let extra = from; extra < to; extra++) width[column]! += fleet.columns.under[extra]!;
    });
  return width;
};

/** What cars need, and how much of their power the gate of each, slot by slot, has room for (at most 1). */
export interface Load {
  /** Width of every place. */
  readonly width: Float64Array;
  readonly neededKwh: Float64Array;
  readonly room: Float64Array;
}

/** The share of what the gate has room for at which a car meets its need. */
const levelOf = (
  { columns }: Fleet,
  { n, charge, discharge, gate }: Seat,
  load: Load,
  neededKwh: number,
): number => {
  let reachable = 0;
  let needed = neededKwh;
  for (let k = 0; k < n; k++) {
    reachable += columns.gain[charge + k]! * load.width[charge + k]! * load.room[gate + k]!;
    if (discharge >= 0) needed -= BACK * columns.gain[discharge + k]! * load.width[discharge + k]!;
  }
  return reachable > 0 ? Math.max(0, needed / reachable) : 0;
};

const shareAt = (level: number, room: number): number => Math.min(MOST, level * room);

/** Charge and discharge of all sessions per gate and slot, if each charges evenly over what there is room for. */
export const evenLoad = (fleet: Fleet, load: Load): { charge: Float64Array; discharge: Float64Array } => {
  const charge = new Float64Array(fleet.gates * fleet.slots);
  const discharge = new Float64Array(fleet.gates * fleet.slots);
  for (let session = 0; session < fleet.sessions; session++) {
    const seat = seatOf(fleet, session);
    const level = levelOf(fleet, seat, load, load.neededKwh[session]!);
    for (let k = 0; k < seat.n; k++) {
      if (fleet.columns.gain[seat.charge + k] !== 0)
        charge[seat.gate + k]! += shareAt(level, load.room[seat.gate + k]!) * load.width[seat.charge + k]!;
      if (seat.discharge >= 0 && fleet.columns.gain[seat.discharge + k] !== 0)
        discharge[seat.gate + k]! += BACK * load.width[seat.discharge + k]!;
    }
  }
  return { charge, discharge };
};

/** What a kWh costs at the gate in the dearest of the cheapest slots that hold what is needed. */
const worthOf = (fleet: Fleet, { n, charge, gate }: Seat, width: Float64Array, neededKwh: number): number => {
  const { cost, gain } = fleet.columns;
  const price = new Float64Array(n);
  for (let k = 0; k < n; k++)
    price[k] =
      gain[charge + k] === 0
        ? Infinity
        : (cost[charge + k]! - fleet.sums.pullIn[gate + k]!) / gain[charge + k]!;
  const slots = Array.from(price.keys()).sort((a, b) => price[a]! - price[b]!);
  let left = neededKwh;
  let worth = 0;
  for (const k of slots) {
    if (price[k] === Infinity) break;
    worth = price[k]!;
    left -= gain[charge + k]! * width[charge + k]!;
    if (left <= 0) break;
  }
  return worth;
};

/** Powers and energies of one session, inside every box and fitting its own rows where they can. */
const startPlaces = (fleet: Fleet, seat: Seat, load: Load, level: number): void => {
  const { columns, rows } = fleet;
  const { n, m, charge, discharge, energy, firstRow, gate } = seat;
  const gained = new Float64Array(n);
  let stored = 0;
  eachPlace(fleet, seat, (column, from, to) => {
    if (column < energy) {
      const isIn = column < charge + n;
      const k = isIn ? column - charge : column - discharge;
      const share = isIn ? shareAt(level, load.room[gate + k]!) : BACK;
      fill(columns, [column, from, to], share * load.width[column]!);
      let power = columns.above[column]!;
      for (let extra = from; extra < to; extra++) power += columns.above[extra]!;
      gained[k]! += columns.gain[column]! * power;
      if (m < n) stored += columns.gain[column]! * power;
      return;
    }
    if (m === n) stored += gained[column - energy]! - rows.rhs[firstRow + column - energy]!;
    fill(columns, [column, from, to], stored);
  });
};

const startDuals = (fleet: Fleet, seat: Seat, worth: number): void => {
  const { columns, rows, sums } = fleet;
  const { n, m, charge, discharge, energy, firstRow, gate } = seat;
  for (let row = firstRow; row < firstRow + m; row++) rows.y[row] = worth;
  eachPlace(fleet, seat, (column, from, to) => {
    let pull = column === energy + m - 1 ? -worth : 0;
    if (column < energy) {
      const linked =
        column < charge + n ? sums.pullIn[gate + column - charge]! : sums.pullOut[gate + column - discharge]!;
      pull = columns.gain[column] === 0 ? 0 : linked + columns.gain[column]! * worth;
    }
    balance(columns, column, columns.cost[column]! - pull);
    for (let extra = from; extra < to; extra++) balance(columns, extra, columns.cost[extra]! - pull);
  });
};

/**
 * A point inside every box from which the method starts: every car charges evenly what it needs over what
 * its gate has room for, and a kWh is worth what it costs at the gate in the dearest slot that it takes.
 * Reads widths from `under`, and the gates' prices per kW from the pulls.
 */
export const startFleet = (fleet: Fleet, load: Load): void => {
  for (let session = 0; session < fleet.sessions; session++) {
    const seat = seatOf(fleet, session);
    const neededKwh = load.neededKwh[session]!;
    startPlaces(fleet, seat, load, levelOf(fleet, seat, load, neededKwh));
    startDuals(fleet, seat, worthOf(fleet, seat, load.width, neededKwh));
  }
};

/** Charge and discharge of all sessions per gate and slot where the method starts. */
export const startLoad = (fleet: Fleet): { charge: Float64Array; discharge: Float64Array } => {
  const charge = new Float64Array(fleet.gates * fleet.slots);
  const discharge = new Float64Array(fleet.gates * fleet.slots);
  const { above, gain } = fleet.columns;
  for (let session = 0; session < fleet.sessions; session++) {
    const seat = seatOf(fleet, session);
    eachPlace(fleet, seat, (column, from, to) => {
      if (column >= seat.energy || gain[column] === 0) return;
      let power = above[column]!;
      for (let extra = from; extra < to; extra++) power += above[extra]!;
      if (column < seat.charge + seat.n) charge[seat.gate + column - seat.charge]! += power;
      else discharge[seat.gate + column - seat.discharge]! += power;
    });
  }
  return { charge, discharge };
};
