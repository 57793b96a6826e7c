import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Reservation } from "../../src/domain/station-file/reservations.js";
import {
  confirmed,
  ended,
  isInForce,
  reservationsAt,
  withoutRefused,
  withReservation,
} from "../../src/management/reservations.js";

type Step = (reservations: readonly Reservation[]) => readonly Reservation[];
const made = (madeMs: number, reservationId: number, expiresMs: number) => ({
  reservationId,
  evseId: 1,
  idToken: "T",
  holder: "operator",
  madeMs,
  expiresMs,
});
const reserve =
  (madeMs: number, reservationId: number, expiresMs: number): Step =>
  (before) =>
    confirmed(withReservation(before, made(madeMs, reservationId, expiresMs)), reservationId);
const end =
  (endedMs: number, reservationId: number, state: Reservation["state"]): Step =>
  (before) =>
    ended(before, reservationId, { state, endedMs });

const after = (nowMs: number, ...steps: readonly Step[]): Reservation[] =>
  reservationsAt(
    steps.reduce<readonly Reservation[]>((before, step) => step(before), []),
    nowMs,
  );
const states = (nowMs: number, ...steps: readonly Step[]) =>
  after(nowMs, ...steps).map(({ reservationId, state, endedMs }) => [reservationId, state, endedMs]);

it("is held until its time, told or not", () => {
  expect(states(9, reserve(1, 7, 10))).toEqual([[7, "held", null]]);
  expect(states(10, reserve(1, 7, 10))).toEqual([[7, "expired", 10]]);
});

it.each(["used", "removed", "expired", "no-transaction"] as const)("ends as it is told: %s", (became) => {
  expect(states(20, reserve(1, 7, 100), end(5, 7, became))).toEqual([[7, became, 5]]);
});

it("keeps its first end", () => {
  expect(states(20, reserve(1, 7, 100), end(5, 7, "cancelled"), end(6, 7, "removed"))).toEqual([
    [7, "cancelled", 5],
  ]);
});

it("is changed by the same number again while it is held, and made anew after its end", () => {
  expect(after(5, reserve(1, 7, 100), reserve(2, 7, 200))).toMatchObject([{ madeMs: 2, expiresMs: 200 }]);
  expect(states(50, reserve(1, 7, 10), reserve(20, 7, 200))).toEqual([
    [7, "expired", 10],
    [7, "held", null],
  ]);
});

it("one that the station refused is as if it had not been asked for, and what it was to change stands", () => {
  const asked = withReservation([], made(1, 7, 10));
  expect(withoutRefused(asked, 7, undefined)).toEqual([]);
  const [before] = after(2, reserve(1, 7, 100));
  expect(withoutRefused(withReservation([], made(2, 7, 200)), 7, before)).toEqual([before]);
  // What it confirmed meanwhile stands.
  expect(withoutRefused(confirmed(asked, 7), 7, undefined)).toMatchObject([{ state: "held" }]);
});

it("what we do not know of is nothing", () => {
  expect(states(5, end(1, 7, "removed"), end(2, 8, "cancelled"))).toEqual([]);
});

law.prop([
  fc.array(
    fc.tuple(
      fc.constantFrom("reserve", "cancelled", "used"),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 400 }),
    ),
    { maxLength: 300 },
  ),
])("of a number one at most is held, and all stay bounded", (steps) => {
  const found = after(
    steps.length,
    ...steps.map(([kind, id, span], index) =>
      kind === "reserve" ? reserve(index, id, index + span) : end(index, id, kind),
    ),
  );
  const held = found.filter(isInForce).map(({ reservationId }) => reservationId);
  expect(held).toEqual([...new Set(held)]);
  expect(found.length).toBeLessThanOrEqual(100);
  for (const one of found) expect(one.endedMs === null).toBe(isInForce(one));
});
