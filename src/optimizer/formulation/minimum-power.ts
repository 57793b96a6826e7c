import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addBinary, addRow, type LinearModel } from "./linear-model.js";

/** A session's slot in one direction, where power is 0 or at least the port's minimum. */
export interface Port {
  readonly columns: readonly number[];
  readonly leastKw: number;
}

const portsOf = (slots: readonly (readonly number[])[], leastKw: number): Port[] =>
  leastKw <= 0 ? [] : slots.filter(({ length }) => length > 0).map((columns) => ({ columns, leastKw }));

/** Every place with a minimum power. */
export const minimumPorts = ({ problem, sessionColumns }: Formulation): Port[] =>
  sessionColumns.flatMap(({ charge, discharge }, index) => {
    const { minChargeKw = 0, minDischargeKw = 0 } = problem.sessions[index] ?? {};
    return [...portsOf(charge, minChargeKw), ...portsOf(discharge, minDischargeKw)];
  });

/** Power is 0, or between the least and the most: one binary. */
const addEither = (model: LinearModel, { columns, leastKw }: Port): void => {
  const on = addBinary(model);
  let mostKw = 0;
  for (const column of columns) mostKw += at(model.upper, column);
  const power = columns.map((column): [number, number] => [column, 1]);
  addRow(model, { upper: 0 }, [...power, [on, -mostKw]]);
  addRow(model, { lower: 0 }, [...power, [on, -leastKw]]);
};

/** Semi-continuous power {0} ∪ [min, max] of every session and slot, a binary each. */
export const addMinimumPowers = (formulation: Formulation): void => {
  for (const port of minimumPorts(formulation)) addEither(formulation.model, port);
};
