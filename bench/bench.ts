export type BenchRow = Readonly<Record<string, number | string>>;

/** Measures and returns rows; `quick` ends within 40 s. Words go to `say`, never to stdout. */
export type Bench = (options: {
  readonly quick: boolean;
  readonly say: (text: string) => void;
}) => Promise<BenchRow[]>;

export interface BenchResult {
  readonly rows: readonly BenchRow[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Both sides of a comparison, measured in turn, with the ratio of each round to its like. */
export const ratioRow = (what: string, own: readonly number[], bare: readonly number[]): BenchRow => ({
  what,
  own: median(own),
  bare: median(bare),
  ratio: median(own.map((value, round) => value / (bare[round] ?? Number.NaN))),
});
