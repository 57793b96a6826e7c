/** A storm of stations that all come back at once, on a virtual clock. */
import { assert, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND_MS } from "../../src/domain/units.js";
import { createGate } from "../../src/ocpp/server/gate.js";
import { VirtualClock } from "../../src/ports/clock.js";

/** The same draws in every run. */
const draws = (seed: number) => {
  let state = seed + 1;
  return (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

interface Storm {
  readonly stations: number;
  readonly perSecond: number;
  readonly burst: number;
  /** Of a hundred stations so many wait as they like, not as they are told. */
  readonly deaf: number;
  readonly seed: number;
}

const storm = record({
  stations: integer({ min: 1, max: 3_000 }),
  perSecond: integer({ min: 20, max: 300 }),
  burst: integer({ min: 1, max: 400 }),
  deaf: integer({ min: 0, max: 100 }),
  seed: integer({ min: 0, max: 1_000_000 }),
});

const MOST_MINUTES = 60;

/** When each was let in and how often it was sent away; every wait that was told. */
const run = ({ stations, perSecond, burst, deaf, seed }: Storm) => {
  const clock = new VirtualClock(0);
  const random = draws(seed);
  const gate = createGate(
    { maxHandshakes: 200, handshakesPerSecond: perSecond, handshakeBurst: burst },
    0,
    random,
  );
  const entered: number[] = [];
  const told: { atMs: number; waitS: number }[] = [];
  const come = (isDeaf: boolean): void => {
    const waitS = gate.enter(clock.now(), 1);
    if (waitS === null) return void entered.push(clock.now());
    told.push({ atMs: clock.now(), waitS });
    clock.after((isDeaf ? 1 + 20 * random() : waitS) * SECOND_MS, () => come(isDeaf));
  };
  for (let index = 0; index < stations; index++) come(index % 100 < deaf);
  while (clock.step(MOST_MINUTES * 60 * SECOND_MS));
  return { entered, told };
};

describe("the gate", () => {
  it("lets all of a storm in, at no more than its rate, whether they wait as told or not", () => {
    assert(
      property(storm, (given) => {
        const { entered } = run(given);
        expect(entered).toHaveLength(given.stations);
        for (const [first, fromMs] of entered.entries()) {
          const most = given.burst + 1;
          const later = entered[first + most];
          if (later !== undefined)
            expect(later - fromMs).toBeGreaterThanOrEqual(
              (most - given.burst) * (SECOND_MS / given.perSecond) - 1e-6,
            );
        }
      }),
      { numRuns: 40 },
    );
  });

  it("has them back in about the time that its rate takes", () => {
    const { entered, told } = run({ stations: 10_000, perSecond: 500, burst: 1_000, deaf: 0, seed: 1 });
    expect(entered).toHaveLength(10_000);
    expect(entered.at(-1)).toBeLessThan(3 * 18 * SECOND_MS);
    expect(told.length / 10_000).toBeLessThan(2);
  });

  it("tells a longer wait the longer the line is, and not the same to all", () => {
    const { told } = run({ stations: 5_000, perSecond: 100, burst: 1, deaf: 0, seed: 7 });
    const first = told.filter(({ atMs }) => atMs === 0).map(({ waitS }) => waitS);
    expect(Math.max(...first.slice(0, 100))).toBeLessThan(4);
    expect(Math.min(...first.slice(4_000))).toBeGreaterThan(30);
    expect(Math.max(...first)).toBeLessThanOrEqual(120);
    expect(new Set(first.slice(4_000, 4_050)).size).toBeGreaterThan(10);
  });

  it("forgets a line that nobody stands in any more, also when the clock is put back", () => {
    const settings = { maxHandshakes: 0, handshakesPerSecond: 1, handshakeBurst: 1 };
    const gate = createGate(settings, 1e9, () => 0);
    for (let count = 0; count < 50; count++) gate.enter(1e9, 1);
    expect(gate.enter(1e9, 1)).toBe(51);
    expect(gate.enter(1e9 + 30 * SECOND_MS, 1)).toBe(22);
    expect(gate.enter(1e9 + 300 * SECOND_MS, 1)).toBe(1);
    for (let count = 0; count < 500; count++) gate.enter(1e9, 1);
    expect(gate.enter(1e9, 1)).toBe(80);
    expect(gate.enter(0, 1)).toBe(80);
    expect(gate.enter(70 * SECOND_MS, 1)).toBe(11);
  });
});
