import type { ProblemSession } from "../../domain/problem.js";
import { dischargeableKw, isPluggedIn, takesNothing } from "../battery.js";
import { at } from "../tree.js";
import { timePrice } from "../weights.js";
import type { Formulation } from "./context.js";
import { addColumn } from "./linear-model.js";

interface Stretch {
  readonly most: number;
  /** Power in force in this direction, where the price on change turns from gain to loss. */
  readonly inForce: number;
  readonly costPerKw: number;
  readonly changePerKw: number;
}

/**
 * |power − power in force| is convex, so two columns that meet at the power in force price it
 * without a row: the first, where power approaches it, is the cheaper and fills first.
 */
const addStretch = (
  formulation: Formulation,
  { most, inForce, costPerKw, changePerKw }: Stretch,
): number[] => {
  const { model } = formulation;
  const turn = changePerKw === 0 ? 0 : Math.min(Math.max(inForce, 0), most);
  const columns: number[] = [];
  if (turn > 0) columns.push(addColumn(model, { cost: costPerKw - changePerKw, lower: 0, upper: turn }));
  if (turn < most)
    columns.push(addColumn(model, { cost: costPerKw + changePerKw, lower: 0, upper: most - turn }));
  return columns;
};

/**
 * Charge and discharge power of every session and slot in its window, kW, with the price on time (per
 * kWh charged and hour from now), on wear (per kWh discharged) and on change.
 */
export const addPowers = (formulation: Formulation): void => {
  const { problem, weights, sessionColumns, model, slots, apart } = formulation;
  const { changePerKwh } = problem.penalties;
  const inForce = new Map(problem.previous?.map(({ sessionId, powerKw }) => [sessionId, powerKw]));
  for (const [index, session] of problem.sessions.entries()) {
    if (apart[index] === true) continue;
    const before = inForce.get(session.id);
    for (let slot = session.firstSlot; slot < Math.min(session.endSlot, slots); slot++) {
      const hours = at(weights.hours, slot);
      const previousKw = at(before, slot);
      const changePerKw = before === undefined ? 0 : changePerKwh * hours;
      model.offset += changePerKw * Math.abs(previousKw);
      const charge = addStretch(formulation, {
        most: takesNothing(session) ? 0 : session.maxChargeKw,
        inForce: previousKw,
        costPerKw: timePrice(problem, session) * at(weights.sinceStartH, slot) * hours,
        changePerKw,
      });
      const discharge = addStretch(formulation, {
        most: dischargeableKw(session),
        inForce: -previousKw,
        costPerKw: session.wearPerKwh * hours,
        changePerKw,
      });
      sessionColumns[index]?.charge[slot]?.push(...charge);
      sessionColumns[index]?.discharge[slot]?.push(...discharge);
    }
  }
};

/** Most that a session may charge and discharge in a slot, kW. */
export const bounds = (session: ProblemSession, slot: number): { chargeKw: number; dischargeKw: number } => ({
  chargeKw: isPluggedIn(session, slot) && !takesNothing(session) ? session.maxChargeKw : 0,
  dischargeKw: isPluggedIn(session, slot) ? dischargeableKw(session) : 0,
});

/** Most that sessions may charge and discharge together, slot by slot, kW. */
export const mostTogether = (
  sessions: Iterable<ProblemSession>,
  slots: number,
): { chargeKw: number[]; dischargeKw: number[] } => {
  const chargeKw = Array.from({ length: slots }, () => 0);
  const dischargeKw = Array.from({ length: slots }, () => 0);
  for (const session of sessions) {
    const most = bounds(session, session.firstSlot);
    for (let slot = session.firstSlot; slot < Math.min(session.endSlot, slots); slot++) {
      chargeKw[slot]! += most.chargeKw;
      dischargeKw[slot]! += most.dischargeKw;
    }
  }
  return { chargeKw, dischargeKw };
};
