import type { Sums } from "../method/part.js";

/** Powers and energies stretch by stretch, and multipliers of the own rows, as a fleet lays them. */
export interface Point {
  readonly above: Float64Array;
  readonly y: Float64Array;
}

/**
 * Least product of a distance and its dual after a step of a fleet, as a share of what it aimed at. Reduced costs
 * follow from the multipliers of the rows, and the bound from these, so a dual of an end may be raised at will.
 */
export const LEAST_PRODUCT = 0.5;

/** The three passes over the sessions of a fleet; `Part` says what each is for. */
export interface Kernel {
  /** Columns of the fleet. */
  readonly columns: number;
  advance(steps: { primal: number; dual: number; proximal: number }, sums: Sums): void;
  predict(sums: Sums): void;
  correct(mu: number, sums: Sums): void;
  /** Keeps the point at hand. */
  keep(): void;
  /** The point that was kept last. */
  kept(): Point;
  /** The point at hand, copied, and Σ distance·dual over both ends of its boxes. */
  now(): Point & { readonly products: number };
}

/** Σ distance·dual over both ends of all boxes. */
export const productsOf = ({
  above,
  under,
  z,
  w,
}: Readonly<Record<"above" | "under" | "z" | "w", Float64Array>>): number => {
  let total = 0;
  for (let column = 0; column < above.length; column++)
    total += above[column]! * z[column]! + under[column]! * w[column]!;
  return total;
};
