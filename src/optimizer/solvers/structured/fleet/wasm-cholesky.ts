import type { Cholesky, Complement } from "../method/cholesky.js";
import type { TileHalves } from "../method/tile-halves.js";
import type { Tiles } from "../method/tiles.js";
import type { Pass } from "../threads/second-thread.js";
import type { Store } from "./fleet.js";
import type { Wasm } from "./wasm.js";

const tileCount = ({ below }: Tiles): number => below.reduce((total, { length }) => total + length, 0);

const rowCount = ({ below }: Tiles): number =>
  below.reduce((total, tiles) => total + tiles.reduce((sum, { first }) => sum + first.length, 0), 0);

/** Numbers of what both halves take from, which the second adds up apart. */
const apartOf = ({ size, diagonal, groupStart }: Tiles, halves: TileHalves | null) => {
  if (halves === null) return { numbers: 0, links: 0 };
  const { shared } = halves;
  return { numbers: size - (diagonal[shared] ?? size), links: groupStart.at(-1)! - groupStart[shared]! };
};

/** Words that say where one half finds everything: as in kernel.c. */
const ADDRESSES = 12;
/** Every array may begin at the next multiple of eight. */
const MOST_ARRAYS = 16;

/** Bytes of what the kernel needs beside S. */
export const choleskyBytes = (tiles: Tiles, halves: TileHalves | null): number => {
  const { numbers, links } = apartOf(tiles, halves);
  const groups = tiles.below.length;
  return (
    4 * (3 * (groups + 1) + 3 * tileCount(tiles) + rowCount(tiles) + 2 * ADDRESSES) +
    8 * (numbers + links + MOST_ARRAYS)
  );
};

/** Where tiles lie, as kernel.c reads it. */
const laidOut = (tiles: Tiles, store: Store): Int32Array[] => {
  const { groupStart, diagonal, below } = tiles;
  const ints = (values: ArrayLike<number>): Int32Array => {
    const found = store.ints(values.length);
    found.set(values);
    return found;
  };
  const all = below.flat();
  const start = store.ints(below.length + 1);
  for (const [group, { length }] of below.entries()) start[group + 1] = start[group]! + length;
  const firstAt = store.ints(all.length);
  const first = store.ints(rowCount(tiles));
  let next = 0;
  for (const [at, tile] of all.entries()) {
    firstAt[at] = next;
    first.set(tile.first, next);
    next += tile.first.length;
  }
  return [
    ints(groupStart),
    ints(diagonal),
    start,
    ints(all.map(({ group }) => group)),
    ints(all.map(({ offset }) => offset)),
    firstAt,
    first,
  ];
};

/** Adds what the second half has added up apart, and clears it. */
const addApart = (apart: Float64Array, into: Float64Array, from: number): void => {
  for (let at = 0; at < apart.length; at++) into[from + at]! += apart[at]!;
  apart.fill(0);
};

/**
 * The factor of kernel.c, S in the memory of the module: the trees below of both halves at once, where there are
 * halves and a second thread, then what is above.
 */
export const wasmCholesky = (
  wasm: Wasm,
  tiles: Tiles,
  { schur, whole, halves }: Complement & { halves: TileHalves | null },
): Cholesky => {
  const { store, exports } = wasm;
  const groups = tiles.below.length;
  const { middle, shared } = halves ?? { middle: groups, shared: groups };
  const size = apartOf(tiles, halves);
  const apart = { schur: store.floats(size.numbers), rhs: store.floats(size.links) };
  const laid = laidOut(tiles, store);
  const addressOf = (isApart: boolean): number => {
    const addresses = store.ints(ADDRESSES);
    const words = [...laid, schur, whole].map(({ byteOffset }) => byteOffset);
    addresses.set([...words, shared]);
    if (isApart) addresses.set([apart.schur.byteOffset, apart.rhs.byteOffset], words.length + 1);
    return addresses.byteOffset;
  };
  const [one, two] = [addressOf(false), addressOf(true)];
  const second = halves === null ? null : wasm.secondThread();
  /** Goes over both halves; `numbers` stand between where they lie and which groups they are. */
  const both = (pass: Pass, numbers: readonly number[]): void => {
    const here = (): void => exports[pass](one, ...numbers, 0, middle);
    const there = [two, ...numbers, middle, shared];
    const instead = (): void => exports[pass](...there);
    if (second !== null) second.both(pass, there, { here, instead });
    else {
      here();
      if (middle < shared) instead();
    }
  };
  return {
    factor() {
      both("factorGroups", []);
      addApart(apart.schur, schur, tiles.size - size.numbers);
      exports.factorGroups(one, shared, groups);
    },
    solve(rhs) {
      both("solveDown", [rhs.byteOffset]);
      addApart(apart.rhs, rhs, rhs.length - size.links);
      exports.solveDown(one, rhs.byteOffset, shared, groups);
      exports.solveUp(one, rhs.byteOffset, shared, groups);
      both("solveUp", [rhs.byteOffset]);
    },
  };
};
