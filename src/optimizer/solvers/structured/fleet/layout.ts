import type { ProblemSession } from "../../../../domain/problem.js";
import { dischargeableKw, fullKwh, reachKwh, takesNothing } from "../../../battery.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
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

/** A session as places and rows, before it is laid into the fleet's arrays. */
export interface Car {
  readonly session: number;
  readonly gate: number;
  readonly firstSlot: number;
  readonly isChain: boolean;
  readonly charge: readonly Place[];
  /** Empty: the session never discharges. */
  readonly discharge: readonly Place[];
  /** Per slot of a chain; one of a request, of the energy gained. */
  readonly energy: readonly (readonly Stretch[])[];
  /** Right-hand sides of its rows, kWh. */
  readonly rhs: readonly number[];
  /** What it costs with every column at 0. */
  readonly offset: number;
  /** Nothing of it can move. */
  readonly isIdle: boolean;
  /** Its battery takes nothing more. */
  readonly isFull: boolean;
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
  readonly freedom: (slot: number) => Freedom;
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
    const free = stretches.length > 0 && freedom(slot) === "free";
    const known = !free && freedom(slot) === "most" ? most : 0;
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
  if (slot === Math.min(session.endSlot, slots) - 1)
    floors.push({
      kind: "departure",
      kwh: session.targetKwh,
      price: at(weights.shortPerKwh, index) - at(weights.beyondPerKwh, index),
    });
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

/** A session as places and rows. */
export const carOf = (
  formulation: Formulation,
  {
    index,
    gate,
    inForce,
    freedom,
  }: {
    index: number;
    gate: number;
    inForce: readonly number[] | undefined;
    freedom: Readonly<Record<"charge" | "discharge", (slot: number) => Freedom>>;
  },
): Car => {
  const { problem, weights } = formulation;
  const session = problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  const asked = { formulation, index, session, inForce };
  const { timePerKwhHour, changePerKwh } = problem.penalties;
  const charge = placesOf(asked, {
    most: session.maxChargeKw,
    sign: 1,
    perHour: session.chargeEfficiency,
    costPerKwh: (slot) => timePerKwhHour * at(weights.sinceStartH, slot),
    freedom: freedom.charge,
  });
  const back = dischargeableKw(session);
  const discharge =
    back <= 0
      ? { places: [], knownCost: 0 }
      : placesOf(asked, {
          most: back,
          sign: -1,
          perHour: -1 / session.dischargeEfficiency,
          costPerKwh: () => session.wearPerKwh,
          freedom: freedom.discharge,
        });
  const isChain = needsState(session);
  const knownKwh = gainedKwh(charge.places);
  const { energy, offset } = isChain ? chainEnergies(asked) : requestEnergy(asked, knownKwh);
  const room = fullKwh(session) - session.initialKwh - (isChain ? 0 : knownKwh);
  const canCharge = charge.places.some(({ isFree }) => isFree);
  const canDischarge = discharge.places.some(({ isFree }) => isFree);
  const isFull = room <= NO_ROOM * Math.max(1, fullKwh(session));
  let changeCost = 0;
  if (inForce !== undefined)
    for (let slot = session.firstSlot; slot < Math.min(session.endSlot, formulation.slots); slot++)
      changeCost += changePerKwh * at(weights.hours, slot) * Math.abs(at(inForce, slot));
  const rhs = isChain
    ? charge.places.map(({ gain, known }, slot) => {
        const out = discharge.places[slot];
        const before = slot === 0 ? session.initialKwh : 0;
        return -before - gain * known - (out === undefined ? 0 : out.gain * out.known);
      })
    : [0];
  return {
    session: index,
    gate,
    firstSlot: session.firstSlot,
    isChain,
    charge: charge.places,
    discharge: discharge.places,
    energy,
    rhs,
    offset: offset + charge.knownCost + discharge.knownCost + changeCost,
    isFull,
    isIdle: !canDischarge && (!canCharge || isFull),
  };
};
