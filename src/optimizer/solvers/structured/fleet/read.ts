import type { SessionMultipliers } from "../../../contract.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { type Direction, edgeCost, knownKw } from "./direction.js";
import type { Fleet } from "./fleet.js";
import { beginFloors, DEPARTURE, type Floors, LAG, nextFloors, noFloors, RESERVE } from "./floors.js";
import type { Point } from "./kernel.js";
import type { Laid } from "./laid.js";
import type { Car } from "./layout.js";
import { type Call, eachPlace } from "./places.js";
import { seatOf } from "./seat.js";

/** What the method found of one car: powers over the horizon, and the worth of a kWh row by row. */
export interface CarResult {
  readonly chargeKw: number[];
  readonly dischargeKw: number[];
  readonly worthPerKwh: Float64Array;
}

/** Zeros over the horizon: copied where something is written into them. */
export type Nothing = readonly number[];

const knownPowers = (nothing: Nothing, { firstSlot, slots }: Car, direction: Direction | null): number[] => {
  const powers = nothing.slice();
  if (direction !== null)
    for (let slot = firstSlot; slot < firstSlot + slots; slot++) powers[slot] = knownKw(direction, slot);
  return powers;
};

const known = (nothing: Nothing, car: Car): CarResult => ({
  chargeKw: knownPowers(nothing, car, car.charge),
  dischargeKw: knownPowers(nothing, car, car.discharge),
  worthPerKwh: new Float64Array(car.rows),
});

/** What became of a car that could move. */
export const readCar = (fleet: Fleet, { above, y }: Point, car: Car, nothing: Nothing): CarResult => {
  const seat = seatOf(fleet, car.number);
  const { charge, discharge, energy, extras, end, firstExtra, firstRow, n, firstSlot } = seat;
  const { gain, cost } = fleet.columns;
  const result = known(nothing, car);
  const add = (place: number, power: number): void => {
    if (place >= energy || gain[place] === 0) return;
    if (place < charge + n) result.chargeKw[firstSlot + place - charge]! += power;
    else result.dischargeKw[firstSlot + place - discharge]! += power;
  };
  for (let column = charge; column < energy; column++) add(column, above[column]!);
  for (let extra = extras; extra < end; extra++) add(fleet.main[firstExtra + extra - extras]!, above[extra]!);
  result.worthPerKwh.set(y.subarray(firstRow, firstRow + car.rows));
  // A request that gains nothing holds its energy and its powers at 0 at once; only the powers are rows of the problem.
  if (!car.isChain) result.worthPerKwh[0] = Math.min(result.worthPerKwh[0]!, -cost[energy]!);
  return result;
};

/** Price of the stretch in which an energy lies: the last that it has begun. */
const costAt = ({ width, cost }: Laid, [column, from, to]: Parameters<Call>, energyKwh: number): number => {
  let left = energyKwh - width[column]!;
  let price = cost[column]!;
  for (let extra = from; extra < to && left >= 0; extra++) {
    price = cost[extra]!;
    left -= width[extra]!;
  }
  return price;
};

/** What an energy costs, stretch by stretch. */
const costUpTo = ({ width, cost }: Laid, [column, from, to]: Parameters<Call>, energyKwh: number): number => {
  let left = energyKwh;
  let total = cost[column]! * Math.min(width[column]!, left);
  left = Math.max(0, left - width[column]!);
  for (let extra = from; extra < to; extra++) {
    total += cost[extra]! * Math.min(width[extra]!, left);
    left = Math.max(0, left - width[extra]!);
  }
  return total;
};

/**
 * Calls back for the energies of a car that cannot move, at the ends of its slots; for a request, with what
 * it has gained.
 */
const eachRest = (
  resting: Laid,
  slots: number,
  car: Car,
  call: (row: number, place: Parameters<Call>, energyKwh: number) => void,
): void => {
  const seat = seatOf({ field: resting.field, slots }, car.number);
  let stored = 0;
  eachPlace(resting, seat, (column, from, to) => {
    const row = column - seat.energy;
    if (row < 0) return;
    stored -= resting.rhs[seat.firstRow + row]!;
    call(row, [column, from, to], stored);
  });
};

/** What a car that cannot move costs beyond `offset`: its energies are what they are. */
export const restingCost = (resting: Laid, slots: number, car: Car): number => {
  let total = 0;
  eachRest(resting, slots, car, (_, place, energyKwh) => (total += costUpTo(resting, place, energyKwh)));
  return total;
};

/** The most that a kWh of a full car is worth by what charging it in the slots of a row costs. */
const dearestWorth = (
  resting: Laid,
  slots: number,
  { car, row }: { car: Car; row: number },
  pullIn: (slot: number) => number,
): number => {
  const { charge, n } = seatOf({ field: resting.field, slots }, car.number);
  let worth = Infinity;
  for (let k = car.isChain ? row : 0; k < (car.isChain ? row + 1 : n); k++) {
    const gain = resting.gain[charge + k]!;
    if (gain !== 0) worth = Math.min(worth, (resting.cost[charge + k]! - pullIn(car.firstSlot + k)) / gain);
  }
  return worth;
};

/**
 * What is known of a car that cannot move. A kWh is worth what its stretch is worth, and where the battery
 * is full no more than what it costs.
 */
export const readIdle = (
  resting: Laid,
  nothing: Nothing,
  car: Car,
  pullIn: (slot: number) => number,
): CarResult => {
  const { length: slots } = nothing;
  const result = known(nothing, car);
  const { worthPerKwh } = result;
  eachRest(resting, slots, car, (row, place, energyKwh) => {
    worthPerKwh[row] = -costAt(resting, place, energyKwh);
  });
  let after = 0;
  for (let row = car.rows - 1; row >= 0; row--) {
    after += worthPerKwh[row]!;
    if (car.isFull) after = Math.min(after, dearestWorth(resting, slots, { car, row }, pullIn));
    worthPerKwh[row] = after;
  }
  return result;
};

/** Multiplier at which a gate that has settled a sum of its cars keeps each of them where it settled them. */
export const settledMultiplier = (
  formulation: Formulation,
  members: readonly { car: Car; result: CarResult }[],
  slot: number,
  signs: { charge: 1 | 0; discharge: 1 | -1 | 0 },
): number => {
  let [least, most] = [-Infinity, Infinity];
  for (const { car, result } of members) {
    const k = slot - car.firstSlot;
    if (k < 0 || k >= car.slots) continue;
    const worth = result.worthPerKwh[car.isChain ? k : 0] ?? 0;
    for (const way of ["charge", "discharge"] as const) {
      const [direction, sign] = [car[way], signs[way]];
      if (direction === null || sign === 0) continue;
      const isMost = knownKw(direction, slot) > 0;
      const gain = direction.perHour * at(formulation.weights.hours, slot);
      const wanted = sign * (edgeCost(formulation, car, { direction, slot, isLast: isMost }) - gain * worth);
      if (isMost === sign > 0) least = Math.max(least, wanted);
      else most = Math.min(most, wanted);
    }
  }
  return most < Infinity ? Math.min(0, most) : Math.max(0, least);
};

/** The floor next below one, whose share of a worth comes next; the highest below -1, and -1 below the lowest. */
const nextFloor = ({ count, kwh }: Floors, above: number): number => {
  let next = -1;
  for (let floor = 0; floor < count; floor++) {
    const isBelow = above < 0 || kwh[floor]! < kwh[above]! || (kwh[floor] === kwh[above] && floor > above);
    if (isBelow && (next < 0 || kwh[floor]! > kwh[next]!)) next = floor;
  }
  return next;
};

const FLOORS = noFloors();

/** Multipliers of a session in the words of the contract: floors share what a kWh is worth, the highest first. */
export const sessionMultipliers = (
  formulation: Formulation,
  car: Car,
  { worthPerKwh }: CarResult,
  nothing: Nothing,
): SessionMultipliers => {
  const { weights, problem } = formulation;
  const last = car.firstSlot + car.slots - 1;
  const beyond = at(weights.beyondPerKwh, car.session);
  const batteryPerKwh = nothing.slice();
  const ofKind: (number[] | null)[] = [null, null];
  let terminalPerKwh = beyond;
  beginFloors(FLOORS, problem.sessions[car.session]!);
  for (let slot = car.firstSlot; slot <= last; slot++) {
    const worth = worthPerKwh[car.isChain ? slot - car.firstSlot : 0]!;
    batteryPerKwh[slot] = worth;
    nextFloors(FLOORS, formulation, car.session, slot);
    const next = slot === last ? beyond : worthPerKwh[car.isChain ? slot + 1 - car.firstSlot : 0]!;
    let left = worth - next;
    if (left <= 0) continue;
    for (let floor = nextFloor(FLOORS, -1); floor >= 0; floor = nextFloor(FLOORS, floor)) {
      const share = Math.min(left, FLOORS.price[floor]!);
      if (share <= 0) continue;
      left -= share;
      const kind = FLOORS.kind[floor]!;
      if (kind === DEPARTURE) terminalPerKwh += share;
      else (ofKind[kind] ??= nothing.slice())[slot] = share;
    }
  }
  return {
    batteryPerKwh,
    terminalPerKwh,
    dischargeTotalPerKwh: 0,
    reservePerKwh: ofKind[RESERVE] ?? nothing,
    lagPerKwh: ofKind[LAG] ?? nothing,
    taperPerKwh: nothing,
  };
};
