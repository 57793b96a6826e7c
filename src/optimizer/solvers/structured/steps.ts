import type { Direction } from "./direction.js";
import type { Iterate } from "./iterate.js";

/** How far a step goes along a direction, in x and in the duals. */
export interface Steps {
  readonly primal: number;
  readonly dual: number;
}

/** Longest step along a direction that keeps a positive vector from falling below 0, at most 1. */
const longest = (values: Float64Array, change: Float64Array, sign: 1 | -1): number => {
  let step = 1;
  for (let k = 0; k < values.length; k++) {
    const move = sign * change[k]!;
    if (values[k]! + step * move < 0) step = -values[k]! / move;
  }
  return step;
};

export const longestSteps = ({ above, under, z, w }: Iterate, { dx, dz, dw }: Direction): Steps => ({
  primal: Math.min(longest(above, dx, 1), longest(under, dx, -1)),
  dual: Math.min(longest(z, dz, 1), longest(w, dw, 1)),
});

/** Mean product of distances and duals after a step: how far the point then is from the ends of its boxes. */
export const complementarityAfter = (
  { above, under, z, w }: Iterate,
  { dx, dz, dw }: Direction,
  { primal, dual }: Steps,
): number => {
  let total = 0;
  for (let k = 0; k < dx.length; k++)
    total +=
      (above[k]! + primal * dx[k]!) * (z[k]! + dual * dz[k]!) +
      (under[k]! - primal * dx[k]!) * (w[k]! + dual * dw[k]!);
  return total / (2 * dx.length);
};

export const complementarity = ({ above, under, z, w }: Iterate): number => {
  let total = 0;
  for (let k = 0; k < above.length; k++) total += above[k]! * z[k]! + under[k]! * w[k]!;
  return total / (2 * above.length);
};

export const move = (point: Iterate, { dx, dy, dz, dw }: Direction, { primal, dual }: Steps): void => {
  const { above, under, z, w, y } = point;
  for (let column = 0; column < dx.length; column++) {
    above[column]! += primal * dx[column]!;
    under[column]! -= primal * dx[column]!;
    z[column]! += dual * dz[column]!;
    w[column]! += dual * dw[column]!;
  }
  for (let row = 0; row < dy.length; row++) y[row]! += dual * dy[row]!;
};
