/** Share of the time that is left that a warm start may take. */
const SHARE_OF_TIME = 0.5;
/** Iterations in which it must come nearer to its end, how much nearer, and how far it may at most depart from it. */
const PATIENCE = 8;
const NEARER = 0.9;
const FURTHER = 10;

/** Watches over a solve from a warm start: one that leads nowhere has no time left. */
export interface Hope {
  readonly look: (iteration: number, gap: number) => void;
  readonly remainingMs: () => number;
}

export const hopeOf = (remainingMs: () => number): Hope => {
  const keptMs = (1 - SHARE_OF_TIME) * remainingMs();
  let first = Infinity;
  let isLost = false;
  return {
    look(iteration, gap) {
      if (iteration === 0) first = gap;
      isLost ||= gap > FURTHER * first || (iteration >= PATIENCE && gap > NEARER * first);
    },
    remainingMs: () => (isLost ? 0 : remainingMs() - keptMs),
  };
};
