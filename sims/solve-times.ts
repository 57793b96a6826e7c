/** Wall-clock times of a run's solves, ms: the part of a report that no second run repeats. */
export interface SolveTimes {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export const solveTimes = (timesMs: readonly number[]): SolveTimes => {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50Ms: quantile(0.5), p95Ms: quantile(0.95), maxMs: sorted.at(-1) ?? 0 };
};

export const solveTimesText = ({ p50Ms, p95Ms, maxMs }: SolveTimes): string =>
  `${[p50Ms, p95Ms, maxMs].map((ms) => ms.toFixed(0)).join(" / ")} ms`;
