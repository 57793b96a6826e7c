/** How long work is watched from outside, and told to come to an end. */
export interface Watch {
  /** Whether what only makes a plan better is to be left out from now on. */
  readonly isLate: () => boolean;
  /** Told once for every session that a pass of rounding comes to. */
  readonly onSession: () => void;
}

export const UNWATCHED: Watch = { isLate: () => false, onSession: () => undefined };

/** Rounding as its caller sees it. */
export interface Pace {
  readonly isLate?: (() => boolean) | undefined;
  /** Told how much is done, 0 to 1. */
  readonly onShare?: ((share: number) => void) | undefined;
}

/** Passes over all sessions: exchange of charge and of discharge, filling, making way. */
const PASSES = 4;

/** A watch that counts sessions into a share, told at most a thousand times. */
export const watchOf = ({ isLate = UNWATCHED.isLate, onShare }: Pace, sessions: number): Watch => {
  if (onShare === undefined) return { isLate, onSession: UNWATCHED.onSession };
  const all = PASSES * Math.max(1, sessions);
  const every = Math.max(1, Math.ceil(all / 1_000));
  let done = 0;
  return {
    isLate,
    onSession: () => {
      done++;
      if (done % every === 0) onShare(Math.min(1, done / all));
    },
  };
};
