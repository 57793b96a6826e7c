import type { EpochMs } from "../domain/units.js";

/** Ends a timer that has not fired yet. */
export type Cancel = () => void;

/** Time as the core knows it. The control loop never asks whether it is real. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): EpochMs;
  /** Calls `run` once, `delayMs` of this clock's time from now. */
  after(delayMs: number, run: () => void): Cancel;
  /** Milliseconds since some start, by which durations are measured: they do not change where the date is set. */
  elapsed(): number;
  /** As `after`, by elapsed time alone: a jump of the date makes nothing due. */
  afterElapsed(delayMs: number, run: () => void): Cancel;
}

/** Resolves once so much of a clock's time has passed. */
export const passed = (clock: Pick<Clock, "after">, forMs: number): Promise<void> =>
  new Promise((resolve) => void clock.after(forMs, resolve));

/** What a computer tells of time, for tests to stand in. */
export interface WallReadings {
  /** Epoch milliseconds; jumps when the computer's clock is set and when it wakes up. */
  readonly date: () => EpochMs;
  /** Milliseconds since some start; never jumps, may stand still while the computer sleeps. */
  readonly elapsed: () => number;
}

const THIS_COMPUTER: WallReadings = { date: () => Date.now(), elapsed: () => performance.now() };

/** A waiting timer looks at the clock this often, so that it sees a jump soon. */
const LOOK_EVERY_MS = 5_000;

/**
 * The computer's own clock, whatever sets it. A timer runs when its delay is over by either measure,
 * the date or the time that passed: a jump forward or a sleep makes it due at once, a jump back does
 * not keep it waiting.
 */
export class WallClock implements Clock {
  readonly #readings: WallReadings;

  constructor(readings: WallReadings = THIS_COMPUTER) {
    this.#readings = readings;
  }

  now(): EpochMs {
    return this.#readings.date();
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = new WallTimer(this.#readings, delayMs, run);
    return () => timer.cancel();
  }

  elapsed(): number {
    return this.#readings.elapsed();
  }

  afterElapsed(delayMs: number, run: () => void): Cancel {
    const { elapsed } = this.#readings;
    // By elapsed time it is no date, whatever the date does.
    const timer = new WallTimer({ date: elapsed, elapsed }, delayMs, run);
    return () => timer.cancel();
  }
}

/** One delay that a wall clock waits for. */
class WallTimer {
  readonly #readings: WallReadings;
  readonly #run: () => void;
  readonly #dueDateMs: EpochMs;
  readonly #dueElapsedMs: number;
  #timer: NodeJS.Timeout;

  constructor(readings: WallReadings, delayMs: number, run: () => void) {
    this.#readings = readings;
    this.#run = run;
    this.#dueDateMs = readings.date() + delayMs;
    this.#dueElapsedMs = readings.elapsed() + delayMs;
    this.#timer = this.#wait(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  #wait(forMs: number): NodeJS.Timeout {
    return setTimeout(look, Math.min(Math.max(0, forMs), LOOK_EVERY_MS), this);
  }

  look(): void {
    const { date, elapsed } = this.#readings;
    const leftMs = Math.min(this.#dueDateMs - date(), this.#dueElapsedMs - elapsed());
    if (leftMs <= 0) this.#run();
    else this.#timer = this.#wait(leftMs);
  }
}

const look = (timer: WallTimer): void => timer.look();

const LONGEST_TIMER_MS = 2_000_000_000;

/** A clock of its own that runs `speed` times as fast as time passes, from `startMs` on. */
export class PacedClock implements Clock {
  readonly #startMs: EpochMs;
  readonly #wallStartMs: number;
  readonly #speed: number;

  constructor({ startMs, speed }: { startMs: EpochMs; speed: number }) {
    this.#startMs = startMs;
    this.#wallStartMs = performance.now();
    this.#speed = speed;
  }

  now(): EpochMs {
    return Math.floor(this.#startMs + (performance.now() - this.#wallStartMs) * this.#speed);
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs) / this.#speed, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }

  /** Its date never jumps. */
  elapsed(): number {
    return this.now();
  }

  afterElapsed(delayMs: number, run: () => void): Cancel {
    return this.after(delayMs, run);
  }
}

interface Timer {
  readonly atMs: EpochMs;
  readonly order: number;
  /** null once it ran or was cancelled. */
  run: (() => void) | null;
}

/** A clock that stands still until it is told to go to its next timer; ties run in order of setting. */
export class VirtualClock implements Clock {
  #nowMs: EpochMs;
  #order = 0;
  /** Binary heap, the earliest first; cancelled timers stay until they come up. */
  readonly #heap: Timer[] = [];

  constructor(startMs: EpochMs) {
    this.#nowMs = startMs;
  }

  now(): EpochMs {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    push(this.#heap, timer);
    return () => {
      timer.run = null;
    };
  }

  /** Its date never jumps. */
  elapsed(): number {
    return this.#nowMs;
  }

  afterElapsed(delayMs: number, run: () => void): Cancel {
    return this.after(delayMs, run);
  }

  /** Time of the next timer, or null when none is set. */
  nextMs(): EpochMs | null {
    return this.#next()?.atMs ?? null;
  }

  /** Runs the next timer if it is due by `untilMs`; false when there is none, and time is then `untilMs`. */
  step(untilMs: EpochMs): boolean {
    const timer = this.#next();
    if (timer === null || timer.atMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs);
      return false;
    }
    pop(this.#heap);
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    const { run } = timer;
    timer.run = null;
    run?.();
    return true;
  }

  #next(): Timer | null {
    while (this.#heap[0]?.run === null) pop(this.#heap);
    return this.#heap[0] ?? null;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

const push = (heap: Timer[], timer: Timer): void => {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = timer;
};

/** Takes the earliest timer out. */
const pop = (heap: Timer[]): void => {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
    if (child === undefined || !isBefore(child, last)) break;
    heap[at] = child;
    at = child === right ? 2 * at + 2 : 2 * at + 1;
  }
  heap[at] = last;
};
