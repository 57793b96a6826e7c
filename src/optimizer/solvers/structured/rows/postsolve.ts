import type { LinearModel } from "../../../formulation/index.js";
import type { ByColumn, Reduced } from "./presolve.js";

/**
 * Gives every row that settled its columns the smallest dual at which they want to be where it put them,
 * the last that did so first.
 */
export const restoreDuals = (
  model: LinearModel,
  { columns, reduced, duals }: { columns: ByColumn; reduced: Reduced; duals: Float64Array },
): void => {
  const reducedCost = (column: number): number => {
    let cost = model.cost[column]! + 2 * model.square[column]! * reduced.settled[column]!;
    for (let entry = columns.start[column]!; entry < columns.start[column + 1]!; entry++)
      cost -= columns.value[entry]! * duals[columns.row[entry]!]!;
    return cost;
  };
  const factorIn = (column: number, row: number): number => {
    for (let entry = columns.start[column]!; entry < columns.start[column + 1]!; entry++)
      if (columns.row[entry] === row) return columns.value[entry]!;
    return 0;
  };
  for (const { row, side, columns: own } of reduced.forcing.toReversed()) {
    let dual = 0;
    for (const column of own) {
      const wanted = reducedCost(column) / factorIn(column, row);
      dual = side > 0 ? Math.min(dual, wanted) : Math.max(dual, wanted);
    }
    duals[row] = dual;
  }
};
