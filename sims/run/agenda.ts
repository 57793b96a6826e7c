import type { EpochMs } from "../../src/domain/units.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";

/** What is to happen in the world, by its clock. */
export interface Agenda {
  /** At a time; at once when it has passed. */
  at(atMs: EpochMs, run: () => void): void;
  /** Again and again, at the times that follow from now. */
  every(nextMs: (nowMs: EpochMs) => EpochMs, run: () => void): void;
  clear(): void;
}

export const createAgenda = (clock: Clock): Agenda => {
  const timers = new Set<Cancel>();
  const at: Agenda["at"] = (atMs, run) => {
    const cancel = clock.after(Math.max(0, atMs - clock.now()), () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const every: Agenda["every"] = (nextMs, run) =>
    at(nextMs(clock.now()), () => {
      run();
      every(nextMs, run);
    });
  return {
    at,
    every,
    clear: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
};
