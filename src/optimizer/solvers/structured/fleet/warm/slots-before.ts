import type { Horizon } from "../../../../../domain/horizon.js";

const startOf = ({ startsMs, endMs }: Horizon, slot: number): number => startsMs[slot] ?? endMs;

/** The slot of an earlier horizon in which the middle of each slot lies; -1 where there is none. */
export const slotsBefore = (horizon: Horizon, earlier: Horizon): number[] => {
  let old = 0;
  return horizon.startsMs.map((startMs, slot) => {
    const middleMs = (startMs + startOf(horizon, slot + 1)) / 2;
    while (old < earlier.startsMs.length && startOf(earlier, old + 1) <= middleMs) old++;
    return old < earlier.startsMs.length && startOf(earlier, old) <= middleMs ? old : -1;
  });
};
