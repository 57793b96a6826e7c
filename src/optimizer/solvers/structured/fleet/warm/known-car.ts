import type { WarmSession } from "../../../../../domain/warm-start.js";
import type { CarRoom } from "./car-room.js";
import { centralDistance } from "./central.js";

/** Products at which a car is placed are at most so many times the one that is aimed at. */
const NEAR = 4;
/** Share of its box that a column keeps from its ends, unless the central path has it nearer. */
const INSIDE = 1e-3;

/** Puts a column at a distance near the central path, with duals whose difference is the reduced cost. */
const put = (car: CarRoom, column: number, { distance, mu, reduced }: Put): void => {
  const width = car.above[column]! + car.under[column]!;
  const central = centralDistance(width, reduced, mu);
  const least = Math.min(central, width - central, INSIDE * width);
  const near =
    reduced >= 0 ? Math.min(distance, central * NEAR) : Math.max(distance, width - (width - central) * NEAR);
  const above = Math.min(Math.max(near, least), width - least);
  car.above[column] = above;
  car.under[column] = width - above;
  const w = Math.max(mu / (width - above), mu / above - reduced);
  car.w[column] = w;
  car.z[column] = reduced + w;
};

interface Put {
  readonly distance: number;
  readonly mu: number;
  readonly reduced: number;
}

/** Aᵀ·y at a place, the linking rows' part included. */
const pullAt = (car: CarRoom, place: number): number => {
  const { n, m, gain, y, discharge, energy } = car;
  if (place >= energy) return (place - energy + 1 < m ? y[place - energy + 1]! : 0) - y[place - energy]!;
  const k = discharge >= 0 && place >= discharge ? place - discharge : place;
  return gain[place] === 0 ? 0 : gain[place]! * y[m === n ? k : 0]! + car.pull[place]!;
};

/**
 * Puts the stretches of a place where its price has them on the central path, and what is then missing of an
 * amount into the one that is nearest to being worth its price. Returns what the place holds.
 */
const fill = (car: CarRoom, place: number, { amount, mu, extra }: Fill): number => {
  const pull = pullAt(car, place);
  const isHere = (column: number): boolean => column < car.columns && car.place[column] === place;
  let marginal = -1;
  let total = 0;
  const central = (column: number): number =>
    centralDistance(car.above[column]! + car.under[column]!, car.cost[column]! - pull, mu);
  const look = (column: number): void => {
    const slope = Math.abs(car.cost[column]! - pull);
    if (marginal < 0 || slope < Math.abs(car.cost[marginal]! - pull)) marginal = column;
    total += central(column);
  };
  look(place);
  for (let column = extra; isHere(column); column++) look(column);
  const missing = Number.isNaN(amount) ? 0 : amount - total;
  let held = 0;
  const settle = (column: number): void => {
    const distance = central(column) + (column === marginal ? missing : 0);
    put(car, column, { distance, mu, reduced: car.cost[column]! - pull });
    held += car.above[column]!;
  };
  settle(place);
  for (let column = extra; isHere(column); column++) settle(column);
  return held;
};

interface Fill {
  /** NaN: whatever its price says. */
  readonly amount: number;
  readonly mu: number;
  /** The first extra that is not filled yet: places have theirs in their own order. */
  readonly extra: number;
}

/** Takes over what the car's rows were worth; slots that were not known then have what the next known had. */
const takeWorths = (
  { n, m, y, firstSlot }: CarRoom,
  { firstSlot: knownFrom, worthPerKwh }: WarmSession,
  before: readonly number[],
): boolean => {
  let worth = worthPerKwh.at(-1) ?? Number.NaN;
  for (let k = n - 1; k >= 0; k--) {
    worth = worthPerKwh[before[firstSlot + k]! - knownFrom] ?? worth;
    y[m === n ? k : 0] = worth;
  }
  return !Number.isNaN(worth);
};

/**
 * Puts a car where it was in the last solve: powers and worths of the same time, energies as they follow from
 * what it has now. Slots that were not in the last horizon follow their price. False: nothing fits.
 */
export const putKnownCar = (
  car: CarRoom,
  known: WarmSession,
  { before, mu }: { before: readonly number[]; mu: number },
): boolean => {
  if (!takeWorths(car, known, before)) return false;
  const { n, m, gain, discharge, energy, firstSlot, rhs } = car;
  let extra = car.places;
  const next = (place: number, amount: number): number => {
    const held = fill(car, place, { amount, mu, extra });
    while (extra < car.columns && car.place[extra] === place) extra++;
    return held;
  };
  const gained = new Float64Array(n);
  for (let place = 0; place < energy; place++) {
    const isBack = discharge >= 0 && place >= discharge;
    const k = isBack ? place - discharge : place;
    const powers = isBack ? known.dischargeKw : known.chargeKw;
    const amount = powers[before[firstSlot + k]! - known.firstSlot] ?? Number.NaN;
    gained[k]! += gain[place]! * next(place, gain[place] === 0 ? Number.NaN : amount);
  }
  let stored = 0;
  for (let k = 0; k < n; k++) {
    stored += gained[k]! - (m === n ? rhs[k]! : 0);
    if (m === n) next(energy + k, stored);
  }
  if (m < n) next(energy, stored);
  return true;
};
