import type { Hint } from "../../rows/iterate.js";
import type { Ground } from "../begin.js";
import { centralDistance } from "./central.js";

/** Share of what a value lies beyond its box by at which it begins inside: so far a limit's price may give way. */
const MIRRORED = 0.3;
/** Least distance from either end, as a share of the box. */
const INSIDE = 3e-6;

/**
 * The network's point for powers of the cars as they are: columns that are known stay where they are, those
 * beyond a limit begin the further inside the further they are beyond it, and all others where the central path
 * has them at these duals.
 */
export const networkHint = (
  { form: { cost, square, lower, upper, matrix, modelColumn }, arrow }: Ground,
  { values, duals, mu }: { values: Float64Array; duals: Float64Array; mu: number },
): Hint => {
  const multiplier = (row: number): number => duals[arrow.order[row]!]!;
  const reducedOf = (column: number): number => {
    let reduced = cost[column]! + square[column]! * (lower[column]! + upper[column]!);
    for (let entry = matrix.start[column]!; entry < matrix.start[column + 1]!; entry++)
      reduced -= matrix.value[entry]! * multiplier(matrix.row[entry]!);
    return reduced;
  };
  const value = (column: number): number => {
    const [least, most] = [lower[column]!, upper[column]!];
    const known = values[modelColumn[column]!] ?? Number.NaN;
    if (Number.isNaN(known)) return least + centralDistance(most - least, reducedOf(column), mu);
    if (known > most) return Math.max((least + most) / 2, most - MIRRORED * (known - most));
    if (known < least) return Math.min((least + most) / 2, least + MIRRORED * (least - known));
    return known;
  };
  return { value, multiplier, mu, leastDual: 0, inside: INSIDE };
};
