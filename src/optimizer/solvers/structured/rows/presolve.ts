import type { LinearModel } from "../../../formulation/index.js";

/** The columns of a model one after the other: column c owns entries start[c] … start[c + 1] − 1. */
export interface ByColumn {
  readonly start: Int32Array;
  readonly row: Int32Array;
  readonly value: Float64Array;
}

/** What is left of a model when all that cannot move is settled. */
export interface Reduced {
  /** Value of every column that cannot move; NaN for one that can. */
  readonly settled: Float64Array;
  /** Rows that say something about the columns that can move. */
  readonly kept: Uint8Array;
  /** Rows that settled their columns, in the order in which they did, and in which direction. */
  readonly forcing: readonly Forcing[];
  /** Least and most that each row may come to within the boxes. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

interface Forcing {
  readonly row: number;
  /** +1: the row is at the least it may come to, so its dual is at most 0; −1: at the most. */
  readonly side: 1 | -1;
  readonly columns: readonly number[];
}

/** Boxes and rows closer than this, relative to their size, are taken as equal. */
const TOLERANCE = 1e-9;
/** Times that by which a row must be out of reach to count as one that cannot be kept. */
const BROKEN = 100;
/** Share of a column's box that it may be moved by when a row settles it. */
const SMALL_MOVE = 1e-6;

export const byColumn = (model: LinearModel): ByColumn => {
  const start = new Int32Array(model.cost.length + 1);
  for (const column of model.entryColumn) start[column + 1]! += 1;
  for (let column = 0; column < model.cost.length; column++) start[column + 1]! += start[column]!;
  const next = start.slice();
  const row = new Int32Array(model.entryColumn.length);
  const value = new Float64Array(model.entryColumn.length);
  for (let at = 0; at < model.rowLower.length; at++) {
    for (let entry = model.rowStart[at]!; entry < model.rowStart[at + 1]!; entry++) {
      const place = next[model.entryColumn[entry]!]!++;
      row[place] = at;
      value[place] = model.entryValue[entry]!;
    }
  }
  return { start, row, value };
};

interface Settling extends Reduced {
  readonly model: LinearModel;
  readonly columns: ByColumn;
  readonly forcing: Forcing[];
  /** Rows that columns outside the model have a part in: nothing follows from what the model has of them. */
  readonly open: ReadonlySet<number>;
  /** Rows to look at again. */
  readonly waiting: number[];
}

/** Least and most of every row within the boxes, all rows yet to be looked at. */
const beginning = (model: LinearModel, columns: ByColumn): Settling => {
  const rows = model.rowLower.length;
  const least = new Float64Array(rows);
  const most = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    for (let entry = model.rowStart[row]!; entry < model.rowStart[row + 1]!; entry++) {
      const factor = model.entryValue[entry]!;
      const lower = factor * model.lower[model.entryColumn[entry]!]!;
      const upper = factor * model.upper[model.entryColumn[entry]!]!;
      least[row]! += Math.min(lower, upper);
      most[row]! += Math.max(lower, upper);
    }
  return {
    model,
    columns,
    settled: new Float64Array(model.cost.length).fill(Number.NaN),
    kept: new Uint8Array(rows).fill(1),
    forcing: [],
    least,
    most,
    open: new Set(model.openRow),
    waiting: Array.from(model.rowLower.keys()),
  };
};

/** Gives a column its value; its rows are narrower from then on. */
const settle = ({ model, columns, ...state }: Settling, column: number, value: number): void => {
  state.settled[column] = value;
  for (let entry = columns.start[column]!; entry < columns.start[column + 1]!; entry++) {
    const row = columns.row[entry]!;
    const factor = columns.value[entry]!;
    const lower = factor * model.lower[column]!;
    const upper = factor * model.upper[column]!;
    state.least[row]! += factor * value - Math.min(lower, upper);
    state.most[row]! += factor * value - Math.max(lower, upper);
    if (state.kept[row] === 1) state.waiting.push(row);
  }
};

/** Settles all that a row has at the ends of the boxes where it is least (side 1) or most. */
const force = (state: Settling, row: number, side: 1 | -1): void => {
  const { model, settled, kept, forcing } = state;
  const own: number[] = [];
  kept[row] = 0;
  for (let entry = model.rowStart[row]!; entry < model.rowStart[row + 1]!; entry++) {
    const column = model.entryColumn[entry]!;
    if (!Number.isNaN(settled[column]!)) continue;
    own.push(column);
    const atLower = model.entryValue[entry]! * side > 0;
    settle(state, column, atLower ? model.lower[column]! : model.upper[column]!);
  }
  if (own.length > 0) forcing.push({ row, side, columns: own });
};

const toleranceOf = (bound: number): number => TOLERANCE * Math.max(1, Math.abs(bound));

/** Whether a row that is `spare` short of its end leaves none of its columns room worth the name. */
const leavesNone = ({ model, settled }: Settling, row: number, spare: number): boolean => {
  if (spare <= 0) return true;
  for (let entry = model.rowStart[row]!; entry < model.rowStart[row + 1]!; entry++) {
    const column = model.entryColumn[entry]!;
    const width = model.upper[column]! - model.lower[column]!;
    if (Number.isNaN(settled[column]!) && spare > SMALL_MOVE * Math.abs(model.entryValue[entry]!) * width)
      return false;
  }
  return true;
};

/** Drops a row that cannot be broken, and follows one that leaves no choice; false: it cannot be kept. */
const follow = (state: Settling, row: number): boolean => {
  const lower = state.model.rowLower[row]!;
  const upper = state.model.rowUpper[row]!;
  const least = state.least[row]!;
  const most = state.most[row]!;
  const [below, above] = [toleranceOf(lower), toleranceOf(upper)];
  if (lower > upper + above || least > upper + BROKEN * above || most < lower - BROKEN * below) return false;
  if (least >= lower && most <= upper) state.kept[row] = 0;
  else if (least >= upper - above && leavesNone(state, row, upper - least)) force(state, row, 1);
  else if (most <= lower + below && leavesNone(state, row, most - lower)) force(state, row, -1);
  return true;
};

/**
 * Settles columns whose box is a point and those that a row forces to an end of their boxes (a car that
 * arrives full, a limit that base load takes whole), until nothing more follows, and drops the rows that
 * can no longer be broken. A method of interior points needs an interior. Null: no point fits.
 */
export const presolve = (
  model: LinearModel,
  columns: ByColumn,
  fixed: ReadonlyMap<number, number> = new Map(),
): Reduced | null => {
  const state = beginning(model, columns);
  for (const [column, lower] of model.lower.entries()) {
    const value = fixed.get(column);
    const width = model.upper[column]! - lower;
    if (value !== undefined) settle(state, column, value);
    else if (width < -toleranceOf(lower)) return null;
    else if (width <= toleranceOf(lower)) settle(state, column, lower);
  }
  for (let next = 0; next < state.waiting.length; next++) {
    const row = state.waiting[next]!;
    if (state.kept[row] === 1 && !state.open.has(row) && !follow(state, row)) return null;
  }
  return state;
};
