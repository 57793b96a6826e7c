/** How often values fell where, in counters alone: noting a value allocates nothing. */
export interface Distribution {
  /** Upper bounds of the counts, rising; the last count is of all above. */
  readonly bounds: readonly number[];
  readonly counts: Readonly<Float64Array>;
  readonly sum: () => number;
  readonly note: (value: number) => void;
}

export const createDistribution = (bounds: readonly number[]): Distribution => {
  const counts = new Float64Array(bounds.length + 1);
  const total = new Float64Array(1);
  return {
    bounds,
    counts,
    sum: () => total[0]!,
    note: (value) => {
      let at = 0;
      while (at < bounds.length && value > bounds[at]!) at++;
      counts[at]!++;
      total[0]! += value;
    },
  };
};

/** Bounds in seconds for what a program and a network do, from a millisecond to half a minute. */
export const SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
