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
  /** Multipliers of the rows. */
  readonly y: Float64Array;
}

/** How far a point is from feasible and from optimal. */
export interface Residuals {
  /** rhs − A·x. */
  readonly rows: Float64Array;
  /** cost − Aᵀ·y. */
  readonly reducedCost: Float64Array;
  objective: number;
  /** Least that any point within the boxes can cost, by the multipliers alone: a proof, whatever they are. */
  bound: number;
  /** Largest residual of a row, and the largest relative to its right-hand side. */
  worst: number;
  worstShare: number;
}

/** The middle of every box, with duals that balance the costs there. */
export const startingPoint = ({ cost, lower, upper, rhs }: StandardForm): Iterate => {
  const above = cost.map((_, column) => (upper[column]! - lower[column]!) / 2);
  const share = cost.reduce((most, value) => Math.min(1, Math.max(most, Math.abs(value))), 1e-3);
  return {
    above,
    under: above.slice(),
    z: cost.map((value) => Math.max(value, 0) + share),
    w: cost.map((value) => Math.max(-value, 0) + share),
    y: new Float64Array(rhs.length),
  };
};

export const copyInto = (from: Iterate, to: Iterate): void => {
  to.above.set(from.above);
  to.under.set(from.under);
  to.z.set(from.z);
  to.w.set(from.w);
  to.y.set(from.y);
};

export const emptyResiduals = ({ cost, rhs }: StandardForm): Residuals => ({
  rows: new Float64Array(rhs.length),
  reducedCost: new Float64Array(cost.length),
  objective: 0,
  bound: 0,
  worst: 0,
  worstShare: 0,
});

/** Measures a point anew, so that no step's error in the rows or the duals is carried on. */
export const measure = (form: StandardForm, { above, y }: Iterate, into: Residuals): void => {
  const { cost, lower, upper, rhs, matrix } = form;
  const { rows, reducedCost } = into;
  rows.set(rhs);
  let objective = form.offset;
  let bound = form.offset;
  for (let column = 0; column < cost.length; column++) {
    const x = lower[column]! + above[column]!;
    objective += cost[column]! * x;
    let reduced = cost[column]!;
    for (let entry = matrix.start[column]!; entry < matrix.start[column + 1]!; entry++) {
      rows[matrix.row[entry]!]! -= matrix.value[entry]! * x;
      reduced -= matrix.value[entry]! * y[matrix.row[entry]!]!;
    }
    reducedCost[column] = reduced;
    bound += reduced * (reduced > 0 ? lower[column]! : upper[column]!);
  }
  into.worst = 0;
  into.worstShare = 0;
  for (let row = 0; row < rhs.length; row++) {
    bound += y[row]! * rhs[row]!;
    const size = Math.abs(rows[row]!);
    into.worst = Math.max(into.worst, size);
    into.worstShare = Math.max(into.worstShare, size / (1 + Math.abs(rhs[row]!)));
  }
  into.objective = objective;
  into.bound = bound;
};
