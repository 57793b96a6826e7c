import type { EpochMs } from "../../src/domain/units.js";
import type { VirtualClock } from "../../src/ports/clock.js";
import { turn } from "../station/turn.js";

/** Idle must hold over this many turns: an answer may still be on its way through the event loop. */
const QUIET_TURNS = 3;
const LONGEST_WAIT_MS = 30_000;

export interface LockStep {
  readonly clock: VirtualClock;
  readonly untilMs: EpochMs;
  /** Whether no call is in flight and nothing is queued anywhere. */
  readonly idle: () => boolean;
  /** Names of those who are not idle, for the error. */
  readonly busy?: () => readonly string[];
  /** Wall time for which somebody may stay busy, ms; half a minute when not given. */
  readonly patienceMs?: number;
}

/**
 * Runs a virtual clock to `untilMs`. Time advances to the next timer only when everybody is idle, so a
 * run is as fast as the machine allows and does not depend on how fast that is. Rejects when somebody
 * stays busy beyond the patience.
 */
export const runLockStep = async (run: LockStep): Promise<void> => {
  for (;;) {
    await quiet(run);
    if (!run.clock.step(run.untilMs)) return;
  }
};

const quiet = async ({ clock, idle, busy, patienceMs = LONGEST_WAIT_MS }: LockStep): Promise<void> => {
  const sinceMs = performance.now();
  let quietTurns = 0;
  while (quietTurns < QUIET_TURNS) {
    await turn();
    quietTurns = idle() ? quietTurns + 1 : 0;
    if (quietTurns === 0 && performance.now() - sinceMs > patienceMs)
      throw new Error(
        `lock step: not idle for ${patienceMs / 1000} s at ${new Date(clock.now()).toISOString()}: ` +
          (busy?.().join(", ") || "unknown"),
      );
  }
};
