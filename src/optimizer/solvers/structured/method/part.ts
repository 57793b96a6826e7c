/** What the parts of a problem share in one iteration: all that is about the linking rows, and S. */
export interface Links {
  /** Multipliers of the linking rows and their change. */
  readonly y: Float64Array;
  readonly dy: Float64Array;
  /** Right-hand side − A·x. */
  readonly residual: Float64Array;
  /**
   * What the parts leave of the right-hand sides of the normal equations once their own rows are
   * eliminated: for the affine step, for one unit of centring, and for the error of second order.
   */
  readonly affine: Float64Array;
  readonly centre: Float64Array;
  readonly second: Float64Array;
  /** A·dx of the step at hand. */
  readonly taken: Float64Array;
  /** The Schur complement as tiles, and its diagonal before anything was taken from it. */
  readonly schur: Float64Array;
  readonly whole: Float64Array;
}

/** Sums over all columns of all parts; each part adds its own. */
export interface Sums {
  objective: number;
  /** Least that any point within the boxes can cost, by the multipliers alone: a proof, whatever they are. */
  bound: number;
  /** Σ distance·dual over both ends of every box. */
  products: number;
  /** Largest residual of a row of a part's own, and the largest relative to its right-hand side. */
  worst: number;
  worstShare: number;
  /** Longest steps that keep every distance, and every dual, above 0; at most 1. */
  primal: number;
  dual: number;
  /** Σ distance·change of dual, Σ dual·change of distance, and Σ of both changes. */
  dualChange: number;
  primalChange: number;
  bothChange: number;
}

/** How far a step goes along a direction, in x and in the duals. */
export interface Steps {
  readonly primal: number;
  readonly dual: number;
}

/**
 * Part of a problem with columns and rows of its own, tied to the others only by the linking rows. An
 * iteration is three passes over the columns.
 */
export interface Part {
  /** Ends of boxes. */
  readonly ends: number;
  /**
   * First pass: goes along the last direction, measures the point, and adds what the part has of the linking
   * rows' residual, of S (with weights Θ = (Z/a + W/d + ρ)⁻¹) and of the affine right-hand side.
   */
  advance(steps: Steps, proximal: number, into: { links: Links; sums: Sums }): void;
  /** Second pass: the affine step from `links.dy`, what it shows, and the other right-hand sides. */
  predict(into: { links: Links; sums: Sums }): void;
  /** Third pass: the step from `links.dy` that aims at products of `mu` and past the error of second order. */
  correct(mu: number, into: { links: Links; sums: Sums }): void;
  /** Keeps the point at hand as the one to come back with. */
  keep(): void;
}
