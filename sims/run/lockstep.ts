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
}

/**
 * Runs a virtual clock to `untilMs`. Time advances to the next timer only when everybody is idle, so a
 * run is as fast as the machine allows and does not depend on how fast that is. Rejects when somebody
 * is not idle for half a minute of wall time.
 */
export const runLockStep = async ({ clock, untilMs, idle, busy }: LockStep): Promise<void> => {
  for (;;) {
    await quiet(clock, idle, busy);
    if (!clock.step(untilMs)) return;
  }
};

const quiet = async (clock: VirtualClock, idle: () => boolean, busy: LockStep["busy"]): Promise<void> => {
  const sinceMs = performance.now();
  let quietTurns = 0;
  while (quietTurns < QUIET_TURNS) {
    await turn();
    quietTurns = idle() ? quietTurns + 1 : 0;
    if (quietTurns === 0 && performance.now() - sinceMs > LONGEST_WAIT_MS)
      throw new Error(
        `lock step: not idle for ${LONGEST_WAIT_MS / 1000} s at ${new Date(clock.now()).toISOString()}: ` +
          (busy?.().join(", ") || "unknown"),
      );
  }
};
