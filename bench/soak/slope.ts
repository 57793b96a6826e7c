/** Growth of a series per step, by least squares; of fewer than two values none. */
export const slope = (values: readonly number[]): number => {
  const count = values.length;
  if (count < 2) return 0;
  const middle = (count - 1) / 2;
  const mean = values.reduce((total, value) => total + value, 0) / count;
  const [above, below] = values.reduce(
    ([up, down], value, at) => [up + (at - middle) * (value - mean), down + (at - middle) ** 2],
    [0, 0],
  );
  return above / below;
};
