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

/** A solve with the factor: tiles, right-hand side and loops. */
interface Solving {
  readonly tiles: Tiles;
  readonly values: Float64Array;
  readonly rhs: Float64Array;
  readonly kernel: TileKernel;
}

/** A group's own part of the right-hand side. */
const partOf = ({ tiles: { groupStart }, rhs }: Solving, group: number): Float64Array =>
  rhs.subarray(groupStart[group], groupStart[group + 1]);

/** Solves L·x = rhs, in place, group by group. */
const solveDown = (solving: Solving): void => {
  const { tiles, values, kernel } = solving;
  for (const [group, others] of tiles.below.entries()) {
    const [size, own] = [groupSize(tiles, group), partOf(solving, group)];
    kernel.solveLower(values.subarray(tiles.diagonal[group]), own, size);
    for (const { group: lower, offset } of others)
      kernel.takeProduct(partOf(solving, lower), values.subarray(offset), own, {
        size,
        rows: groupSize(tiles, lower),
      });
  }
};

/** Solves Lᵀ·x = rhs, in place. */
const solveUp = (solving: Solving): void => {
  const { tiles, values, kernel } = solving;
  for (let group = tiles.below.length - 1; group >= 0; group--) {
    const [size, own] = [groupSize(tiles, group), partOf(solving, group)];
    for (const { group: lower, offset } of tiles.below[group]!)
      kernel.takeTransposed(own, values.subarray(offset), partOf(solving, lower), {
        size,
        rows: groupSize(tiles, lower),
      });
    kernel.solveUpper(values.subarray(tiles.diagonal[group]), own, size);
  }
};

/** Solves with the factor, in place; the right-hand side lies where the kernel reaches it. */
export const solveTiles = (
  tiles: Tiles,
  values: Float64Array,
  { rhs, kernel = plainTiles }: { rhs: Float64Array; kernel?: TileKernel },
): void => {
  const solving = { tiles, values, rhs, kernel };
  solveDown(solving);
  solveUp(solving);
};
