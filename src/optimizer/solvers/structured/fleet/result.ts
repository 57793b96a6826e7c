import type { Multipliers, Powers, SolverResult } from "../../../contract.js";
import { readMultipliers, readPowers } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { restoreDuals } from "../rows/postsolve.js";
import type { Car } from "./layout.js";
import {
  type CarResult,
  type Nothing,
  readCar,
  readIdle,
  sessionMultipliers,
  settledMultiplier,
} from "./read.js";
import type { Split } from "./solve.js";

/** A row that bounds from one side only has a dual of one sign; the other is rounding's. */
export const sided = (
  { rowLower, rowUpper }: { rowLower: readonly number[]; rowUpper: readonly number[] },
  row: number,
  dual: number,
): number => {
  if (rowLower[row] === -Infinity) return Math.min(0, dual);
  return rowUpper[row] === Infinity ? Math.max(0, dual) : dual;
};

interface Found {
  readonly car: Car;
  readonly result: CarResult;
}

/** Values of the network's columns. */
const networkValues = ({ reduced, form, network }: Split): Float64Array => {
  const values = reduced.settled.slice();
  for (const [place, column] of form.modelColumn.entries())
    if (column >= 0) values[column] = form.lower[place]! + network.kept.above[place]!;
  return values;
};

/** Pull of the gate's rows at charge in a slot. */
const pullOf = ({ formulation }: Split, duals: Float64Array, gate: number): ((slot: number) => number) => {
  const { net, charge } = formulation.gates[gate]!;
  return (slot) => {
    const row = at(net.row, slot) >= 0 ? at(net.row, slot) : at(charge.row, slot);
    return row >= 0 ? duals[row]! : 0;
  };
};

/** Duals of gate rows whose sums had settled before the method began. */
const restoreGates = (
  { formulation, reduced }: Split,
  found: readonly Found[],
  duals: Float64Array,
): void => {
  for (const [number, gate] of formulation.gates.entries()) {
    const rows = [...gate.net.row, ...gate.charge.row, ...gate.discharge.row];
    if (rows.every((row) => row < 0 || reduced.kept[row] === 1)) continue;
    const members = found.filter(({ car }) => car.gate === number);
    const kinds = [
      [gate.net, { charge: 1, discharge: -1 }],
      [gate.charge, { charge: 1, discharge: 0 }],
      [gate.discharge, { charge: 0, discharge: 1 }],
    ] as const;
    for (const [sum, signs] of kinds)
      for (const [slot, row] of sum.row.entries())
        if (row >= 0 && reduced.kept[row] === 0)
          duals[row] = settledMultiplier(formulation, members, slot, signs);
  }
};

const powersOf = (split: Split, found: readonly Found[], values: Float64Array): SolverResult & Powers => {
  const { formulation, outcome } = split;
  const powers = readPowers(formulation, values);
  for (const { car, result } of found) {
    powers.chargeKw[car.session] = result.chargeKw;
    powers.dischargeKw[car.session] = result.dischargeKw;
  }
  const { objective, bound, iterations } = outcome;
  return { status: "optimal", ...powers, objective, bound, multipliers: null, iterations, detail: null };
};

/** The result of a solved split, in the words of the contract. */
export const resultOf = (split: Split): { result: SolverResult; values: Float64Array } => {
  const { formulation, columns, reduced, arrow, network, fleet, point, cars } = split;
  const { model } = formulation;
  const duals = new Float64Array(model.rowLower.length);
  for (const [place, row] of arrow.order.entries()) duals[row] = sided(model, row, network.kept.y[place]!);
  const nothing: Nothing = formulation.weights.hours.map(() => 0);
  const found = cars.all.map((car): Found => {
    const result = car.isIdle
      ? readIdle(cars.resting, nothing, car, pullOf(split, duals, car.gate))
      : readCar(fleet, point, car, nothing);
    return { car, result };
  });
  restoreGates(split, found, duals);
  restoreDuals(model, { columns, reduced, duals });
  const values = networkValues(split);
  const ofNetwork = readMultipliers(formulation, duals, values);
  const sessions = [...ofNetwork.sessions];
  for (const { car, result } of found)
    sessions[car.session] = sessionMultipliers(formulation, car, result, nothing);
  const multipliers: Multipliers = { ...ofNetwork, sessions };
  return { result: { ...powersOf(split, found, values), multipliers }, values };
};
