import { expect, it } from "vitest";
import type { Schedule } from "../../src/domain/schedule.js";
import type { HeldChargingProfile } from "../../src/domain/station-file/charging-profiles.js";
import { compareProfiles } from "../../src/management/held-profiles.js";

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;

const told: Schedule = {
  purpose: "session",
  stationId: "s",
  evseId: 1,
  transactionId: "t",
  unit: "A",
  phases: null,
  startMs: NOW - HOUR,
  endMs: NOW + 2 * HOUR,
  periods: [
    { startMs: NOW - HOUR, mode: "charge-limit", value: 6, powerKw: 1.4 },
    { startMs: NOW - HOUR / 2, mode: "charge-limit", value: 10, powerKw: 2.3 },
    { startMs: NOW + HOUR, mode: "charge-limit", value: 16, powerKw: 3.7 },
  ],
};

const profile = (limits: readonly (readonly [startS: number, limit: number])[], change = {}) => ({
  profileId: 1_003,
  evseId: 1,
  source: "CSO",
  purpose: "TxProfile",
  kind: "Absolute",
  stackLevel: 1,
  transactionId: "t",
  fromMs: null,
  untilMs: null,
  schedules: [
    {
      startMs: NOW - HOUR,
      durationS: 3 * 3_600,
      unit: "A",
      periods: limits.map(([startS, limit]) => ({ startS, limit, setpoint: null, mode: null })),
    },
  ],
  ...change,
});
const AS_TOLD = [
  [0, 6],
  [1_800, 10],
  [7_200, 16],
] as const;
const inWatts = profile(AS_TOLD).schedules.map((schedule) => ({ ...schedule, unit: "W" }));

it.each<[what: string, held: HeldChargingProfile[], verdict: string, heldValue: number | null]>([
  ["the same", [profile(AS_TOLD)], "as-told", 10],
  ["rounded on the way", [profile([[0, 10.1]])], "as-told", 10.1],
  ["another", [profile([[0, 16]])], "differs", 16],
  ["none", [], "missing", null],
  ["only that of another transaction", [profile(AS_TOLD, { transactionId: "older" })], "missing", null],
  ["only that of another EVSE", [profile(AS_TOLD, { evseId: 2 })], "missing", null],
  ["one that is over", [profile(AS_TOLD, { untilMs: NOW })], "missing", null],
  ["a higher one of somebody else's", [profile(AS_TOLD), profile([[0, 8]], { stackLevel: 7 })], "differs", 8],
  ["another unit", [profile(AS_TOLD, { schedules: inWatts })], "not-comparable", null],
])("of a schedule that was told a station holds %s", (_what, held, verdict, heldValue) => {
  expect(compareProfiles(held, [told], NOW)).toEqual([
    { evseId: 1, unit: "A", toldValue: 10, heldValue, verdict },
  ]);
});

it("nothing is compared that speaks for no running transaction, or not now", () => {
  expect(compareProfiles([], [{ ...told, purpose: "default" }], NOW)).toEqual([]);
  expect(compareProfiles([], [told], told.endMs)).toEqual([]);
});
