import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WallClock } from "../../src/ports/clock.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";

/** A computer whose date and whose passing time are told apart. */
let dateMs: number;
let elapsedMs: number;
let clock: WallClock;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  dateMs = Date.parse("2026-01-14T09:00:00Z");
  elapsedMs = 0;
  clock = new WallClock({ date: () => dateMs, elapsed: () => elapsedMs });
});
afterEach(() => void vi.useRealTimers());

const STEP_MS = SECOND_MS;

/** Time passes as it does. */
const pass = (forMs: number): void => {
  for (let passed = 0; passed < forMs; passed += STEP_MS) {
    dateMs += STEP_MS;
    elapsedMs += STEP_MS;
    vi.advanceTimersByTime(STEP_MS);
  }
};

describe("the wall clock", () => {
  it("shows the computer's date after any jump", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -HOUR_MS, max: HOUR_MS })), (jumps) => {
        for (const jump of jumps) {
          dateMs += jump;
          expect(clock.now()).toBe(dateMs);
        }
      }),
    );
  });

  it("runs a timer once and when it is due, neither sooner nor much later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (delayS) => {
        let runs = 0;
        clock.after(delayS * SECOND_MS, () => (runs += 1));
        pass((delayS - 1) * SECOND_MS);
        expect(runs).toBe(0);
        pass(2 * SECOND_MS);
        expect(runs).toBe(1);
        pass(MINUTE_MS);
        expect(runs).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  it("waits by elapsed time, where that is asked for, whatever the date does", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 600 }),
        fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
        (delayS, byMs) => {
          let runs = 0;
          const fromMs = clock.elapsed();
          clock.afterElapsed(delayS * SECOND_MS, () => (runs += 1));
          pass(5 * SECOND_MS);
          dateMs += byMs;
          pass((delayS - 6) * SECOND_MS);
          expect(runs).toBe(0);
          pass(2 * SECOND_MS);
          expect(runs).toBe(1);
          expect(clock.elapsed() - fromMs).toBe((delayS + 1) * SECOND_MS);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("runs what a jump forward or a sleep made due within seconds", () => {
    const ran: string[] = [];
    clock.after(15 * MINUTE_MS, () => ran.push("slot"));
    clock.after(3 * HOUR_MS, () => ran.push("later"));
    pass(MINUTE_MS);
    dateMs += HOUR_MS;
    pass(6 * SECOND_MS);
    expect(ran).toEqual(["slot"]);
  });

  it("keeps nothing waiting after a jump back", () => {
    let runs = 0;
    clock.after(30 * SECOND_MS, () => (runs += 1));
    pass(10 * SECOND_MS);
    dateMs -= 5 * HOUR_MS;
    pass(21 * SECOND_MS);
    expect(runs).toBe(1);
  });

  it("runs no timer that was cancelled, however often it looked before", () => {
    let runs = 0;
    const cancel = clock.after(MINUTE_MS, () => (runs += 1));
    pass(40 * SECOND_MS);
    cancel();
    pass(HOUR_MS / 4);
    expect(runs).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
