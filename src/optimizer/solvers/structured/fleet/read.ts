import type { SessionMultipliers } from "../../../contract.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import type { Fleet } from "./fleet.js";
import { type Car, floorsBySlot, type Placed } from "./layout.js";
import { seatOf } from "./seat.js";
import type { Stretch } from "./stretches.js";

/** What the method found of one car: powers over its window, and the worth of a kWh row by row. */
export interface CarResult {
  readonly chargeKw: Float64Array;
  readonly dischargeKw: Float64Array;
  readonly worthPerKwh: Float64Array;
}

interface Kept {
  readonly above: Float64Array;
  readonly y: Float64Array;
}

const known = (car: Car, { charge, discharge }: Placed): CarResult => ({
  chargeKw: Float64Array.from(charge, (place) => place.known),
  dischargeKw: Float64Array.from(discharge, (place) => place.known),
  worthPerKwh: new Float64Array(car.rows),
});

/** What became of a car that could move, the `number`-th of the fleet. */
export const readCar = (fleet: Fleet, { above, y }: Kept, car: Car, number: number): CarResult => {
  const { charge, discharge, extras, end, firstExtra, firstRow } = seatOf(fleet, number);
  const placed = car.placed();
  const result = known(car, placed);
  const add = (own: number, power: number): void => {
    const isIn = own < charge + car.slots;
    const k = isIn ? own - charge : own - discharge;
    if (isIn && placed.charge[k]!.isFree) result.chargeKw[k]! += power;
    else if (!isIn && k < placed.discharge.length && discharge >= 0 && placed.discharge[k]!.isFree)
      result.dischargeKw[k]! += power;
  };
  for (let column = charge; column < extras; column++) add(column, above[column]!);
  for (let extra = extras; extra < end; extra++) add(fleet.main[firstExtra + extra - extras]!, above[extra]!);
  result.worthPerKwh.set(y.subarray(firstRow, firstRow + car.rows));
  // A request that gains nothing holds its energy and its powers at 0 at once; only the powers are rows of the problem.
  if (!car.isChain) result.worthPerKwh[0] = Math.min(result.worthPerKwh[0]!, -costAt(placed.energy[0]!, 0));
  return result;
};

/** Price of the stretch in which an energy lies: the last that it has begun. */
const costAt = (stretches: readonly Stretch[], energyKwh: number): number => {
  let left = energyKwh;
  let cost = 0;
  for (const stretch of stretches) {
    cost = stretch.cost;
    left -= stretch.width;
    if (left < 0) break;
  }
  return cost;
};

/** Energies at the ends of its slots of a car that cannot move; what it has gained, for a request. */
const restingEnergies = ({ rhs }: Placed): number[] => {
  let stored = 0;
  return rhs.map((gained) => (stored -= gained));
};

/** What a car that cannot move costs beyond `offset`: its energies are what they are. */
export const restingCost = (car: Car): number => {
  let total = 0;
  const placed = car.placed();
  for (const [row, energyKwh] of restingEnergies(placed).entries()) {
    let left = energyKwh;
    for (const { width, cost } of placed.energy[row]!) {
      total += cost * Math.min(width, left);
      left = Math.max(0, left - width);
    }
  }
  return total;
};

/**
 * What is known of a car that cannot move. A kWh is worth what its stretch is worth, and where the battery
 * is full no more than what it costs.
 */
export const readIdle = (car: Car, pullIn: (slot: number) => number): CarResult => {
  const placed = car.placed();
  const result = known(car, placed);
  const energies = restingEnergies(placed);
  let after = 0;
  for (let row = car.rows - 1; row >= 0; row--) {
    let worth = after - costAt(placed.energy[row]!, energies[row]!);
    if (car.isFull)
      for (const [k, { isFree, stretches, gain }] of placed.charge.entries())
        if (isFree && (!car.isChain || k === row))
          worth = Math.min(worth, ((stretches[0]?.cost ?? 0) - pullIn(car.firstSlot + k)) / gain);
    result.worthPerKwh[row] = worth;
    after = worth;
  }
  return result;
};

/** Multiplier at which a gate that has settled a sum of its cars keeps each of them where it settled them. */
export const settledMultiplier = (
  members: readonly { car: Car; result: CarResult; placed: Placed }[],
  slot: number,
  { charge, discharge }: { charge: 1 | 0; discharge: 1 | -1 | 0 },
): number => {
  let [least, most] = [-Infinity, Infinity];
  for (const { car, result, placed } of members) {
    const k = slot - car.firstSlot;
    if (k < 0 || k >= car.slots) continue;
    const worth = result.worthPerKwh[car.isChain ? k : 0] ?? 0;
    for (const [place, sign] of [
      [placed.charge[k], charge],
      [placed.discharge[k], discharge],
    ] as const) {
      if (place === undefined || sign === 0 || place.stretches.length === 0) continue;
      const isMost = place.known > 0;
      const { cost } = place.stretches.at(isMost ? -1 : 0)!;
      const wanted = sign * (cost - place.gain * worth);
      if (isMost === sign > 0) least = Math.max(least, wanted);
      else most = Math.min(most, wanted);
    }
  }
  return most < Infinity ? Math.min(0, most) : Math.max(0, least);
};

const perSlot = (slots: number, one: (slot: number) => number): number[] =>
  Array.from({ length: slots }, (_, slot) => one(slot));

/** Multipliers of a session in the words of the contract: floors share what a kWh is worth, the highest first. */
export const sessionMultipliers = (
  formulation: Formulation,
  car: Car,
  { worthPerKwh }: CarResult,
): SessionMultipliers => {
  const { slots, weights } = formulation;
  const last = car.firstSlot + car.slots - 1;
  const reservePerKwh = perSlot(slots, () => 0);
  const lagPerKwh = perSlot(slots, () => 0);
  const beyond = at(weights.beyondPerKwh, car.session);
  let terminalPerKwh = beyond;
  const worthAt = (slot: number): number => at(worthPerKwh, car.isChain ? slot - car.firstSlot : 0);
  const ofKind = { reserve: reservePerKwh, lag: lagPerKwh };
  for (const [k, floors] of floorsBySlot(formulation, car.session).entries()) {
    const slot = car.firstSlot + k;
    let left = worthAt(slot) - (slot === last ? beyond : worthAt(slot + 1));
    for (const { kind, price } of floors.toSorted((a, b) => b.kwh - a.kwh)) {
      const share = Math.min(Math.max(left, 0), price);
      left -= share;
      if (kind === "departure") terminalPerKwh += share;
      else ofKind[kind][slot] = share;
    }
  }
  return {
    batteryPerKwh: perSlot(slots, (slot) => (slot < car.firstSlot || slot > last ? 0 : worthAt(slot))),
    terminalPerKwh,
    dischargeTotalPerKwh: 0,
    reservePerKwh,
    lagPerKwh,
    taperPerKwh: perSlot(slots, () => 0),
  };
};
