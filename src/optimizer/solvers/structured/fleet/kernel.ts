import type { Sums } from "../method/part.js";

/** Powers and energies stretch by stretch, and multipliers of the own rows, as a fleet lays them. */
export interface Point {
  readonly above: Float64Array;
  readonly y: Float64Array;
}

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
}
