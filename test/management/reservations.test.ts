import { fc, it as law } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { Reservation, ReservationNews } from "../../src/domain/station-file/reservations.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";
import { reservationsAt } from "../../src/management/reservations.js";

const at = (atMs: number) => ({ stationId: "CP1", atMs });
const accepted = { status: "accepted" } as const;
const reserve = (atMs: number, reservationId: number, expiresMs: number): StationNews => ({
  ...at(atMs),
  kind: "commanded",
  command: { kind: "reserve", reservationId, evseId: 1, idToken: "T", expiresMs },
  outcome: accepted,
});
const cancel = (atMs: number, reservationId: number): StationNews => ({
  ...at(atMs),
  kind: "commanded",
  command: { kind: "cancel-reservation", reservationId },
  outcome: accepted,
});
const told = (atMs: number, reservationId: number, became: ReservationNews["became"]): StationNews => ({
  ...at(atMs),
  kind: "reservation-told",
  reservationId,
  became,
});

const after = (nowMs: number, ...news: readonly StationNews[]): Reservation[] =>
  reservationsAt(news.reduce(reduceFile, EMPTY_FILE).reservations, nowMs);
const states = (nowMs: number, ...news: readonly StationNews[]) =>
  after(nowMs, ...news).map(({ reservationId, state, endedMs }) => [reservationId, state, endedMs]);

it("is held until its time, told or not", () => {
  expect(states(9, reserve(1, 7, 10))).toEqual([[7, "held", null]]);
  expect(states(10, reserve(1, 7, 10))).toEqual([[7, "expired", 10]]);
});

it.each(["used", "removed", "expired", "no-transaction"] as const)(
  "ends as the station tells it: %s",
  (became) => {
    expect(states(20, reserve(1, 7, 100), told(5, 7, became))).toEqual([[7, became, 5]]);
  },
);

it("ends when it is cancelled, and keeps its first end", () => {
  expect(states(20, reserve(1, 7, 100), cancel(5, 7), told(6, 7, "removed"))).toEqual([[7, "cancelled", 5]]);
});

it("is changed by the same number again while it is held, and made anew after its end", () => {
  expect(after(5, reserve(1, 7, 100), reserve(2, 7, 200))).toMatchObject([{ madeMs: 2, expiresMs: 200 }]);
  expect(states(50, reserve(1, 7, 10), reserve(20, 7, 200))).toEqual([
    [7, "expired", 10],
    [7, "held", null],
  ]);
});

it("what we do not know of is nothing", () => {
  expect(states(5, told(1, 7, "removed"), cancel(2, 8))).toEqual([]);
});

law.prop([
  fc.array(
    fc.tuple(
      fc.constantFrom("reserve", "cancel", "used"),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 400 }),
    ),
    { maxLength: 300 },
  ),
])("of a number one at most is held, and all stay bounded", (steps) => {
  const news = steps.map(([kind, id, span], index) => {
    if (kind === "reserve") return reserve(index, id, index + span);
    return kind === "cancel" ? cancel(index, id) : told(index, id, "used");
  });
  const found = after(steps.length, ...news);
  const held = found.filter(({ state }) => state === "held").map(({ reservationId }) => reservationId);
  expect(held).toEqual([...new Set(held)]);
  expect(found.length).toBeLessThanOrEqual(100);
  for (const { state, endedMs } of found) expect(endedMs === null).toBe(state === "held");
});
