import type { EpochMs } from "../domain/units.js";

/** Ends a timer that has not fired yet. */
export type Cancel = () => void;

/** Time as the core knows it. The control loop never asks whether it is real. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): EpochMs;
  /** Calls `run` once, `delayMs` of this clock's time from now. */
  after(delayMs: number, run: () => void): Cancel;
}

const LONGEST_TIMER_MS = 2_000_000_000;

/** A clock that runs `speed` times as fast as the wall from `startMs` on; speed 1 is the wall clock. */
export class WallClock implements Clock {
  readonly #startMs: EpochMs;
  readonly #wallStartMs: number;
  readonly #speed: number;

  constructor({ startMs = Date.now(), speed = 1 }: { startMs?: EpochMs; speed?: number } = {}) {
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
}

interface Timer {
  readonly atMs: EpochMs;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go to its next timer; ties run in order of setting. */
export class VirtualClock implements Clock {
  #nowMs: EpochMs;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs: EpochMs) {
    this.#nowMs = startMs;
  }

  now(): EpochMs {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
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
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.run();
    return true;
  }

  #next(): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (
        first === null ||
        timer.atMs < first.atMs ||
        (timer.atMs === first.atMs && timer.order < first.order)
      )
        first = timer;
    }
    return first;
  }
}
