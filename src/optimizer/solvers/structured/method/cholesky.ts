import { plainTiles, type TileKernel } from "./tile-kernel.js";
import { groupSize, tileOffset, type Tiles } from "./tiles.js";

/** Adds the diagonal of the linking rows: before anything is taken from it, so that rounding can be told. */
export const addDiagonal = (tiles: Tiles, values: Float64Array, into: Float64Array): void => {
  for (let link = 0; link < into.length; link++) {
    const group = tiles.groupOf[link]!;
    const within = link - tiles.groupStart[group]!;
    into[link]! += values[tiles.diagonal[group]! + within * (groupSize(tiles, group) + 1)]!;
  }
};

/**
 * Cholesky factor of the Schur complement, in place: each group of the tree, then what it leaves on those
 * it hangs on. `whole` is the diagonal as it was before anything was taken from it.
 */
export const factorTiles = (
  tiles: Tiles,
  values: Float64Array,
  { whole, kernel = plainTiles }: { whole: Float64Array; kernel?: TileKernel },
): void => {
  for (const [group, others] of tiles.below.entries()) {
    const size = groupSize(tiles, group);
    const corner = values.subarray(tiles.diagonal[group]);
    kernel.factorDiagonal(corner, whole.subarray(tiles.groupStart[group]), size);
    for (const { group: lower, offset } of others)
      kernel.divideTile(values.subarray(offset), corner, size, groupSize(tiles, lower));
    for (const [at, upper] of others.entries())
      for (const lower of others.slice(at)) {
        const target = values.subarray(tileOffset(tiles, lower.group, upper.group));
        const factor = values.subarray(upper.offset);
        kernel.takeTile(
          target,
          { lower: lower === upper ? factor : values.subarray(lower.offset), upper: factor },
          { size, rows: groupSize(tiles, lower.group), columns: groupSize(tiles, upper.group) },
        );
      }
  }
};

/** Solves L·x = rhs, in place, group by group. */
const solveDown = (tiles: Tiles, values: Float64Array, rhs: Float64Array): void => {
  const { groupStart, below, diagonal } = tiles;
  for (const [group, others] of below.entries()) {
    const size = groupSize(tiles, group);
    const first = groupStart[group]!;
    for (let row = 0; row < size; row++) {
      const own = diagonal[group]! + row * size;
      let value = rhs[first + row]!;
      for (let column = 0; column < row; column++) value -= values[own + column]! * rhs[first + column]!;
      rhs[first + row] = value / values[own + row]!;
    }
    for (const { group: lower, offset } of others)
      for (let row = 0; row < groupSize(tiles, lower); row++) {
        let value = 0;
        for (let column = 0; column < size; column++)
          value += values[offset + row * size + column]! * rhs[first + column]!;
        rhs[groupStart[lower]! + row]! -= value;
      }
  }
};

/** Solves Lᵀ·x = rhs, in place. */
const solveUp = (tiles: Tiles, values: Float64Array, rhs: Float64Array): void => {
  const { groupStart, below, diagonal } = tiles;
  for (let group = below.length - 1; group >= 0; group--) {
    const size = groupSize(tiles, group);
    const first = groupStart[group]!;
    for (const { group: lower, offset } of below[group]!)
      for (let row = 0; row < groupSize(tiles, lower); row++) {
        const known = rhs[groupStart[lower]! + row]!;
        for (let column = 0; column < size; column++)
          rhs[first + column]! -= values[offset + row * size + column]! * known;
      }
    for (let row = size - 1; row >= 0; row--) {
      const own = diagonal[group]! + row * size;
      const known = rhs[first + row]! / values[own + row]!;
      rhs[first + row] = known;
      for (let column = 0; column < row; column++) rhs[first + column]! -= values[own + column]! * known;
    }
  }
};

/** Solves with the factor, in place. */
export const solveTiles = (tiles: Tiles, values: Float64Array, rhs: Float64Array): void => {
  solveDown(tiles, values, rhs);
  solveUp(tiles, values, rhs);
};
