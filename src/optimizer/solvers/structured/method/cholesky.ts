import { groupSize, tileOffset, type Tiles } from "./tiles.js";

/** Relative size under which a pivot is what rounding left of nothing. */
const NO_PIVOT = 1e-13;
/** What stands for the root of such a pivot. */
const HUGE = 1e64;

const dot = (values: Float64Array, a: number, b: number, length: number): number => {
  let total = 0;
  for (let k = 0; k < length; k++) total += values[a + k]! * values[b + k]!;
  return total;
};

/** Adds the diagonal of the linking rows: before anything is taken from it, so that rounding can be told. */
export const addDiagonal = (tiles: Tiles, values: Float64Array, into: Float64Array): void => {
  for (let link = 0; link < into.length; link++) {
    const group = tiles.groupOf[link]!;
    const within = link - tiles.groupStart[group]!;
    into[link]! += values[tiles.diagonal[group]! + within * (groupSize(tiles, group) + 1)]!;
  }
};

/** Cholesky factor of a tile on the diagonal, in its lower half. */
const factorDiagonal = (
  values: Float64Array,
  offset: number,
  { size, whole }: { size: number; whole: Float64Array },
): void => {
  for (let row = 0; row < size; row++) {
    const own = offset + row * size;
    divideRow(values, { own, corner: offset, size }, row);
    const pivot = values[own + row]! - dot(values, own, own, row);
    values[own + row] = pivot > NO_PIVOT * whole[row]! ? Math.sqrt(pivot) : HUGE;
  }
};

/** Solves x·Lᵀ = row for the first columns of a row, in place. */
const divideRow = (
  values: Float64Array,
  { own, corner, size }: { own: number; corner: number; size: number },
  columns: number,
): void => {
  for (let column = 0; column < columns; column++) {
    const other = corner + column * size;
    values[own + column] =
      (values[own + column]! - dot(values, own, other, column)) / values[other + column]!;
  }
};

/** Takes from what is above a group what the group's own rows explain. */
const takeGroup = (tiles: Tiles, values: Float64Array, group: number): void => {
  const size = groupSize(tiles, group);
  const others = tiles.below[group]!;
  for (const [at, upper] of others.entries())
    for (const lower of others.slice(at)) {
      const target = tileOffset(tiles, lower.group, upper.group);
      const width = groupSize(tiles, upper.group);
      for (let row = 0; row < groupSize(tiles, lower.group); row++) {
        const own = lower.offset + row * size;
        const columns = lower === upper ? row + 1 : width;
        for (let column = 0; column < columns; column++)
          values[target + row * width + column]! -= dot(values, own, upper.offset + column * size, size);
      }
    }
};

/**
 * Cholesky factor of the Schur complement, in place: each group of the tree, then what it leaves on those
 * it hangs on. `whole` is the diagonal as it was before anything was taken from it.
 */
export const factorTiles = (tiles: Tiles, values: Float64Array, whole: Float64Array): void => {
  for (const [group, others] of tiles.below.entries()) {
    const size = groupSize(tiles, group);
    const corner = tiles.diagonal[group]!;
    factorDiagonal(values, corner, { size, whole: whole.subarray(tiles.groupStart[group]) });
    for (const { group: lower, offset } of others)
      for (let row = 0; row < groupSize(tiles, lower); row++)
        divideRow(values, { own: offset + row * size, corner, size }, size);
    takeGroup(tiles, values, group);
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
