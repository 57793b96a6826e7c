import { describe, expect, it } from "vitest";
import type { HandProfile } from "../../src/domain/hand-profile.js";
import { byHandKw, capSchedule, handLimit, withinHand } from "../../src/planning/hand-profile.js";
import { EVENING_MS, SINGLE_PHASE_32A, stationOf } from "../fixtures/sites.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = EVENING_MS - 17 * HOUR;
const EVENING: HandProfile = {
  kind: "daily",
  startMs: null,
  endMs: null,
  periods: [
    { startS: 0, limitKw: 22 },
    { startS: 17 * 3_600, limitKw: 3.7 },
    { startS: 21 * 3_600, limitKw: 22 },
  ],
};
const ONCE: HandProfile = {
  kind: "absolute",
  startMs: EVENING_MS,
  endMs: EVENING_MS + 2 * HOUR,
  periods: [
    { startS: 0, limitKw: 5 },
    { startS: 3_600, limitKw: 0 },
  ],
};
const limitOf = (profile: HandProfile, evseId = 0) =>
  handLimit(profile, { evseId, sinceMs: 1 }, [MIDNIGHT, MIDNIGHT + DAY]);

describe("a profile by hand, as the plan keeps to it,", () => {
  it("is laid out day by day, or once", () => {
    const hours = (profile: HandProfile) =>
      limitOf(profile).steps?.map(({ startMs, chargeKw }) => [(startMs - MIDNIGHT) / HOUR, chargeKw]);
    expect(hours(EVENING)).toEqual([
      [0, 22],
      [17, 3.7],
      [21, 22],
      [24, 22],
      [41, 3.7],
      [45, 22],
    ]);
    expect(hours(ONCE)).toEqual([
      [17, 5],
      [18, 0],
    ]);
    expect(limitOf(ONCE)).toMatchObject({ source: "operator", endMs: EVENING_MS + 2 * HOUR, sinceMs: 1 });
  });

  it.each([
    [16, 1, 22],
    [17, 1, 3],
    [17, 2, 3.7],
    [18, 1, 2],
    [19, 1, 3],
    [21, 1, 3],
  ])("leaves at %s o'clock EVSE %s %s kW", (hour, evseId, kw) => {
    const own = {
      ...limitOf(ONCE, 1),
      steps: [{ startMs: MIDNIGHT + 17 * HOUR, chargeKw: 3, dischargeKw: null }],
      endMs: null,
    };
    const hourly = {
      ...own,
      steps: [{ startMs: MIDNIGHT + 18 * HOUR, chargeKw: 2, dischargeKw: null }],
      endMs: MIDNIGHT + 19 * HOUR,
    };
    expect(byHandKw([limitOf(EVENING), own, hourly], evseId, MIDNIGHT + hour * HOUR)).toBe(kw);
  });

  it("is not what others limit", () => {
    expect(byHandKw([{ ...limitOf(ONCE), source: "EMS" }], 1, EVENING_MS)).toBe(Infinity);
  });

  it("takes the default away where it leaves less than the minimum", () => {
    const all = Array.from({ length: 96 }, () => true);
    const at = { evse: SINGLE_PHASE_32A, midnightMs: MIDNIGHT };
    const off = (profile: HandProfile) =>
      withinHand(all, [limitOf(profile)], at).flatMap((on, quarter) => (on ? [] : [quarter]));
    expect(off(EVENING)).toEqual([]);
    expect(off({ ...ONCE, endMs: EVENING_MS + 1.5 * HOUR })).toEqual([72, 73]);
    // A limit that begins within a quarter takes all of it.
    const periods = [
      { startS: 0, limitKw: 5 },
      { startS: 600, limitKw: 1 },
      { startS: 700, limitKw: 5 },
    ];
    expect(off({ ...ONCE, periods })).toEqual([68]);
    expect(withinHand(all, [], at)).toBe(all);
  });
});

describe("as a whole station is told it,", () => {
  const cap = (profile: HandProfile, change: object = {}) =>
    capSchedule({
      station: stationOf("a", { phases: 3 }),
      profile,
      unit: "W",
      ratingKw: null,
      midnightMs: MIDNIGHT,
      ...change,
    });
  const rows = ({ startMs, endMs, daily, periods }: ReturnType<typeof cap>) => [
    (startMs - MIDNIGHT) / HOUR,
    (endMs - MIDNIGHT) / HOUR,
    daily === true,
    ...periods.map((period) => `${(period.startMs - startMs) / HOUR}h ${period.value}`),
  ];

  it.each<[string, ReturnType<typeof cap>, unknown[]]>([
    ["in watts, every day", cap(EVENING), [0, 24, true, "0h 22000", "17h 3700", "21h 22000"]],
    [
      "in amperes, rounded down",
      cap(EVENING, { unit: "A" }),
      [0, 24, true, "0h 33.3", "17h 5.6", "21h 33.3"],
    ],
    [
      "never above its rating",
      cap(EVENING, { ratingKw: 10 }),
      [0, 24, true, "0h 10000", "17h 3700", "21h 10000"],
    ],
    ["once, until its end", cap(ONCE), [17, 19, false, "0h 5000", "1h 0"]],
    ["for good", cap({ ...ONCE, endMs: null }), [17, Infinity, false, "0h 5000", "1h 0"]],
  ])("%s", (_name, schedule, told) => {
    expect(rows(schedule)).toEqual(told);
  });
});
