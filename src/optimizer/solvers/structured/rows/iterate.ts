import type { Links, Sums } from "../method/part.js";
import type { StandardForm } from "./standard-form.js";

/**
 * A point of the method. Distances to both ends of every box are held instead of x, so that nothing
 * cancels near them: x = lower + above = upper − under, and the duals of both ends beside them.
 */
export interface Iterate {
  readonly above: Float64Array;
  readonly under: Float64Array;
  /** Dual of the lower end (≥ 0), and of the upper. */
  readonly z: Float64Array;
  readonly w: Float64Array;
  /** Multipliers of the rows: of the own, then of the linking rows. */
  readonly y: Float64Array;
}

/** Least share of its box that a column begins from either end. */
const INSIDE = 1e-4;

/** Where to begin: values of columns and multipliers of rows; NaN where nothing is known. */
export interface Hint {
  readonly value: (column: number) => number;
  readonly multiplier: (row: number) => number;
  /** Products of distances and duals. */
  readonly mu: number;
  /**
   * Least dual of any end. What presses on a limit in the end has a dual of the size of prices: one that
   * begins much smaller can only grow by its own size in each step, and holds up all others meanwhile.
   */
  readonly leastDual: number;
  /** Least share of its box that a column begins from either end; absent: `INSIDE`. */
  readonly inside?: number;
}

const NO_HINT: Hint = { value: () => Number.NaN, multiplier: () => 0, mu: Number.NaN, leastDual: 0 };

/** The hinted value in every box, or its middle, with duals that balance the costs there. */
export const startingPoint = (
  { cost, square, lower, upper, rhs, matrix }: StandardForm,
  { value, multiplier, mu, leastDual, inside = INSIDE }: Hint = NO_HINT,
): Iterate => {
  const above = cost.map((_, column) => {
    const width = upper[column]! - lower[column]!;
    const hinted = value(column);
    if (Number.isNaN(hinted)) return width / 2;
    return Math.min(Math.max(hinted - lower[column]!, inside * width), (1 - inside) * width);
  });
  const under = above.map((distance, column) => upper[column]! - lower[column]! - distance);
  const y = rhs.map((_, row) => multiplier(row));
  const share = cost.reduce((most, one) => Math.min(1, Math.max(most, Math.abs(one))), 1e-3);
  const z = new Float64Array(cost.length);
  const w = new Float64Array(cost.length);
  for (let column = 0; column < cost.length; column++) {
    let reduced = cost[column]! + 2 * square[column]! * (lower[column]! + above[column]!);
    for (let entry = matrix.start[column]!; entry < matrix.start[column + 1]!; entry++)
      reduced -= matrix.value[entry]! * y[matrix.row[entry]!]!;
    if (Number.isNaN(mu)) {
      z[column] = Math.max(reduced, 0) + share;
      w[column] = Math.max(-reduced, 0) + share;
      continue;
    }
    w[column] = Math.max(mu / under[column]!, leastDual, Math.max(mu / above[column]!, leastDual) - reduced);
    z[column] = reduced + w[column]!;
  }
  return { above, under, z, w, y };
};

export const copyInto = (from: Iterate, to: Iterate): void => {
  to.above.set(from.above);
  to.under.set(from.under);
  to.z.set(from.z);
  to.w.set(from.w);
  to.y.set(from.y);
};

/**
 * Least that a column may cost in its box at the multipliers at hand: slope·x + square·x², whose lowest
 * point, without the box, is −slope/(2·square).
 */
const leastCost = (
  slope: number,
  square: number,
  { lower, upper }: { lower: number; upper: number },
): number => {
  const x = square > 0 ? Math.min(Math.max(-slope / (2 * square), lower), upper) : slope > 0 ? lower : upper;
  return (slope + square * x) * x;
};

/**
 * Measures a point anew, so that no step's error in the rows or the duals is carried on: rhs − A·x of the
 * own rows, −A·x of the linking rows, and cost + 2·square·x − Aᵀ·y.
 */
export const measure = (
  form: StandardForm,
  { above, under, z, w, y }: Iterate,
  { residual, reducedCost, rows }: { residual: Float64Array; reducedCost: Float64Array; rows: number },
  { links, sums }: { links: Links; sums: Sums },
): void => {
  const { cost, square, lower, upper, rhs, matrix } = form;
  residual.set(rhs);
  residual.fill(0, rows);
  for (let column = 0; column < cost.length; column++) {
    const x = lower[column]! + above[column]!;
    let reduced = cost[column]!;
    for (let entry = matrix.start[column]!; entry < matrix.start[column + 1]!; entry++) {
      residual[matrix.row[entry]!]! -= matrix.value[entry]! * x;
      reduced -= matrix.value[entry]! * y[matrix.row[entry]!]!;
    }
    const squared = square[column]!;
    reducedCost[column] = reduced + 2 * squared * x;
    sums.objective += (cost[column]! + squared * x) * x;
    sums.bound += leastCost(reduced, squared, { lower: lower[column]!, upper: upper[column]! });
    sums.products += above[column]! * z[column]! + under[column]! * w[column]!;
  }
  for (let row = 0; row < rows; row++) {
    sums.bound += y[row]! * rhs[row]!;
    const size = Math.abs(residual[row]!);
    sums.worst = Math.max(sums.worst, size);
    sums.worstShare = Math.max(sums.worstShare, size / (1 + Math.abs(rhs[row]!)));
  }
  for (let link = 0; link < links.residual.length; link++) links.residual[link]! += residual[rows + link]!;
};
