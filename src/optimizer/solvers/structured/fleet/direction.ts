import type { ProblemSession } from "../../../../domain/problem.js";
import { dischargeableKw } from "../../../battery.js";
import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { timePrice } from "../../../weights.js";

/** What a gate leaves of one direction in a slot: free, or settled at the least or the most. */
export type Freedom = "free" | "least" | "most";

/** The same of both directions, slot by slot of the horizon. */
export type Freedoms = Readonly<Record<"charge" | "discharge", readonly Freedom[]>>;

/** One direction of a session's power. */
export interface Direction {
  readonly mostKw: number;
  readonly sign: 1 | -1;
  /** kWh in the battery per kW and hour. */
  readonly perHour: number;
  /** What a kWh costs, and how much more for every hour from now. */
  readonly costPerKwh: number;
  readonly costPerKwhHour: number;
  /** Slot by slot of the horizon. */
  readonly freedom: readonly Freedom[];
}

/** Power that a gate has settled, kW; 0 where it is free or at its least. */
export const knownKw = ({ mostKw, freedom }: Direction, slot: number): number =>
  freedom[slot] === "most" ? mostKw : 0;

/** Slots of the horizon in which a session is there, and the powers that are in force for it. */
export interface Window {
  readonly firstSlot: number;
  readonly slots: number;
  readonly inForce: readonly number[] | undefined;
}

/** kW below which more power comes nearer to the one in force, and above which it goes away from it. */
export const turnKw = (
  { problem }: Formulation,
  { inForce }: Window,
  { mostKw, sign }: Direction,
  slot: number,
): number =>
  problem.penalties.changePerKwh === 0 || inForce === undefined
    ? 0
    : Math.min(Math.max(sign * at(inForce, slot), 0), mostKw);

export const changePerKw = ({ problem, weights }: Formulation, { inForce }: Window, slot: number): number =>
  inForce === undefined ? 0 : problem.penalties.changePerKwh * weights.hours[slot]!;

export const costPerKw = ({ weights }: Formulation, direction: Direction, slot: number): number =>
  (direction.costPerKwh + direction.costPerKwhHour * weights.sinceStartH[slot]!) * weights.hours[slot]!;

/** What the first kW of a direction costs in a slot, or the last. */
export const edgeCost = (
  formulation: Formulation,
  car: Window,
  { direction, slot, isLast }: { direction: Direction; slot: number; isLast: boolean },
): number => {
  const turn = turnKw(formulation, car, direction, slot);
  const isNearing = isLast ? turn >= direction.mostKw : turn > 0;
  const change = changePerKw(formulation, car, slot);
  return costPerKw(formulation, direction, slot) + (isNearing ? -change : change);
};

export interface Directions {
  readonly charge: Direction;
  /** Null: the session never discharges. */
  readonly discharge: Direction | null;
}

interface Survey {
  canMove: boolean;
  /** What settled powers bring into the battery, and what they cost. */
  knownKwh: number;
  knownCost: number;
}

export const survey = (formulation: Formulation, car: Window, direction: Direction | null): Survey => {
  const found = { canMove: false, knownKwh: 0, knownCost: 0 };
  if (direction === null) return found;
  for (let slot = car.firstSlot; slot < car.firstSlot + car.slots; slot++) {
    const freedom = direction.freedom[slot];
    if (freedom === "free") found.canMove = true;
    if (freedom !== "most") continue;
    const turn = turnKw(formulation, car, direction, slot);
    const change = changePerKw(formulation, car, slot);
    found.knownKwh += direction.perHour * formulation.weights.hours[slot]! * direction.mostKw;
    found.knownCost +=
      direction.mostKw * (costPerKw(formulation, direction, slot) + change) - 2 * turn * change;
  }
  return found;
};

/** Price of the powers in force, which a column of change counts from. */
export const changeCost = (formulation: Formulation, window: Window): number => {
  let cost = 0;
  for (let slot = window.firstSlot; slot < window.firstSlot + window.slots; slot++)
    cost += changePerKw(formulation, window, slot) * Math.abs(at(window.inForce, slot));
  return cost;
};

export const directionsOf = (
  { problem }: Formulation,
  session: ProblemSession,
  freedom: Freedoms,
): Directions => {
  const back = dischargeableKw(session);
  const charge: Direction = {
    mostKw: session.maxChargeKw,
    sign: 1,
    perHour: session.chargeEfficiency,
    costPerKwh: 0,
    costPerKwhHour: timePrice(problem, session),
    freedom: freedom.charge,
  };
  if (back <= 0) return { charge, discharge: null };
  const discharge: Direction = {
    mostKw: back,
    sign: -1,
    perHour: -1 / session.dischargeEfficiency,
    costPerKwh: session.wearPerKwh,
    costPerKwhHour: 0,
    freedom: freedom.discharge,
  };
  return { charge, discharge };
};
