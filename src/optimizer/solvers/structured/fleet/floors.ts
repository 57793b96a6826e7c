import type { ProblemSession } from "../../../../domain/problem.js";
import { reachedKwh } from "../../../battery.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { FAIR_STEPS, fairStepKwh } from "../../../weights.js";

export const RESERVE = 0;
export const LAG = 1;
export const DEPARTURE = 2;

/** Most floors beneath the energy at the end of one slot. */
const MOST_FLOORS = 3 + FAIR_STEPS;

/**
 * Energies below which every kWh costs a price beyond what it costs above, at the end of one slot, and what
 * each is for. Written over slot by slot.
 */
export interface Floors {
  count: number;
  readonly kwh: Float64Array;
  readonly price: Float64Array;
  readonly kind: Uint8Array;
  /** The most that the battery could hold by then. */
  reachedKwh: number;
}

export const noFloors = (): Floors => ({
  count: 0,
  kwh: new Float64Array(MOST_FLOORS),
  price: new Float64Array(MOST_FLOORS),
  kind: new Uint8Array(MOST_FLOORS),
  reachedKwh: 0,
});

const put = (floors: Floors, kind: number, kwh: number, price: number): void => {
  floors.kind[floors.count] = kind;
  floors.kwh[floors.count] = kwh;
  floors.price[floors.count++] = price;
};

const putDeparture = (
  floors: Floors,
  { weights }: Formulation,
  index: number,
  session: ProblemSession,
): void => {
  put(floors, DEPARTURE, session.targetKwh, at(weights.shortPerKwh, index) - at(weights.beyondPerKwh, index));
  const price = at(weights.fairPerKwh, index);
  if (price <= 0) return;
  for (let step = 1; step <= FAIR_STEPS; step++)
    put(floors, DEPARTURE, session.targetKwh - fairStepKwh(session, step), price);
};

/** Before the first slot of a session: nothing is reached yet but what the car has when it comes. */
export const beginFloors = (floors: Floors, session: ProblemSession): void => {
  floors.reachedKwh = session.initialKwh;
};

/** Floors at the end of a slot; called for the slots of a session's window one after the other. */
export const nextFloors = (floors: Floors, formulation: Formulation, index: number, slot: number): void => {
  const { problem, weights, slots } = formulation;
  const session = problem.sessions[index]!;
  const hours = weights.hours[slot]!;
  floors.reachedKwh = reachedKwh(session, floors.reachedKwh, hours);
  floors.count = 0;
  put(
    floors,
    RESERVE,
    Math.min(session.reserveKwh, floors.reachedKwh),
    problem.penalties.reservePerKwhHour * hours,
  );
  if (session.urgency === "now")
    put(floors, LAG, Math.min(session.targetKwh, floors.reachedKwh), weights.lagPerKwhSlot);
  if (slot === Math.min(session.endSlot, slots) - 1) putDeparture(floors, formulation, index, session);
};

/** What the floors cost at an energy. */
export const missingCost = ({ count, kwh, price }: Floors, energyKwh: number): number => {
  let total = 0;
  for (let floor = 0; floor < count; floor++) total += price[floor]! * Math.max(0, kwh[floor]! - energyKwh);
  return total;
};
