import type { Links } from "../method/part.js";
import type { Iterate } from "./iterate.js";
import type { NormalEquations } from "./normal-equations.js";
import type { StandardForm } from "./standard-form.js";

export interface Direction {
  /** Change of x. */
  readonly dx: Float64Array;
  /** Change of the multipliers: of the own rows, then of the linking rows. */
  readonly dy: Float64Array;
  readonly dz: Float64Array;
  readonly dw: Float64Array;
}

/** The linear system of one iteration. */
export interface NewtonSystem {
  readonly form: StandardForm;
  readonly equations: NormalEquations;
  readonly theta: Float64Array;
  /** Rows of the part's own; the linking rows follow. */
  readonly rows: number;
}

/** Rounds in which what rounding left of the own rows' residuals is solved for again, and when that is enough. */
const MOST_REFINED = 3;
const REFINED = 1e-11;

export const emptyDirection = ({ cost, rhs }: StandardForm): Direction => ({
  dx: new Float64Array(cost.length),
  dy: new Float64Array(rhs.length),
  dz: new Float64Array(cost.length),
  dw: new Float64Array(cost.length),
});

/** Θ = (Z/above + W/under + 2·square + ρ)⁻¹. */
export const weigh = (
  { form: { square }, theta }: NewtonSystem,
  { above, under, z, w }: Iterate,
  proximal: number,
): void => {
  for (let column = 0; column < theta.length; column++)
    theta[column] =
      1 / (z[column]! / above[column]! + w[column]! / under[column]! + 2 * square[column]! + proximal);
};

/** values += A·Θ·h. */
export const addWeighted = ({ form, theta }: NewtonSystem, h: Float64Array, values: Float64Array): void => {
  const { start, row, value } = form.matrix;
  for (let column = 0; column < h.length; column++) {
    const weighted = theta[column]! * h[column]!;
    for (let entry = start[column]!; entry < start[column + 1]!; entry++)
      values[row[entry]!]! += value[entry]! * weighted;
  }
};

/** dx = Θ·(Aᵀ·dy − h); and `rest` −= A·dx. */
const readStep = (
  { form, theta }: NewtonSystem,
  { dx, dy }: Direction,
  { h, rest }: { h: Float64Array; rest: Float64Array },
): void => {
  const { start, row, value } = form.matrix;
  for (let column = 0; column < dx.length; column++) {
    let pull = -h[column]!;
    const end = start[column + 1]!;
    for (let entry = start[column]!; entry < end; entry++) pull += value[entry]! * dy[row[entry]!]!;
    const step = theta[column]! * pull;
    dx[column] = step;
    for (let entry = start[column]!; entry < end; entry++) rest[row[entry]!]! -= value[entry]! * step;
  }
};

const largest = (values: Float64Array, length: number): number => {
  let most = 0;
  for (let k = 0; k < length; k++) most = Math.max(most, Math.abs(values[k]!));
  return most;
};

/** A right-hand side of the Newton step, and room to work in. */
export interface Asked {
  /** Right-hand side of the own rows of the normal equations. */
  readonly own: Float64Array;
  /** Residual of the own rows. */
  readonly residual: Float64Array;
  readonly h: Float64Array;
  /** Over all rows. */
  readonly room: Float64Array;
}

/**
 * The Newton step once the change of the linking rows' multipliers is known. Eliminating dz and dw leaves
 * Θ⁻¹·dx = Aᵀ·dy − h, and A·dx = residual of the rows leaves A·Θ·Aᵀ·dy = residual + A·Θ·h.
 */
export const directionTo = (
  system: NewtonSystem,
  { own, residual, h, room }: Asked,
  links: Links,
  into: Direction,
): void => {
  const { equations, rows } = system;
  into.dy.set(own.subarray(0, rows));
  into.dy.set(links.dy, rows);
  equations.resolve(into.dy);
  for (let round = 0; ; round++) {
    room.set(residual.subarray(0, rows));
    room.fill(0, rows);
    readStep(system, into, { h, rest: room });
    if (round >= MOST_REFINED || largest(room, rows) <= REFINED) break;
    const linked = room.subarray(rows);
    linked.fill(0);
    equations.resolve(room);
    for (let row = 0; row < rows; row++) into.dy[row]! += room[row]!;
  }
  for (let link = 0; link < links.taken.length; link++) links.taken[link]! -= room[rows + link]!;
};
