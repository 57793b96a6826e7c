import type { Problem } from "../../domain/problem.js";
import { HOUR_MS, largest } from "../../domain/units.js";
import { type Say, time } from "./say.js";

const LONGEST_MS = 10 * 8_766 * HOUR_MS;
/** What is left of a running slot may be short, but no slot is planned for less: a quarter of an hour in s is 900. */
const LEAST_LONGEST_MS = 10_000;

export const checkHorizon = (say: Say, { horizon }: Problem): void => {
  const { startsMs, endMs } = horizon;
  const lengthsMs = startsMs.map((startMs, slot) => (startsMs[slot + 1] ?? endMs) - startMs);
  if (startsMs.length === 0) say("horizon.startsMs", "must have at least one slot");
  for (const [slot, startMs] of startsMs.entries()) {
    time(say, `horizon.startsMs[${slot}]`, startMs);
    if (!((lengthsMs[slot] ?? 0) > 0)) say(`horizon.startsMs[${slot}]`, "the slot must end after it starts");
  }
  time(say, "horizon.endMs", endMs);
  if (endMs - (startsMs[0] ?? endMs) > LONGEST_MS)
    say("horizon.endMs", "must be at most ten years after the start; are both in ms?");
  if (lengthsMs.every((ms) => ms > 0 && ms < LEAST_LONGEST_MS))
    say(
      "horizon.startsMs",
      `no slot lasts 10 s, the longest ${largest(lengthsMs, 0)} ms; are these seconds?`,
    );
};
