import type { Columns } from "./columns.js";
import { fillOf } from "./fill.js";

/**
 * Where the factors L·D·Lᵀ of the blocks lie: D at the places of the rows, then the entries of L below
 * it, column after column.
 */
export interface BlockPattern {
  readonly rows: number;
  /** Rows below the diagonal in each column of L; entry e stands at `rows + e` of the numbers. */
  readonly lowerStart: Int32Array;
  readonly lowerRow: Int32Array;
  /** Targets of the outer product of each column of L with itself, pair after pair. */
  readonly updateStart: Int32Array;
  readonly updateTarget: Int32Array;
}

/** Place of an entry of A·Θ·Aᵀ or of L among the numbers of the blocks. */
export const blockPlace = ({ rows, lowerStart, lowerRow }: BlockPattern, a: number, b: number): number => {
  if (a === b) return a;
  const [upper, lower] = a < b ? [a, b] : [b, a];
  let entry = lowerStart[upper]!;
  while (lowerRow[entry]! !== lower) entry++;
  return rows + entry;
};

/** Pattern of the first `rows` rows, none of which is tied to a row of another block. */
export const blockPatternOf = (columns: Columns, rows: number): BlockPattern => {
  const below = Array.from({ length: rows }, (): number[] => []);
  for (let column = 0; column < columns.count; column++) {
    const end = columns.linkFrom[column]!;
    for (let a = columns.start[column]!; a < end; a++)
      for (let b = a + 1; b < end; b++) below[columns.row[a]!]!.push(columns.row[b]!);
  }
  const fill = fillOf(below);
  const lowerStart = new Int32Array(rows + 1);
  const updateStart = new Int32Array(rows + 1);
  for (const [row, { length }] of fill.entries()) {
    lowerStart[row + 1] = lowerStart[row]! + length;
    updateStart[row + 1] = updateStart[row]! + (length * (length + 1)) / 2;
  }
  const lowerRow = Int32Array.from(fill.flat());
  const updateTarget = new Int32Array(updateStart[rows]!);
  const pattern = { rows, lowerStart, lowerRow, updateStart, updateTarget };
  for (const [row, own] of fill.entries()) {
    let next = updateStart[row]!;
    for (const [at, a] of own.entries())
      for (const b of own.slice(at)) updateTarget[next++] = blockPlace(pattern, a, b);
  }
  return pattern;
};
