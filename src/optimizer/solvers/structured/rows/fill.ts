const sortedOnce = (values: readonly number[]): number[] => {
  const found: number[] = [];
  for (const value of values.toSorted((a, b) => a - b)) if (found.at(-1) !== value) found.push(value);
  return found;
};

/**
 * Rows below the diagonal in each column of a factor, from those of the matrix, fill included: what is
 * left in a column passes to the column of its first row, and so up the elimination tree. Takes `below`
 * over.
 */
export const fillOf = (below: number[][]): number[][] => {
  const found: number[][] = [];
  for (const [row, gathered] of below.entries()) {
    const rows = sortedOnce(gathered);
    found[row] = rows;
    for (const one of rows.slice(1)) below[rows[0]!]?.push(one);
  }
  return found;
};
