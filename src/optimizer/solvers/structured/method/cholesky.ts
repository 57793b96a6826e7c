import { plainTiles } from "./tile-kernel.js";
import { groupSize, tileOffset, type Tiles } from "./tiles.js";

/** Adds the diagonal of the linking rows: before anything is taken from it, so that rounding can be told. */
export const addDiagonal = (tiles: Tiles, values: Float64Array, into: Float64Array): void => {
  for (let link = 0; link < into.length; link++) {
    const group = tiles.groupOf[link]!;
    const within = link - tiles.groupStart[group]!;
    into[link]! += values[tiles.diagonal[group]! + within * (groupSize(tiles, group) + 1)]!;
  }
};

/** The Cholesky factor of the Schur complement: each group of the tree, then what it leaves on those it hangs on. */
export interface Cholesky {
  /** Factors S in place. */
  factor(): void;
  /** Solves with the factor, in place; the right-hand side lies where the kernel reaches it. */
  solve(rhs: Float64Array): void;
}

/** Where S stands, and its diagonal as it was before anything was taken from it. */
export interface Complement {
  readonly schur: Float64Array;
  readonly whole: Float64Array;
}

const factorTiles = (tiles: Tiles, { schur, whole }: Complement): void => {
  for (const [group, others] of tiles.below.entries()) {
    const size = groupSize(tiles, group);
    const corner = schur.subarray(tiles.diagonal[group]);
    plainTiles.factorDiagonal(corner, whole.subarray(tiles.groupStart[group]), size);
    const factors = others.map((tile) => ({ ...tile, values: schur.subarray(tile.offset) }));
    for (const { values, first } of factors) plainTiles.divideTile(values, corner, { size, first });
    for (const [at, upper] of factors.entries())
      for (const lower of factors.slice(at)) {
        const target = schur.subarray(tileOffset(tiles, lower.group, upper.group));
        plainTiles.takeTile(target, lower, upper, size);
      }
  }
};

/** Solves L·x = rhs, in place, group by group. */
const solveDown = (tiles: Tiles, schur: Float64Array, ownOf: (group: number) => Float64Array): void => {
  for (const [group, others] of tiles.below.entries()) {
    const [size, own] = [groupSize(tiles, group), ownOf(group)];
    plainTiles.solveLower(schur.subarray(tiles.diagonal[group]), own, size);
    for (const { group: lower, offset, first } of others)
      plainTiles.takeProduct(ownOf(lower), schur.subarray(offset), own, { size, first });
  }
};

/** Solves Lᵀ·x = rhs, in place. */
const solveUp = (tiles: Tiles, schur: Float64Array, ownOf: (group: number) => Float64Array): void => {
  for (let group = tiles.below.length - 1; group >= 0; group--) {
    const [size, own] = [groupSize(tiles, group), ownOf(group)];
    for (const { group: lower, offset, first } of tiles.below[group]!)
      plainTiles.takeTransposed(own, schur.subarray(offset), ownOf(lower), { size, first });
    plainTiles.solveUpper(schur.subarray(tiles.diagonal[group]), own, size);
  }
};

/** The factor in plain JavaScript: the reference for what kernel.c does. */
export const plainCholesky = (tiles: Tiles, { schur, whole }: Complement): Cholesky => ({
  factor: () => factorTiles(tiles, { schur, whole }),
  solve(rhs) {
    const ownOf = (group: number): Float64Array =>
      rhs.subarray(tiles.groupStart[group], tiles.groupStart[group + 1]);
    solveDown(tiles, schur, ownOf);
    solveUp(tiles, schur, ownOf);
  },
});
