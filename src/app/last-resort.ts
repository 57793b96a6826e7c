import type { Log } from "../control/contract.js";
import { MINUTE_MS } from "../domain/units.js";

/** More faults than this within `WITHIN_MS` are no accident of one input: the state is not to be trusted. */
const MOST_FAULTS = 10;
const WITHIN_MS = 10 * MINUTE_MS;

/** What of the process this needs. */
interface Faulting {
  on(event: "uncaughtException", listener: (fault: unknown, origin: string) => void): unknown;
  off(event: "uncaughtException", listener: (fault: unknown, origin: string) => void): unknown;
}

export interface LastResortParts {
  readonly process: Faulting;
  readonly log: Pick<Log, "error">;
  /** Milliseconds that only grow. */
  readonly nowMs: () => number;
  /** Called once, after the fault that was one too many. */
  readonly giveUp: () => void;
}

/**
 * Keeps a server alive through a fault that nobody caught, with a line in the log (ADR 6): every input
 * has its own guard, so what arrives here is a fault of ours, and one of them must not take the other
 * stations along. Returns what takes the guard away again.
 */
export const guardProcess = ({ process, log, nowMs, giveUp }: LastResortParts): (() => void) => {
  let recentMs: number[] = [];
  const take = (err: unknown, origin: string): void => {
    log.error({ err, origin }, "a fault that nobody caught; the server goes on");
    const now = nowMs();
    recentMs = [...recentMs.filter((atMs) => now - atMs < WITHIN_MS), now];
    if (recentMs.length !== MOST_FAULTS + 1) return;
    log.error({ faults: recentMs.length, withinMs: WITHIN_MS }, "too many faults: the server ends itself");
    giveUp();
  };
  process.on("uncaughtException", take);
  return () => void process.off("uncaughtException", take);
};
