import type { ProblemSession } from "../../../../domain/problem.js";
import { dischargeableKw, fullKwh, takesNothing } from "../../../battery.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { FAIR_STEPS } from "../../../weights.js";
import {
  changeCost,
  changePerKw,
  costPerKw,
  type Direction,
  type Directions,
  directionsOf,
  type Freedoms,
  knownKw,
  survey,
  turnKw,
  type Window,
} from "./direction.js";
import { beginFloors, type Floors, missingCost, nextFloors, noFloors } from "./floors.js";
import { beginPlace, endPlace, endSession, type Laid, layStretch, reserve } from "./laid.js";

/** A session as places and rows: the `number`-th of those that can move, or of those that cannot. */
export interface Car extends Window, Directions {
  readonly session: number;
  readonly gate: number;
  readonly number: number;
  /** Own rows. */
  readonly rows: number;
  readonly isChain: boolean;
  /** What it costs with every column at 0. */
  readonly offset: number;
  /** Nothing of it can move. */
  readonly isIdle: boolean;
  /** Its battery takes nothing more. */
  readonly isFull: boolean;
}

/** A session that is to be laid: its gate's number and hold on it, and the powers that are in force for it. */
export interface Asked {
  readonly index: number;
  readonly gate: number;
  readonly inForce: readonly number[] | undefined;
  readonly freedom: Freedoms;
}

/** Relative room in a battery below which nothing moves. */
const NO_ROOM = 1e-9;

/** Whether the kernels know the session: taper and bounds on the energy discharged need rows they do not have. */
export const fitsFleet = (session: ProblemSession, slots: number): boolean =>
  session.taper === null &&
  !takesNothing(session) &&
  (session.maxDischargeKwh === null || dischargeableKw(session) <= 0) &&
  session.firstSlot < Math.min(session.endSlot, slots);

/** Without discharge, reserve and urgency only the energy at departure matters. */
const needsState = (session: ProblemSession): boolean =>
  dischargeableKw(session) > 0 || session.urgency === "now" || session.reserveKwh > session.initialKwh;

/**
 * Powers of one direction, slot by slot, from a column on. The price on change makes two stretches of a
 * power: it turns where the power is the one in force.
 */
const layPowers = (
  laid: Laid,
  formulation: Formulation,
  car: Window & { readonly column: number },
  direction: Direction,
): void => {
  for (let k = 0; k < car.slots; k++) {
    const slot = car.firstSlot + k;
    beginPlace(laid, car.column + k, direction.perHour * formulation.weights.hours[slot]!);
    if (direction.freedom[slot] === "free") {
      const turn = turnKw(formulation, car, direction, slot);
      const cost = costPerKw(formulation, direction, slot);
      const change = changePerKw(formulation, car, slot);
      if (turn > 0) layStretch(laid, turn, cost - change);
      if (turn < direction.mostKw) layStretch(laid, direction.mostKw - turn, cost + change);
    }
    endPlace(laid);
  }
};

/** Energy up to `top` with floors beneath it, at the place at hand; each kWh is `worth` at least so much. */
const layEnergy = (
  laid: Laid,
  { count, kwh, price }: Floors,
  { from, top, worth }: { from: number; top: number; worth: number },
): void => {
  let reached = from;
  for (;;) {
    let next = top;
    let cost = -worth;
    for (let floor = 0; floor < count; floor++) {
      if (kwh[floor]! <= reached || price[floor] === 0) continue;
      next = Math.min(next, kwh[floor]!);
      cost -= price[floor]!;
    }
    if (next <= reached) break;
    layStretch(laid, next - reached, cost);
    reached = next;
  }
  endPlace(laid);
};

const FLOORS = noFloors();

type Energies = Window & {
  readonly index: number;
  readonly session: ProblemSession;
  readonly column: number;
};

/** Energy at the end of every slot, from empty to full; returns what it costs to have nothing. */
const layChain = (laid: Laid, formulation: Formulation, energies: Energies): number => {
  const { index, session, firstSlot, slots, column } = energies;
  const beyond = at(formulation.weights.beyondPerKwh, index);
  const top = fullKwh(session);
  let offset = beyond * session.targetKwh;
  beginFloors(FLOORS, session);
  for (let k = 0; k < slots; k++) {
    nextFloors(FLOORS, formulation, index, firstSlot + k);
    offset += missingCost(FLOORS, 0);
    beginPlace(laid, column + k, 1);
    layEnergy(laid, FLOORS, { from: 0, top, worth: k === slots - 1 ? beyond : 0 });
  }
  return offset;
};

/** Energy gained by departure, from what the car has when it comes; returns what gaining nothing costs. */
const layRequest = (
  laid: Laid,
  formulation: Formulation,
  { index, session, firstSlot, slots, column }: Energies,
  knownKwh: number,
): number => {
  const beyond = at(formulation.weights.beyondPerKwh, index);
  const from = session.initialKwh + knownKwh;
  // Its reserve is below what it has when it comes: what could be reached does not matter.
  FLOORS.reachedKwh = Infinity;
  nextFloors(FLOORS, formulation, index, firstSlot + slots - 1);
  beginPlace(laid, column, 1);
  layEnergy(laid, FLOORS, { from, top: fullKwh(session), worth: beyond });
  return missingCost(FLOORS, from) + beyond * (session.targetKwh - from);
};

/** Right-hand sides of a chain: what is known of each slot's gain, and what the car has when it comes. */
const layChainRhs = (
  laid: Laid,
  { weights, problem }: Formulation,
  { firstSlot, slots, charge, discharge, session }: Omit<Car, "number" | "offset">,
): void => {
  for (let k = 0; k < slots; k++) {
    const slot = firstSlot + k;
    let gained = k === 0 ? (problem.sessions[session]?.initialKwh ?? 0) : 0;
    gained += charge.perHour * weights.hours[slot]! * knownKw(charge, slot);
    if (discharge !== null) gained += discharge.perHour * weights.hours[slot]! * knownKw(discharge, slot);
    laid.rhs[laid.rows + k] = -gained;
  }
};

/** Lays a session with those that can move, or with those that cannot. */
export const layCar = (
  into: { moving: Laid; resting: Laid },
  formulation: Formulation,
  asked: Asked,
): Car => {
  const { index, gate, inForce } = asked;
  const session = formulation.problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  const { firstSlot } = session;
  const slots = Math.min(session.endSlot, formulation.slots) - firstSlot;
  const isChain = needsState(session);
  const rows = isChain ? slots : 1;
  const { charge, discharge } = directionsOf(formulation, session, asked.freedom);
  const window = { firstSlot, slots, inForce };
  const ofCharge = survey(formulation, window, charge);
  const ofDischarge = survey(formulation, window, discharge);
  const room = fullKwh(session) - session.initialKwh - (isChain ? 0 : ofCharge.knownKwh);
  const isFull = room <= NO_ROOM * Math.max(1, fullKwh(session));
  const isIdle = !ofDischarge.canMove && (!ofCharge.canMove || isFull);
  const laid = isIdle ? into.resting : into.moving;
  const powers = discharge === null ? slots : 2 * slots;
  reserve(laid, 2 * powers + 3 * rows + FAIR_STEPS + 3, rows);
  const first = laid.columns;
  const firstExtra = laid.extras;
  const energy = first + powers;
  laid.columns += powers + rows;
  layPowers(laid, formulation, { ...window, column: first }, charge);
  if (discharge !== null) layPowers(laid, formulation, { ...window, column: first + slots }, discharge);
  const energies = { ...window, index, session, column: energy };
  const stored = isChain
    ? layChain(laid, formulation, energies)
    : layRequest(laid, formulation, energies, ofCharge.knownKwh);
  const car = { session: index, gate, ...window, rows, isChain, charge, discharge, isIdle, isFull };
  if (isChain) layChainRhs(laid, formulation, car);
  else laid.rhs[laid.rows] = 0;
  const offset = stored + ofCharge.knownCost + ofDischarge.knownCost + changeCost(formulation, window);
  const number = laid.sessions;
  endSession(laid, {
    n: slots,
    firstSlot,
    m: rows,
    charge: first,
    discharge: discharge === null ? -1 : first + slots,
    energy,
    extras: energy + rows,
    firstExtra,
    firstRow: laid.rows,
    number: gate,
  });
  return { ...car, number, offset };
};
