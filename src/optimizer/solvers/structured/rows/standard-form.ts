import type { LinearModel } from "../../../formulation/index.js";
import type { Arrow } from "./arrow.js";
import type { ByColumn, Reduced } from "./presolve.js";

/** Minimise offset + cost·x + square·x² with A·x = rhs and lower ≤ x ≤ upper, every box of some width. */
export interface StandardForm {
  readonly offset: number;
  readonly cost: Float64Array;
  readonly square: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rhs: Float64Array;
  readonly matrix: ByColumn;
  /** Model column of each column; −1 for the slack of a row. */
  readonly modelColumn: Int32Array;
}

/** Slacks may go a little further than their rows can, so that no dual ever sits on their outer ends. */
const MARGIN = 1;

interface Slack {
  readonly row: number;
  readonly lower: number;
  readonly upper: number;
}

const slacksOf = (model: LinearModel, { least, most }: Reduced, { order }: Arrow): Slack[] =>
  [...order.entries()]
    .filter(([, row]) => model.rowLower[row] !== model.rowUpper[row])
    .map(([place, row]) => ({
      row: place,
      lower: Math.max(model.rowLower[row]!, least[row]! - MARGIN),
      upper: Math.min(model.rowUpper[row]!, most[row]! + MARGIN),
    }));

/** The columns that can move and a slack per inequality, over the rows of the arrow in its order. */
export const standardForm = (
  model: LinearModel,
  { columns, reduced, arrow }: { columns: ByColumn; reduced: Reduced; arrow: Arrow },
): StandardForm => {
  const place = new Int32Array(model.rowLower.length).fill(-1);
  for (const [at, row] of arrow.order.entries()) place[row] = at;
  const rhs = new Float64Array(arrow.order.length);
  for (const [at, row] of arrow.order.entries())
    rhs[at] = model.rowLower[row] === model.rowUpper[row] ? model.rowLower[row]! : 0;
  const modelColumn: number[] = [];
  const start = [0];
  const row: number[] = [];
  const value: number[] = [];
  let offset = model.offset;
  for (const [column, cost] of model.cost.entries()) {
    const settled = reduced.settled[column]!;
    const isFree = Number.isNaN(settled);
    if (!isFree) offset += (cost + model.square[column]! * settled) * settled;
    for (let entry = columns.start[column]!; entry < columns.start[column + 1]!; entry++) {
      const at = place[columns.row[entry]!]!;
      if (at < 0) continue;
      if (!isFree) rhs[at]! -= columns.value[entry]! * settled;
      else {
        row.push(at);
        value.push(columns.value[entry]!);
      }
    }
    if (!isFree) continue;
    modelColumn.push(column);
    start.push(row.length);
  }
  const slacks = slacksOf(model, reduced, arrow);
  for (const slack of slacks) {
    modelColumn.push(-1);
    row.push(slack.row);
    value.push(-1);
    start.push(row.length);
  }
  const own = modelColumn.filter((column) => column >= 0);
  const joined = (of: readonly number[], slack: readonly number[]): Float64Array =>
    Float64Array.from([...own.map((column) => of[column]!), ...slack]);
  return {
    offset,
    cost: joined(
      model.cost,
      slacks.map(() => 0),
    ),
    square: joined(
      model.square,
      slacks.map(() => 0),
    ),
    lower: joined(
      model.lower,
      slacks.map(({ lower }) => lower),
    ),
    upper: joined(
      model.upper,
      slacks.map(({ upper }) => upper),
    ),
    rhs,
    matrix: { start: Int32Array.from(start), row: Int32Array.from(row), value: Float64Array.from(value) },
    modelColumn: Int32Array.from(modelColumn),
  };
};
