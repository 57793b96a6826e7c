/**
 * The energy of powers between two moments.
 *
 * 1. It is what the line through the powers makes, each held for 15 minutes at most.
 * 2. However often it is asked, the powers are read once.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Flow, integrated } from "../../src/ports/integrated-power.js";
import { hours, MINUTE_MS } from "../../src/domain/units.js";

const at = (minute: number, powerKw: number): Flow => ({ atMs: minute * MINUTE_MS, powerKw });

//  kW 6      ·······                     held for 15 minutes before the first,
//          ·         ·······             on a line to the next,
//  0   ----                 -----        and for 15 minutes after the last
it.each<[string, readonly Flow[], readonly [number, number, 1 | -1], number | null]>([
  ["no power at all", [], [0, 60, 1], null],
  ["a line between two", [at(0, 0), at(10, 6)], [0, 10, 1], 500],
  ["a part of that line", [at(0, 0), at(10, 6)], [5, 10, 1], 375],
  ["before the first", [at(60, 6)], [0, 60, 1], 1500],
  ["after the last", [at(0, 6)], [0, 60, 1], 1500],
  ["a gap of an hour", [at(0, 6), at(60, 6)], [0, 60, 1], 1500],
  ["over several", [at(0, 6), at(10, 6), at(20, 0)], [5, 20, 1], 1000],
  ["in any order", [at(20, 0), at(0, 6), at(10, 6)], [5, 20, 1], 1000],
  ["two at one moment", [at(0, 6), at(10, 6), at(10, 12), at(20, 12)], [0, 20, 1], 3000],
  ["given back", [at(0, -6), at(10, -6)], [0, 10, -1], 1000],
  ["of what is given back nothing is drawn", [at(0, -6), at(10, -6)], [0, 10, 1], 0],
  ["backwards", [at(0, 6), at(10, 6)], [10, 0, 1], 0],
])("%s", (_, flows, [from, to, sign], wh) => {
  const found = integrated(flows, sign)(from * MINUTE_MS, to * MINUTE_MS);
  if (wh === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(wh, 6);
});

const flow = fc.record({
  atMs: fc.integer({ min: 0, max: 300 * MINUTE_MS }),
  powerKw: fc.double({ min: -22, max: 22, noNaN: true }),
});
const moment = fc.integer({ min: -30 * MINUTE_MS, max: 330 * MINUTE_MS });

it("of two times that meet is that of both together, and never beyond the strongest power", () => {
  fc.assert(
    fc.property(
      fc.array(flow, { minLength: 1, maxLength: 30 }),
      fc.tuple(moment, moment, moment),
      (flows, drawn) => {
        const [from = 0, middle = 0, to = 0] = [...drawn].sort((a, b) => a - b);
        const energy = integrated(flows, 1);
        const whole = energy(from, to) ?? Number.NaN;
        expect((energy(from, middle) ?? Number.NaN) + (energy(middle, to) ?? Number.NaN)).toBeCloseTo(
          whole,
          6,
        );
        const mostKw = Math.max(0, ...flows.map(({ powerKw }) => powerKw));
        expect(whole).toBeGreaterThanOrEqual(-1e-6);
        expect(whole).toBeLessThanOrEqual(mostKw * 1000 * hours(to - from) + 1e-6);
      },
    ),
  );
});

it("reads the powers once, however often it is asked", () => {
  let reads = 0;
  const flows = Array.from({ length: 1000 }, (_, index) => ({
    atMs: index * 10_000,
    get powerKw() {
      reads += 1;
      return 11;
    },
  }));
  const energy = integrated(flows, 1);
  for (let index = 0; index < 1000; index++) energy(0, index * 10_000);
  expect(reads).toBe(flows.length);
});
