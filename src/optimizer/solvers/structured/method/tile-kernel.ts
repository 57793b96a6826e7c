/** A tile below one on the diagonal: numbers of a row, rows, and where each begins to hold anything. */
export interface TileShape {
  readonly size: number;
  readonly first: Int32Array;
}

/** Numbers of a factor's tile, and where each row begins to hold anything. */
interface FactorTile {
  readonly values: Float64Array;
  readonly first: Int32Array;
}

/** Relative size under which a pivot is what rounding left of nothing. */
const NO_PIVOT = 1e-13;
/** What stands for the root of such a pivot. */
const HUGE = 1e64;

/** Σ a[from + k]·b[to + k] over `first` ≤ k < `end`. */
const dot = (
  a: Float64Array,
  b: Float64Array,
  { from, to, first, end }: { from: number; to: number; first: number; end: number },
): number => {
  let total = 0;
  for (let k = first; k < end; k++) total += a[from + k]! * b[to + k]!;
  return total;
};

/** Solves x·Lᵀ = row, of a row that begins at `own`, in place, over `first` ≤ column < `end`. */
const divideRow = (
  tile: Float64Array,
  corner: Float64Array,
  { own, size, first, end }: { own: number; size: number; first: number; end: number },
): void => {
  for (let column = first; column < end; column++) {
    const other = column * size;
    const known = dot(tile, corner, { from: own, to: other, first, end: column });
    tile[own + column] = (tile[own + column]! - known) / corner[other + column]!;
  }
};

/**
 * The inner loops over tiles of S, by rows, as kernel.c has them; each tile begins where its array does. What
 * stands before the first column of a row is 0.
 */
export const plainTiles = {
  /** Cholesky factor of a tile on the diagonal, in its lower half; `whole` says what a pivot must be above. */
  factorDiagonal(tile: Float64Array, whole: Float64Array, size: number): void {
    for (let row = 0; row < size; row++) {
      const own = row * size;
      divideRow(tile, tile, { own, size, first: 0, end: row });
      const pivot = tile[own + row]! - dot(tile, tile, { from: own, to: own, first: 0, end: row });
      tile[own + row] = pivot > NO_PIVOT * whole[row]! ? Math.sqrt(pivot) : HUGE;
    }
  },
  /** Solves X·Lᵀ = tile for a tile below a factored one, in place. */
  divideTile(tile: Float64Array, corner: Float64Array, { size, first }: TileShape): void {
    for (const [row, from] of first.entries())
      divideRow(tile, corner, { own: row * size, size, first: from, end: size });
  },
  /** target −= lower·upperᵀ; of a tile on the diagonal (`lower` is `upper`) only the lower half. */
  takeTile(target: Float64Array, lower: FactorTile, upper: FactorTile, size: number): void {
    const columns = upper.first.length;
    for (const [row, own] of lower.first.entries()) {
      const end = lower === upper ? row + 1 : columns;
      for (let column = 0; column < end; column++)
        target[row * columns + column]! -= dot(lower.values, upper.values, {
          from: row * size,
          to: column * size,
          first: Math.max(own, upper.first[column]!),
          end: size,
        });
    }
  },
  /** Solves L·x = x for a factored tile on the diagonal, in place. */
  solveLower(corner: Float64Array, x: Float64Array, size: number): void {
    for (let row = 0; row < size; row++) {
      const known = dot(corner, x, { from: row * size, to: 0, first: 0, end: row });
      x[row] = (x[row]! - known) / corner[row * size + row]!;
    }
  },
  /** Solves Lᵀ·x = x, likewise. */
  solveUpper(corner: Float64Array, x: Float64Array, size: number): void {
    for (let row = size - 1; row >= 0; row--) {
      const known = x[row]! / corner[row * size + row]!;
      x[row] = known;
      for (let column = 0; column < row; column++) x[column]! -= corner[row * size + column]! * known;
    }
  },
  /** into −= tile·x. */
  takeProduct(into: Float64Array, tile: Float64Array, x: Float64Array, { size, first }: TileShape): void {
    for (const [row, from] of first.entries())
      into[row]! -= dot(tile, x, { from: row * size, to: 0, first: from, end: size });
  },
  /** into −= tileᵀ·x. */
  takeTransposed(into: Float64Array, tile: Float64Array, x: Float64Array, { size, first }: TileShape): void {
    for (const [row, from] of first.entries())
      for (let column = from; column < size; column++) into[column]! -= tile[row * size + column]! * x[row]!;
  },
};
