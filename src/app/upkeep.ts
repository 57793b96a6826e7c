import type { Log } from "../control/contract.js";
import { HOUR_MS, MINUTE_MS } from "../domain/units.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { BufferedTelemetry } from "../store/telemetry.js";

/** Between two parts of the work, so that stations are answered meanwhile. */
const PAUSE_MS = 20;
const ROLL_EVERY_MS = MINUTE_MS;
const PRUNE_EVERY_MS = HOUR_MS;

interface UpkeepParts {
  readonly telemetry: Pick<BufferedTelemetry, "rollUp" | "prune">;
  readonly clock: Clock;
  readonly rawDays: number;
  readonly log: Pick<Log, "error">;
}

/** Makes quarters of what was measured each minute, and takes old values away each hour; returns what ends it. */
export const keepSmall = ({ telemetry, clock, rawDays, log }: UpkeepParts): Cancel => {
  const stopRolling = repeat(clock, ROLL_EVERY_MS, (nowMs) => telemetry.rollUp(nowMs), log);
  const stopPruning = repeat(clock, PRUNE_EVERY_MS, (nowMs) => telemetry.prune(nowMs, rawDays), log);
  return () => {
    stopRolling();
    stopPruning();
  };
};

/** Part after part while there is more to do, then again after `everyMs`; a failure waits as long. */
const repeat = (
  clock: Clock,
  everyMs: number,
  part: (nowMs: number) => Promise<boolean>,
  log: UpkeepParts["log"],
): Cancel => {
  let stopped = false;
  const run = async (): Promise<void> => {
    const more = await part(clock.now()).catch((err: unknown) => {
      log.error({ err }, "old measurements could not be put in order");
      return false;
    });
    if (!stopped) cancel = clock.after(more ? PAUSE_MS : everyMs, () => void run());
  };
  let cancel = clock.after(everyMs, () => void run());
  return () => {
    stopped = true;
    cancel();
  };
};
