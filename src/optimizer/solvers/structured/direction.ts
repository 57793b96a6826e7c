import type { Iterate, Residuals } from "./iterate.js";
import type { NormalEquations } from "./normal-equations.js";
import type { StandardForm } from "./standard-form.js";

export interface Direction {
  /** Change of x. */
  readonly dx: Float64Array;
  readonly dy: Float64Array;
  readonly dz: Float64Array;
  readonly dw: Float64Array;
  /** Largest residual that rounding would leave of the rows after a full step. */
  unsolved: number;
}

/** What the products above·z and under·w shall become, column by column. */
export interface Aim {
  readonly z: Float64Array;
  readonly w: Float64Array;
}

/** The linear system of one iteration. */
export interface NewtonSystem {
  readonly form: StandardForm;
  readonly equations: NormalEquations;
  readonly theta: Float64Array;
}

/** Rounds in which what rounding left of the rows' residuals is solved for again, and when that is enough. */
const MOST_REFINED = 3;
const REFINED = 1e-11;

const largest = (values: Float64Array): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]!));
  return most;
};

export const emptyDirection = ({ cost, rhs }: StandardForm): Direction => ({
  dx: new Float64Array(cost.length),
  dy: new Float64Array(rhs.length),
  dz: new Float64Array(cost.length),
  dw: new Float64Array(cost.length),
  unsolved: 0,
});

/** Factors with Θ = (Z/above + W/under + ρ)⁻¹ and a proximal term ρ. */
export const factorAt = (
  { equations, theta }: NewtonSystem,
  { above, under, z, w }: Iterate,
  proximal: number,
): void => {
  for (let column = 0; column < theta.length; column++)
    theta[column] = 1 / (z[column]! / above[column]! + w[column]! / under[column]! + proximal);
  equations.factor(theta);
};

/** dx = Θ·(Aᵀ·dy − h), with h kept in dz; and `rest` −= A·dx. */
const readStep = ({ form, theta }: NewtonSystem, { dx, dy, dz }: Direction, rest: Float64Array): void => {
  const { start, row, value } = form.matrix;
  for (let column = 0; column < dx.length; column++) {
    let pull = -dz[column]!;
    const end = start[column + 1]!;
    for (let entry = start[column]!; entry < end; entry++) pull += value[entry]! * dy[row[entry]!]!;
    const step = theta[column]! * pull;
    dx[column] = step;
    for (let entry = start[column]!; entry < end; entry++) rest[row[entry]!]! -= value[entry]! * step;
  }
};

/**
 * The Newton step from a point towards an aim. Eliminating dz and dw leaves Θ⁻¹·dx = Aᵀ·dy − h, and
 * A·dx = residual of the rows leaves A·Θ·Aᵀ·dy = residual + A·Θ·h.
 */
export const directionTo = (
  system: NewtonSystem,
  { point, residuals, aim }: { point: Iterate; residuals: Residuals; aim: Aim },
  into: Direction,
): void => {
  const { form, equations, theta } = system;
  const { start, row, value } = form.matrix;
  const { above, under, z, w } = point;
  const { dx, dy, dz, dw } = into;
  dy.set(residuals.rows);
  for (let column = 0; column < dx.length; column++) {
    const h =
      residuals.reducedCost[column]! - aim.z[column]! / above[column]! + aim.w[column]! / under[column]!;
    dz[column] = h;
    const weighted = theta[column]! * h;
    for (let entry = start[column]!; entry < start[column + 1]!; entry++)
      dy[row[entry]!]! += value[entry]! * weighted;
  }
  equations.solve(dy);
  const rest = residuals.rows.slice();
  readStep(system, into, rest);
  const enough = Math.max(REFINED, 0.01 * residuals.worst);
  for (let round = 0; round < MOST_REFINED && largest(rest) > enough; round++) {
    equations.solve(rest);
    for (let at = 0; at < dy.length; at++) dy[at]! += rest[at]!;
    rest.set(residuals.rows);
    readStep(system, into, rest);
  }
  into.unsolved = largest(rest);
  for (let column = 0; column < dx.length; column++) {
    const step = dx[column]!;
    dz[column] = (aim.z[column]! - z[column]! * step) / above[column]! - z[column]!;
    dw[column] = (aim.w[column]! + w[column]! * step) / under[column]! - w[column]!;
  }
};
