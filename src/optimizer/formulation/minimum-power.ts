import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addBinary, addRow, type LinearModel } from "./linear-model.js";

/** Power is 0, or between the least and the most: one binary. Returns its column. */
const addEither = (model: LinearModel, columns: readonly number[], leastKw: number): number => {
  const on = addBinary(model);
  let mostKw = 0;
  for (const column of columns) mostKw += at(model.upper, column);
  const power = columns.map((column): [number, number] => [column, 1]);
  addRow(model, { upper: 0 }, [...power, [on, -mostKw]]);
  addRow(model, { lower: 0 }, [...power, [on, -leastKw]]);
  return on;
};

/** One binary per slot in which the session is plugged in. */
const addSlots = (model: LinearModel, slots: readonly (readonly number[])[], leastKw: number): number[] =>
  leastKw <= 0
    ? []
    : slots.filter(({ length }) => length > 0).map((columns) => addEither(model, columns, leastKw));

/** Semi-continuous power {0} ∪ [min, max] of every session and slot; returns the binaries. */
export const addMinimumPowers = ({ model, problem, sessionColumns }: Formulation): number[] =>
  sessionColumns.flatMap(({ charge, discharge }, index) => {
    const { minChargeKw = 0, minDischargeKw = 0 } = problem.sessions[index] ?? {};
    return [...addSlots(model, charge, minChargeKw), ...addSlots(model, discharge, minDischargeKw)];
  });
