/**
 * Distance from the lower end of a box at which the central path has a column, from its reduced cost alone:
 * μ/a − μ/(width − a) = reduced.
 */
export const centralDistance = (width: number, reduced: number, mu: number): number => {
  const slope = Math.abs(reduced) * width;
  const half = slope + 2 * mu;
  const nearer = (2 * mu * width) / (half + Math.sqrt(half * half - 4 * slope * mu));
  return reduced >= 0 ? nearer : width - nearer;
};
