import * as fc from "fast-check";
import { formulate, type LinearModel } from "../../../src/optimizer/formulation/index.js";
import { arrange, type Arrow } from "../../../src/optimizer/solvers/structured/rows/arrow.js";
import { byColumn, presolve, type Reduced } from "../../../src/optimizer/solvers/structured/rows/presolve.js";
import {
  standardForm,
  type StandardForm,
} from "../../../src/optimizer/solvers/structured/rows/standard-form.js";
import { problemArb, SMALL } from "../problems.js";

export interface Arranged {
  readonly model: LinearModel;
  readonly reduced: Reduced;
  readonly arrow: Arrow;
  readonly form: StandardForm;
}

export const arranged = (model: LinearModel): Arranged => {
  const columns = byColumn(model);
  const reduced = presolve(model, columns);
  if (reduced === null) throw new Error("no point fits");
  const arrow = arrange(model, columns, reduced);
  return { model, reduced, arrow, form: standardForm(model, { columns, reduced, arrow }) };
};

/** Models of random problems: trees of nodes with cars of every kind. */
export const modelArb: fc.Arbitrary<LinearModel> = fc
  .oneof(
    problemArb(),
    problemArb({ ...SMALL, maxSessions: 8, maxSlots: 16 }),
    problemArb({ ...SMALL, flattening: true }),
  )
  .map((problem) => formulate(problem).model);

/** Rows of each column of a form that can move. */
export const rowsOf = ({ matrix }: StandardForm, column: number): number[] =>
  Array.from(matrix.row.subarray(matrix.start[column], matrix.start[column + 1]));
