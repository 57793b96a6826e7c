import { describe, expect, it } from "vitest";
import type { Reservation } from "../../src/domain/station-file/reservations.js";
import { holdOn } from "../../src/management/holds.js";

const made = (evseId: number | null, expiresMs: number, change: Partial<Reservation> = {}): Reservation => ({
  reservationId: expiresMs,
  evseId,
  idToken: "guest",
  holder: "operator",
  madeMs: 0,
  expiresMs,
  state: "held",
  endedMs: null,
  ...change,
});

/** Until when each of three EVSEs is held. */
const until = (reservations: readonly Reservation[], free: readonly number[] = [1, 2, 3]) =>
  [1, 2, 3].map((evseId) => holdOn(reservations, evseId, free)?.untilMs ?? null);

describe("what holds the EVSEs of a station", () => {
  it.each<[string, readonly Reservation[], readonly number[], (number | null)[]]>([
    ["nothing", [], [1, 2, 3], [null, null, null]],
    ["one of its own", [made(2, 20)], [1, 2, 3], [null, 20, null]],
    ["its own, though another car is there", [made(2, 20)], [1, 3], [null, 20, null]],
    ["its first to end", [made(2, 30), made(2, 20)], [1, 2, 3], [null, 20, null]],
    ["one at any, while others are free", [made(null, 20)], [1, 2, 3], [null, null, null]],
    ["one at any, at the last free one", [made(null, 20)], [3], [null, null, 20]],
    [
      "one at any, beside those held for themselves",
      [made(null, 20), made(1, 30), made(2, 40)],
      [1, 2, 3],
      [30, 40, 20],
    ],
    ["as many at any as are free", [made(null, 30), made(null, 20)], [1, 2], [20, 20, null]],
    ["what is asked and not confirmed", [made(1, 20, { state: "asked" })], [1, 2, 3], [20, null, null]],
    [
      "what is used or over",
      [made(1, 20, { state: "used" }), made(2, 20, { state: "expired" })],
      [1, 2, 3],
      [null, null, null],
    ],
  ])("%s", (_name, reservations, free, expected) => {
    expect(until(reservations, free)).toEqual(expected);
  });

  it.each([
    ["operator", "reservation"],
    ["queue:a", "queue"],
    ["booking:b", "booking"],
    ["emergency:c", "emergency"],
  ])("%s holds it for: %s", (holder, heldFor) => {
    expect(holdOn([made(1, 20, { holder })], 1, [1])).toEqual({ heldFor, untilMs: 20 });
  });
});
