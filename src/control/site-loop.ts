import { type EpochMs, SLOT_MS } from "../domain/units.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { PlanningTurns } from "./planning-turns.js";

export interface SiteLoop {
  /** Something changed: plan again after the gathering delay. */
  trigger(cause: string): void;
  /**
   * Something changed that cannot wait: plan again at once, or as soon as the pass that runs is over. After three of
   * these within the gathering delay the next is gathered as any other: what a pass itself brings about, as a station
   * that refuses again, would have passes begin for ever.
   */
  hurry(cause: string): void;
  /** Plan again at a moment for a cause; null: at none. The last word counts. */
  wake(atMs: EpochMs | null, cause: string): void;
  idle(): boolean;
  start(): void;
  stop(): void;
}

export interface SiteLoopParts {
  readonly clock: Clock;
  readonly gatherMs: number;
  /** One pass of planning and dispatch; never rejects. */
  readonly cycle: (trigger: { triggeredMs: EpochMs; causes: readonly string[] }) => Promise<void>;
  /** Shared by all sites of the process. */
  readonly turns: PlanningTurns;
}

const MOST_IN_ROW = 3;

/**
 * When a site plans: at every quarter of an hour, and a gathering delay after any change, so that
 * forty arrivals do not cause forty solves. One pass at a time; changes during a pass cause one more. What cannot wait
 * is not gathered.
 */
export const createSiteLoop = ({ clock, gatherMs, cycle, turns }: SiteLoopParts): SiteLoop => {
  let gathering: Cancel | null = null;
  let slotTimer: Cancel | null = null;
  let wakeTimer: Cancel | null = null;
  let running = false;
  let stopped = true;
  let hurried = false;
  let hurriedMs = -Infinity;
  let inRow = 0;
  let triggeredMs: EpochMs | null = null;
  let causes = new Set<string>();

  const trigger = (cause: string): void => {
    if (stopped) return;
    causes.add(cause);
    triggeredMs ??= clock.now();
    if (!running && gathering === null) gathering = clock.after(gatherMs, run);
  };

  const hurry = (cause: string): void => {
    if (stopped) return;
    trigger(cause);
    if (clock.elapsed() - hurriedMs >= gatherMs) inRow = 0;
    if (inRow >= MOST_IN_ROW) return;
    hurried = true;
    if (!running) runNow();
  };

  const runNow = (): void => {
    gathering?.();
    hurriedMs = clock.elapsed();
    inRow++;
    run();
  };

  const run = (): void => {
    gathering = null;
    hurried = false;
    const taken = { triggeredMs: triggeredMs ?? clock.now(), causes: [...causes] };
    triggeredMs = null;
    causes = new Set();
    running = true;
    void turns(async () => (stopped ? undefined : cycle(taken))).finally(finished);
  };

  const finished = (): void => {
    running = false;
    if (stopped || causes.size === 0) return;
    if (hurried) runNow();
    else gathering = clock.after(gatherMs, run);
  };

  const nextSlot = (): void => {
    const untilBoundary = SLOT_MS - (clock.now() % SLOT_MS);
    slotTimer = clock.after(untilBoundary, () => {
      trigger("slot");
      nextSlot();
    });
  };

  const wake = (atMs: EpochMs | null, cause: string): void => {
    wakeTimer?.();
    wakeTimer = null;
    if (atMs === null || stopped) return;
    wakeTimer = clock.after(Math.max(0, atMs - clock.now()), () => trigger(cause));
  };

  return {
    trigger,
    hurry,
    wake,
    idle: () => !running,
    start: () => {
      stopped = false;
      nextSlot();
      trigger("start");
    },
    stop: () => {
      stopped = true;
      gathering?.();
      slotTimer?.();
      wakeTimer?.();
    },
  };
};
