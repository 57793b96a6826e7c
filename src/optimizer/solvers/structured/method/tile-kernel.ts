/** The inner loops over tiles of S, by rows; each tile begins where its array does. */
export interface TileKernel {
  /** Cholesky factor of a tile on the diagonal, in its lower half; `whole` says what a pivot must be above. */
  factorDiagonal(tile: Float64Array, whole: Float64Array, size: number): void;
  /** Solves X·Lᵀ = tile for a tile below a factored one, in place. */
  divideTile(tile: Float64Array, corner: Float64Array, size: number, rows: number): void;
  /** target −= lower·upperᵀ; of a tile on the diagonal (`lower` is `upper`) only the lower half. */
  takeTile(
    target: Float64Array,
    factors: { lower: Float64Array; upper: Float64Array },
    shape: { size: number; rows: number; columns: number },
  ): void;
  /** Solves L·x = x, and Lᵀ·x = x, for a factored tile on the diagonal, in place. */
  solveLower(corner: Float64Array, x: Float64Array, size: number): void;
  solveUpper(corner: Float64Array, x: Float64Array, size: number): void;
  /** into −= tile·x, and into −= tileᵀ·x. */
  takeProduct(into: Float64Array, tile: Float64Array, x: Float64Array, shape: TileShape): void;
  takeTransposed(into: Float64Array, tile: Float64Array, x: Float64Array, shape: TileShape): void;
}

/** Numbers of a row, and rows. */
interface TileShape {
  readonly size: number;
  readonly rows: number;
}

/** Relative size under which a pivot is what rounding left of nothing. */
const NO_PIVOT = 1e-13;
/** What stands for the root of such a pivot. */
const HUGE = 1e64;

const dot = (
  a: Float64Array,
  b: Float64Array,
  { from, to, length }: { from: number; to: number; length: number },
): number => {
  let total = 0;
  for (let k = 0; k < length; k++) total += a[from + k]! * b[to + k]!;
  return total;
};

/** Solves x·Lᵀ = row for the first columns of a row that begins at `own`, in place. */
const divideRow = (
  tile: Float64Array,
  corner: Float64Array,
  { own, size, columns }: { own: number; size: number; columns: number },
): void => {
  for (let column = 0; column < columns; column++) {
    const other = column * size;
    const known = dot(tile, corner, { from: own, to: other, length: column });
    tile[own + column] = (tile[own + column]! - known) / corner[other + column]!;
  }
};

/** The loops in plain JavaScript. */
export const plainTiles: TileKernel = {
  factorDiagonal(tile, whole, size) {
    for (let row = 0; row < size; row++) {
      const own = row * size;
      divideRow(tile, tile, { own, size, columns: row });
      const pivot = tile[own + row]! - dot(tile, tile, { from: own, to: own, length: row });
      tile[own + row] = pivot > NO_PIVOT * whole[row]! ? Math.sqrt(pivot) : HUGE;
    }
  },
  divideTile(tile, corner, size, rows) {
    for (let row = 0; row < rows; row++) divideRow(tile, corner, { own: row * size, size, columns: size });
  },
  takeTile(target, { lower, upper }, { size, rows, columns }) {
    for (let row = 0; row < rows; row++) {
      const end = lower === upper ? row + 1 : columns;
      for (let column = 0; column < end; column++)
        target[row * columns + column]! -= dot(lower, upper, {
          from: row * size,
          to: column * size,
          length: size,
        });
    }
  },
  solveLower(corner, x, size) {
    for (let row = 0; row < size; row++) {
      const known = dot(corner, x, { from: row * size, to: 0, length: row });
      x[row] = (x[row]! - known) / corner[row * size + row]!;
    }
  },
  solveUpper(corner, x, size) {
    for (let row = size - 1; row >= 0; row--) {
      const known = x[row]! / corner[row * size + row]!;
      x[row] = known;
      for (let column = 0; column < row; column++) x[column]! -= corner[row * size + column]! * known;
    }
  },
  takeProduct(into, tile, x, { size, rows }) {
    for (let row = 0; row < rows; row++)
      into[row]! -= dot(tile, x, { from: row * size, to: 0, length: size });
  },
  takeTransposed(into, tile, x, { size, rows }) {
    for (let row = 0; row < rows; row++) {
      const known = x[row]!;
      for (let column = 0; column < size; column++) into[column]! -= tile[row * size + column]! * known;
    }
  },
};
