import type { Sums } from "../method/part.js";
import type { Direction } from "./direction.js";
import type { Iterate } from "./iterate.js";

/** Longest step along a direction that keeps a positive vector from falling below 0, at most 1. */
const longest = (values: Float64Array, change: Float64Array, sign: 1 | -1): number => {
  let step = 1;
  for (let k = 0; k < values.length; k++) {
    const move = sign * change[k]!;
    if (values[k]! + step * move < 0) step = -values[k]! / move;
  }
  return step;
};

/** Shortens the steps to what this direction allows. */
export const shorten = ({ above, under, z, w }: Iterate, { dx, dz, dw }: Direction, sums: Sums): void => {
  sums.primal = Math.min(sums.primal, longest(above, dx, 1), longest(under, dx, -1));
  sums.dual = Math.min(sums.dual, longest(z, dz, 1), longest(w, dw, 1));
};

/** Adds up how the products of distances and duals change along a direction. */
export const addChanges = ({ above, under, z, w }: Iterate, { dx, dz, dw }: Direction, sums: Sums): void => {
  for (let k = 0; k < dx.length; k++) {
    sums.dualChange += above[k]! * dz[k]! + under[k]! * dw[k]!;
    sums.primalChange += (z[k]! - w[k]!) * dx[k]!;
    sums.bothChange += dx[k]! * (dz[k]! - dw[k]!);
  }
};

export const move = (
  { above, under, z, w, y }: Iterate,
  { dx, dy, dz, dw }: Direction,
  { primal, dual }: { primal: number; dual: number },
): void => {
  for (let column = 0; column < dx.length; column++) {
    above[column]! += primal * dx[column]!;
    under[column]! -= primal * dx[column]!;
    z[column]! += dual * dz[column]!;
    w[column]! += dual * dw[column]!;
  }
  for (let row = 0; row < dy.length; row++) y[row]! += dual * dy[row]!;
};
