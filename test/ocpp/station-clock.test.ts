/** How far a station's clock is ahead is learnt from what it says, and from nothing that it kept back. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterBoot, heardAt, type StationClock, UNKNOWN_CLOCK } from "../../src/ocpp/common/station-clock.js";

const MINUTE = 60_000;
const T0 = Date.parse("2026-11-02T18:00:00Z");

interface Message {
  readonly madeMs: number;
  readonly heardMs: number;
}

const made = (stationMs: number) => ({ stationMs, isMade: true });
const sampled = (stationMs: number) => ({ stationMs, isMade: false });

const after = (messages: readonly Message[], aheadMs: number): StationClock =>
  messages.reduce(
    (clock, { madeMs, heardMs }) => heardAt(clock, made(madeMs + aheadMs), heardMs),
    UNKNOWN_CLOCK,
  );

const live = (count: number, delaysMs: readonly number[] = []): Message[] =>
  Array.from({ length: count }, (_, minute) => {
    const madeMs = T0 + minute * MINUTE;
    return { madeMs, heardMs: madeMs + (delaysMs[minute] ?? 0) };
  });

/** Kept while offline, told in one burst. */
const burst = (minutes: number): Message[] =>
  live(minutes).map(({ madeMs }, index) => ({ madeMs, heardMs: T0 + minutes * MINUTE + index * 100 }));

describe("a station's clock", () => {
  it("is known to within delays after three minutes of messages, whatever it shows", () => {
    const ahead = fc.integer({ min: -60 * 365 * 24 * 60, max: 24 * 60 }).map((minutes) => minutes * MINUTE);
    const delays = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(ahead, delays, (aheadMs, late) => {
        const { aheadMs: found } = after(live(5, late), aheadMs);
        expect(Math.abs(found - aheadMs)).toBeLessThanOrEqual(5_500);
      }),
    );
  });

  it("that is right, or nearly, is left alone", () => {
    const nearly = fc.integer({ min: -10_000, max: 10_000 });
    fc.assert(
      fc.property(nearly, (aheadMs) => {
        expect(after(live(6), aheadMs).aheadMs).toBe(0);
      }),
    );
  });

  it("is not judged by what was kept while there was no connection", () => {
    for (const minutes of [1, 5, 60]) expect(after(burst(minutes), 0).aheadMs).toBe(0);
    const before = after(live(5), 3 * MINUTE);
    const kept = burst(30).map(({ madeMs, heardMs }) => ({ madeMs, heardMs: heardMs + 10 * MINUTE }));
    const then = kept.reduce(
      (clock, { madeMs, heardMs }) => heardAt(clock, made(madeMs + 3 * MINUTE), heardMs),
      before,
    );
    expect(then.aheadMs).toBe(3 * MINUTE);
  });

  it("that somebody sets right is right again", () => {
    const wrong = after(live(5), 8 * 60 * MINUTE);
    const right = live(9)
      .slice(5)
      .reduce((clock, { madeMs, heardMs }) => heardAt(clock, made(madeMs), heardMs), wrong);
    expect(right.aheadMs).toBe(0);
  });

  const heardAfterBoots = (aheadMs: number, shownMs: number): number =>
    live(6).reduce(
      (clock, { madeMs, heardMs }, minute) =>
        heardAt(afterBoot(clock), made(madeMs + (minute < 4 ? aheadMs : shownMs)), heardMs),
      UNKNOWN_CLOCK,
    ).aheadMs;

  it("is known of a station that boots beside every message and takes no time from the answer", () => {
    expect(heardAfterBoots(3 * MINUTE, 3 * MINUTE)).toBe(3 * MINUTE);
  });

  it("is forgotten with the first message after a boot that shows another", () => {
    expect(heardAfterBoots(3 * MINUTE, 0)).toBe(0);
  });

  it("of about 20 s is corrected once, and not now and then", () => {
    const leadsS = fc.array(fc.double({ min: 11, max: 29, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(leadsS, (leads) => {
        let clock = UNKNOWN_CLOCK;
        const known = leads.map((leadS, minute) => {
          const nowMs = T0 + minute * MINUTE;
          clock = heardAt(clock, made(nowMs + leadS * 1_000), nowMs);
          return clock.aheadMs !== 0;
        });
        expect(known).toEqual(known.toSorted((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  const quarter = (clock: StationClock, aheadMs: number): StationClock =>
    Array.from({ length: 8 }, (_, index) => T0 + (index + 20) * 15 * MINUTE).reduce(
      (known, nowMs) => heardAt(known, sampled(nowMs - 15 * MINUTE + aheadMs), nowMs),
      clock,
    );

  it("is not judged by meter values that bear the beginning of their interval", () => {
    expect(quarter(UNKNOWN_CLOCK, 0).aheadMs).toBe(0);
    expect(quarter(after(live(1), 0), 0).aheadMs).toBe(0);
    expect(quarter(after(live(5), 3 * MINUTE), 3 * MINUTE).aheadMs).toBe(3 * MINUTE);
  });

  it("is known by few messages and by meter values that say the same", () => {
    for (const aheadMs of [3 * MINUTE, -3 * MINUTE]) {
      const known = [5, 6, 7].reduce(
        (clock, minute) => {
          const nowMs = T0 + minute * MINUTE;
          return heardAt(clock, sampled(nowMs + aheadMs), nowMs);
        },
        after(live(1), aheadMs),
      );
      expect(known.aheadMs).toBe(aheadMs);
    }
  });
});
