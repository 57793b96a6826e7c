import { type Arrow, partsOf } from "./arrow.js";
import type { Columns } from "./columns.js";

/** The entries of every Gᵢ, what ties block i to the linking rows: block after block, by linking row. */
export interface Touches {
  readonly start: Int32Array;
  /** Linking row, counted from 0, and row of the block. */
  readonly link: Int32Array;
  readonly row: Int32Array;
}

const gather = (columns: Columns, { blockStart }: Arrow): number[][] => {
  const rows = blockStart.at(-1)!;
  const blockOf = partsOf(blockStart);
  const keys = Array.from({ length: blockStart.length - 1 }, (): number[] => []);
  for (let column = 0; column < columns.count; column++) {
    const link = columns.linkFrom[column]!;
    const first = columns.start[column]!;
    if (first < link && blockOf[columns.row[first]!] !== blockOf[columns.row[link - 1]!])
      throw new RangeError(`column ${column} ties two blocks together`);
    for (let a = first; a < link; a++)
      for (let b = link; b < columns.start[column + 1]!; b++)
        keys[blockOf[columns.row[a]!]!]!.push((columns.row[b]! - rows) * rows + columns.row[a]!);
  }
  return keys;
};

export const touchesOf = (columns: Columns, arrow: Arrow): Touches => {
  const rows = arrow.blockStart.at(-1)!;
  const start = [0];
  const link: number[] = [];
  const row: number[] = [];
  for (const keys of gather(columns, arrow)) {
    let before = -1;
    for (const key of Float64Array.from(keys).sort()) {
      if (key !== before) {
        link.push(Math.floor(key / rows));
        row.push(key % rows);
      }
      before = key;
    }
    start.push(link.length);
  }
  return { start: Int32Array.from(start), link: Int32Array.from(link), row: Int32Array.from(row) };
};

/** Finds the touch of a block's row and a linking row, by the places of the rows' own touches. */
export const touchPlaces = (
  { link, row }: Touches,
  rows: number,
): ((own: number, linked: number) => number) => {
  const places = new Map<number, number>();
  for (let at = 0; at < link.length; at++) places.set(link[at]! * rows + row[at]!, at);
  return (own, linked) => places.get(linked * rows + own)!;
};
