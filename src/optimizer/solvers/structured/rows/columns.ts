import type { ByColumn } from "./presolve.js";

/** The columns of A with their rows in rising order: first those of the column's block, then linking ones. */
export interface Columns extends ByColumn {
  readonly count: number;
  /** First entry of each column that lies in a linking row. */
  readonly linkFrom: Int32Array;
}

export const sortedColumns = ({ start, row, value }: ByColumn, linkStart: number): Columns => {
  const count = start.length - 1;
  const sortedRow = row.slice();
  const sortedValue = value.slice();
  const linkFrom = new Int32Array(count);
  for (let column = 0; column < count; column++) {
    const first = start[column]!;
    const end = start[column + 1]!;
    for (let at = first + 1; at < end; at++) {
      const own = sortedRow[at]!;
      const factor = sortedValue[at]!;
      let to = at;
      for (; to > first && sortedRow[to - 1]! > own; to--) {
        sortedRow[to] = sortedRow[to - 1]!;
        sortedValue[to] = sortedValue[to - 1]!;
      }
      sortedRow[to] = own;
      sortedValue[to] = factor;
    }
    for (let at = first + 1; at < end; at++)
      if (sortedRow[at] === sortedRow[at - 1]) throw new RangeError(`column ${column} is twice in one row`);
    let link = first;
    while (link < end && sortedRow[link]! < linkStart) link++;
    linkFrom[column] = link;
  }
  return { count, start, row: sortedRow, value: sortedValue, linkFrom };
};
