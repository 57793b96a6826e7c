import { type Arrow, partsOf } from "../rows/arrow.js";
import type { Columns } from "../rows/columns.js";
import type { Touches } from "../rows/touches.js";
import { firstsOf } from "./firsts.js";

/** The tile of a group of linking rows with one above it in the tree. */
interface Tile {
  readonly group: number;
  readonly offset: number;
  /** First column of each row of the factor's tile in which anything can stand; its width: nothing does. */
  readonly first: Int32Array;
}

/**
 * The Schur complement as tiles, one per pair of groups that meet, fill included; only those at or below
 * the diagonal, each by rows.
 */
export interface Tiles {
  readonly groupStart: Int32Array;
  readonly groupOf: Int32Array;
  /** Tiles below the diagonal in each group's column. */
  readonly below: readonly (readonly Tile[])[];
  /** Where the tile on each group's diagonal begins. */
  readonly diagonal: Int32Array;
  readonly size: number;
}

export const groupSize = ({ groupStart }: Tiles, group: number): number =>
  groupStart[group + 1]! - groupStart[group]!;

/** Where the tile of two groups begins. */
export const tileOffset = ({ diagonal, below }: Tiles, lower: number, upper: number): number => {
  if (lower === upper) return diagonal[upper]!;
  for (const { group, offset } of below[upper]!) if (group === lower) return offset;
  throw new RangeError(`groups ${lower} and ${upper} do not meet`);
};

/** Where an entry of the Schur complement lies. */
export const tilePlace = (tiles: Tiles, lower: number, upper: number): number => {
  const a = tiles.groupOf[lower]!;
  const b = tiles.groupOf[upper]!;
  const row = lower - tiles.groupStart[a]!;
  return tileOffset(tiles, a, b) + row * groupSize(tiles, b) + upper - tiles.groupStart[b]!;
};

/** Calls back with the linking rows of each block and of each column that ties some together. */
const eachMeeting = (
  columns: Columns,
  { touches, rows }: { touches: Touches; rows: number },
  meet: (links: Int32Array) => void,
): void => {
  for (let block = 0; block + 1 < touches.start.length; block++)
    meet(touches.link.subarray(touches.start[block], touches.start[block + 1]));
  for (let column = 0; column < columns.count; column++) {
    const links = columns.row.subarray(columns.linkFrom[column], columns.start[column + 1]);
    if (links.length > 1) meet(links.map((row) => row - rows));
  }
};

/** Numbers of S beyond which it is not laid out: a gigabyte, 11,000 slots at one node. */
const MOST_NUMBERS = 2 ** 27;

/**
 * Products of one factor of S beyond which it takes seconds, in which no clock is looked at: 2,300 rows that all meet,
 * 2,300 slots at one node.
 */
const MOST_PRODUCTS = 4e9;

/** S would take more memory, or its factor more time, than it is worth. */
export class TooLarge extends RangeError {
  constructor(what: string) {
    super(`the Schur complement would take ${what} or more`);
  }
}

/** Its tiles on the diagonal alone, before anything is made of them. */
const checkSize = (groupStart: Int32Array): void => {
  let [numbers, products] = [0, 0];
  for (let group = 1; group < groupStart.length; group++) {
    const width = groupStart[group]! - groupStart[group - 1]!;
    numbers += width ** 2;
    products += width ** 3 / 3;
  }
  if (numbers > MOST_NUMBERS) throw new TooLarge(`${numbers} numbers`);
  if (products > MOST_PRODUCTS) throw new TooLarge(`${products.toExponential(1)} products`);
};

/** Throws TooLarge where S would be too large for what it is worth. */
export const tilesOf = (arrow: Arrow, columns: Columns, touches: Touches): Tiles => {
  const rows = arrow.groupStart[0]!;
  const groupStart = arrow.groupStart.map((start) => start - rows);
  checkSize(groupStart);
  const groups = groupStart.length - 1;
  const groupOf = partsOf(groupStart);
  const width = (group: number): number => groupStart[group + 1]! - groupStart[group]!;
  const diagonal = new Int32Array(groups);
  let size = 0;
  const take = (area: number): number => {
    size += area;
    return size - area;
  };
  const below = firstsOf({ groupStart, groupOf }, (meet) =>
    eachMeeting(columns, { touches, rows }, meet),
  ).map((lowers, group) => {
    diagonal[group] = take(width(group) ** 2);
    return Array.from(lowers, ([lower, first]) => ({
      group: lower,
      offset: take(width(lower) * width(group)),
      first,
    }));
  });
  if (size > MOST_NUMBERS) throw new TooLarge(`${size} numbers`);
  return { groupStart, groupOf, below, diagonal, size };
};
