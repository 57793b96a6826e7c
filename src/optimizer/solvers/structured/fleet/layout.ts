import type { ProblemSession } from "../../../../domain/problem.js";
import { dischargeableKw, fullKwh, reachKwh, takesNothing } from "../../../battery.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { FAIR_STEPS, fairStepKwh } from "../../../weights.js";
import { energyStretches, type Floor, powerStretches, type Stretch } from "./stretches.js";

/** What a gate leaves of one direction in a slot: free, or settled at the least or the most. */
export type Freedom = "free" | "least" | "most";

/** One power of a session in a slot. */
export interface Place {
  readonly stretches: readonly Stretch[];
  /** Whether it can move; otherwise its power is `known`. */
  readonly isFree: boolean;
  readonly gain: number;
  /** Power where the place cannot move, kW. */
  readonly known: number;
}

/** A session as places and rows. Its places are many: they are worked out when they are asked for. */
export interface Car {
  readonly session: number;
  readonly gate: number;
  readonly firstSlot: number;
  readonly slots: number;
  /** Own rows. */
  readonly rows: number;
  readonly isChain: boolean;
  /** What it costs with every column at 0. */
  readonly offset: number;
  /** Nothing of it can move. */
  readonly isIdle: boolean;
  /** Its battery takes nothing more. */
  readonly isFull: boolean;
  readonly placed: () => Placed;
}

/** All places of a session, slot by slot, and the right-hand sides of its rows, kWh. */
export interface Placed {
  readonly charge: readonly Place[];
  /** Empty: the session never discharges. */
  readonly discharge: readonly Place[];
  /** Per slot of a chain; one of a request, of the energy gained. */
  readonly energy: readonly (readonly Stretch[])[];
  readonly rhs: readonly number[];
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

interface Asked {
  readonly formulation: Formulation;
  readonly index: number;
  readonly session: ProblemSession;
  readonly inForce: readonly number[] | undefined;
}

interface Direction {
  readonly most: number;
  readonly sign: 1 | -1;
  readonly perHour: number;
  readonly costPerKwh: (slot: number) => number;
  readonly freedom: readonly Freedom[];
}

const costOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((total, { width, cost }) => total + width * cost, 0);

/** Places of one direction, slot by slot, and what those cost that are known. */
const placesOf = (
  { formulation, session, inForce }: Asked,
  { most, sign, perHour, costPerKwh, freedom }: Direction,
): { places: Place[]; knownCost: number } => {
  const { weights, problem, slots } = formulation;
  const places: Place[] = [];
  let knownCost = 0;
  for (let slot = session.firstSlot; slot < Math.min(session.endSlot, slots); slot++) {
    const hours = at(weights.hours, slot);
    const stretches = powerStretches({
      most,
      inForce: sign * at(inForce, slot),
      cost: costPerKwh(slot) * hours,
      change: inForce === undefined ? 0 : problem.penalties.changePerKwh * hours,
    });
    const free = stretches.length > 0 && freedom[slot] === "free";
    const known = !free && freedom[slot] === "most" ? most : 0;
    if (known > 0) knownCost += costOf(stretches);
    places.push({ stretches, isFree: free, gain: perHour * hours, known });
  }
  return { places, knownCost };
};

/** A floor, and what it is for. */
interface KindOfFloor extends Floor {
  readonly kind: "reserve" | "lag" | "departure";
}

/** Floors beneath the energy at the end of a slot; `reach` is what full power would have reached by then. */
const floorsOf = (
  { problem, weights, slots }: Formulation,
  index: number,
  { slot, reach }: { slot: number; reach: readonly number[] },
): KindOfFloor[] => {
  const session = problem.sessions[index];
  if (session === undefined) return [];
  const reached = at(reach, slot + 1);
  const floors: KindOfFloor[] = [
    {
      kind: "reserve",
      kwh: Math.min(session.reserveKwh, reached),
      price: problem.penalties.reservePerKwhHour * at(weights.hours, slot),
    },
  ];
  if (session.urgency === "now")
    floors.push({ kind: "lag", kwh: Math.min(session.targetKwh, reached), price: weights.lagPerKwhSlot });
  if (slot === Math.min(session.endSlot, slots) - 1) {
    floors.push({
      kind: "departure",
      kwh: session.targetKwh,
      price: at(weights.shortPerKwh, index) - at(weights.beyondPerKwh, index),
    });
    const price = at(weights.fairPerKwh, index);
    const steps = price > 0 ? FAIR_STEPS : 0;
    for (let step = 1; step <= steps; step++)
      floors.push({ kind: "departure", kwh: session.targetKwh - fairStepKwh(session, step), price });
  }
  return floors;
};

/** Floors beneath the energies of a session, slot by slot of its window. */
export const floorsBySlot = (formulation: Formulation, index: number): KindOfFloor[][] => {
  const session = formulation.problem.sessions[index];
  if (session === undefined) return [];
  const reach = reachKwh(session, formulation.weights.hours);
  const floors: KindOfFloor[][] = [];
  for (let slot = session.firstSlot; slot < Math.min(session.endSlot, formulation.slots); slot++)
    floors.push(floorsOf(formulation, index, { slot, reach }));
  return floors;
};

/** What floors cost at an energy. */
const missingCost = (floors: readonly Floor[], energyKwh: number): number =>
  floors.reduce((total, { kwh, price }) => total + price * Math.max(0, kwh - energyKwh), 0);

interface Stored {
  readonly energy: Stretch[][];
  readonly offset: number;
}

/** Energy at the end of every slot, from empty to full. */
const chainEnergies = ({ formulation, session, index }: Asked): Stored => {
  const beyond = at(formulation.weights.beyondPerKwh, index);
  const bySlot = floorsBySlot(formulation, index);
  let offset = beyond * session.targetKwh;
  const energy = bySlot.map((floors, k) => {
    offset += missingCost(floors, 0);
    const worth = k === bySlot.length - 1 ? beyond : 0;
    return energyStretches({ from: 0, top: fullKwh(session), worth, floors });
  });
  return { energy, offset };
};

/** Energy gained by departure, from what the car has when it comes. */
const requestEnergy = ({ formulation, session, index }: Asked, knownKwh: number): Stored => {
  const floors = floorsBySlot(formulation, index).at(-1) ?? [];
  const beyond = at(formulation.weights.beyondPerKwh, index);
  const from = session.initialKwh + knownKwh;
  const energy = [energyStretches({ from, top: fullKwh(session), worth: beyond, floors })];
  return { energy, offset: missingCost(floors, from) + beyond * (session.targetKwh - from) };
};

const gainedKwh = (places: readonly Place[]): number =>
  places.reduce((total, { gain, known }) => total + gain * known, 0);

/** Gates' hold on a session, and the powers that are in force for it. */
interface Held {
  readonly index: number;
  readonly gate: number;
  readonly inForce: readonly number[] | undefined;
  readonly freedom: Readonly<Record<"charge" | "discharge", readonly Freedom[]>>;
}

interface Powers {
  readonly charge: { readonly places: Place[]; readonly knownCost: number };
  readonly discharge: { readonly places: Place[]; readonly knownCost: number };
}

const powersOf = (asked: Asked, { freedom }: Held): Powers => {
  const { formulation, session } = asked;
  const { timePerKwhHour } = formulation.problem.penalties;
  const back = dischargeableKw(session);
  return {
    charge: placesOf(asked, {
      most: session.maxChargeKw,
      sign: 1,
      perHour: session.chargeEfficiency,
      costPerKwh: (slot) => timePerKwhHour * at(formulation.weights.sinceStartH, slot),
      freedom: freedom.charge,
    }),
    discharge:
      back <= 0
        ? { places: [], knownCost: 0 }
        : placesOf(asked, {
            most: back,
            sign: -1,
            perHour: -1 / session.dischargeEfficiency,
            costPerKwh: () => session.wearPerKwh,
            freedom: freedom.discharge,
          }),
  };
};

/** Right-hand sides of a chain: what is known of each slot's gain, and what the car has when it comes. */
const chainRhs = ({ initialKwh }: ProblemSession, { charge, discharge }: Powers): number[] =>
  charge.places.map(({ gain, known }, k) => {
    const out = discharge.places[k];
    const before = k === 0 ? initialKwh : 0;
    return -before - gain * known - (out === undefined ? 0 : out.gain * out.known);
  });

/** Price of the powers in force, which a column of change counts from. */
const changeCost = ({ formulation, session, inForce }: Asked): number => {
  if (inForce === undefined) return 0;
  const { problem, weights, slots } = formulation;
  let cost = 0;
  for (let slot = session.firstSlot; slot < Math.min(session.endSlot, slots); slot++)
    cost += problem.penalties.changePerKwh * at(weights.hours, slot) * Math.abs(at(inForce, slot));
  return cost;
};

const canMove = ({ places }: Powers["charge"]): boolean => places.some(({ isFree }) => isFree);

/** A session as a car, and its places. */
export const carOf = (formulation: Formulation, held: Held): { car: Car; placed: Placed } => {
  const { index, gate, inForce } = held;
  const session = formulation.problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  const asked = { formulation, index, session, inForce };
  const isChain = needsState(session);
  const work = (): { placed: Placed; powers: Powers; offset: number; knownKwh: number } => {
    const powers = powersOf(asked, held);
    const knownKwh = gainedKwh(powers.charge.places);
    const { energy, offset } = isChain ? chainEnergies(asked) : requestEnergy(asked, knownKwh);
    const rhs = isChain ? chainRhs(session, powers) : [0];
    const placed = { charge: powers.charge.places, discharge: powers.discharge.places, energy, rhs };
    return { placed, powers, offset, knownKwh };
  };
  const { placed, powers, offset, knownKwh } = work();
  const room = fullKwh(session) - session.initialKwh - (isChain ? 0 : knownKwh);
  const isFull = room <= NO_ROOM * Math.max(1, fullKwh(session));
  const car = {
    session: index,
    gate,
    firstSlot: session.firstSlot,
    slots: placed.charge.length,
    rows: placed.rhs.length,
    isChain,
    offset: offset + powers.charge.knownCost + powers.discharge.knownCost + changeCost(asked),
    isIdle: !canMove(powers.discharge) && (!canMove(powers.charge) || isFull),
    isFull,
    placed: () => work().placed,
  };
  return { car, placed };
};
