import { groupSize, type Tiles } from "./tiles.js";

/** Groups before `middle` and those from there to `shared` do not meet: only what is from `shared` on takes from both. */
export interface TileHalves {
  readonly middle: number;
  readonly shared: number;
}

/** Multiplications of a group's part of the factor, about: half of those of a dense one, where firsts spare them. */
const workOf = (tiles: Tiles, group: number): number => {
  const size = groupSize(tiles, group);
  const rows = tiles.below[group]!.reduce(
    (total, { first }) => total + first.reduce((sum, from) => sum + size - from, 0),
    0,
  );
  return (size * size * size) / 6 + (size + rows) * rows;
};

/** The part of the fewest multiplications that is worth the word to another thread: about a millisecond. */
const LEAST_SPLIT = 2_000_000;
/** The most of the other thread's part: it is taken for lost when it does not answer for some seconds. */
const MOST_SPLIT = 5e9;
/** Places at which a split is tried. */
const MOST_TRIED = 256;

/**
 * Splits the groups so that the smaller half is as large as can be; null: not worth it. `isForced`: it is worth it
 * in any case.
 */
export const tileHalves = (tiles: Tiles, isForced: boolean): TileHalves | null => {
  const groups = tiles.below.length;
  const before = new Float64Array(groups + 1);
  for (let group = 0; group < groups; group++) before[group + 1] = before[group]! + workOf(tiles, group);
  const parent = tiles.below.map((others) => others[0]?.group ?? groups);
  const step = Math.ceil(groups / MOST_TRIED);
  let best: TileHalves = { middle: 0, shared: 0 };
  let most = isForced ? 0 : LEAST_SPLIT;
  for (let middle = step; middle < groups; middle += step) {
    // Fill leads from group to parent to everything above: the first parent beyond the middle is the first that meets.
    let shared = groups;
    for (let group = 0; group < middle; group++)
      if (parent[group]! >= middle) shared = Math.min(shared, parent[group]!);
    const other = before[shared]! - before[middle]!;
    const smaller = Math.min(before[middle]!, other);
    if (smaller <= most || other > MOST_SPLIT) continue;
    most = smaller;
    best = { middle, shared };
  }
  return best.middle === 0 ? null : best;
};
