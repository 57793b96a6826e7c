import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Schedule, SchedulePeriod } from "../../src/domain/schedule.js";
import type { ProfileOptions } from "../../src/ocpp/common/codec.js";
import { profileId } from "../../src/ocpp/common/profile.js";
import { writeProfile as write16 } from "../../src/ocpp/v16/profile.js";
import { writeProfile as write201 } from "../../src/ocpp/v201/profile.js";
import { writeProfile as write21 } from "../../src/ocpp/v21/profile.js";
import { listAt, objectAt, type Payload } from "../../src/ocpp/wire.js";

const T0 = Date.parse("2026-11-02T18:00:00Z");
const MINUTE = 60_000;
const options: ProfileOptions = {
  unit: "A",
  step: 0.1,
  place: "TxProfile",
  kind: "absolute",
  clockAheadMs: 0,
  stackLevel: 2,
  maxPeriods: 8,
  idBase: 1_001,
  maxOfflineDurationS: 600,
};
const electrics = { voltageV: 230, phases: 3 } as const;

/** `[minute, value, kW]`; a negative or marked value is a setpoint. */
type Row = readonly [minute: number, value: number, powerKw: number, mode?: SchedulePeriod["mode"]];
const schedule = (rows: readonly Row[], over: Partial<Schedule> = {}): Schedule => ({
  purpose: "session",
  stationId: "CP1",
  evseId: 2,
  transactionId: "77",
  unit: "A",
  phases: 3,
  startMs: T0,
  endMs: T0 + 120 * MINUTE,
  periods: rows.map(([minute, value, powerKw, mode = "charge-limit"]) => ({
    startMs: T0 + minute * MINUTE,
    mode,
    value,
    powerKw,
  })),
  ...over,
});

const EVENING: readonly Row[] = [
  [0, 6, 4.14],
  [15, 0, 0],
  [45, 15.96, 11],
];
const V2G: readonly Row[] = [
  [0, 7_000, 7, "setpoint"],
  [15, -8_000, -8, "setpoint"],
  [30, 0, 0, "setpoint"],
  [45, 11_000, 11, "charge-limit"],
];

const words = (from: Payload): string =>
  Object.entries(from)
    .filter(([, value]) => typeof value !== "object")
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(" ");

/** A profile as the lines that one would read aloud. */
function table(written: { profile: Payload } | { why: string }): string[] {
  if ("why" in written) return [`refused: ${written.why}`];
  const { profile } = written;
  const schedules = listAt(profile, "chargingSchedule");
  const one = schedules[0] ?? objectAt(profile, "chargingSchedule");
  const { chargingSchedulePeriod: _, ...head } = one;
  return [words(profile), words(head), ...listAt(one, "chargingSchedulePeriod").map(words)];
}

describe("a session's schedule", () => {
  it("in 1.6 is an Absolute TxProfile in A", () => {
    expect(table(write16(schedule(EVENING), options, electrics))).toEqual([
      "chargingProfileId=1006 transactionId=77 stackLevel=2 chargingProfilePurpose=TxProfile chargingProfileKind=Absolute",
      "duration=7200 startSchedule=2026-11-02T18:00:00.000Z chargingRateUnit=A",
      "startPeriod=0 limit=6 numberPhases=3",
      "startPeriod=900 limit=0 numberPhases=3",
      "startPeriod=2700 limit=15.9 numberPhases=3",
    ]);
  });

  it("in 2.0.1 says the same in 2.0.1's words", () => {
    expect(table(write201(schedule(EVENING, { transactionId: "tx" }), options, electrics))).toEqual([
      "id=1006 stackLevel=2 chargingProfilePurpose=TxProfile chargingProfileKind=Absolute transactionId=tx",
      "id=1006 startSchedule=2026-11-02T18:00:00.000Z duration=7200 chargingRateUnit=A",
      "startPeriod=0 limit=6 numberPhases=3",
      "startPeriod=900 limit=0 numberPhases=3",
      "startPeriod=2700 limit=15.9 numberPhases=3",
    ]);
  });

  it("in 2.1 with setpoints is CentralSetpoint in signed W, Idle for nothing, and ends while offline", () => {
    const inWatts = { ...options, unit: "W" } as const;
    const v2g = schedule(V2G, { transactionId: "tx", unit: "W", phases: null });
    expect(table(write21(v2g, inWatts, electrics))).toEqual([
      "id=1006 stackLevel=2 chargingProfilePurpose=TxProfile chargingProfileKind=Absolute transactionId=tx maxOfflineDuration=600",
      "id=1006 startSchedule=2026-11-02T18:00:00.000Z duration=7200 chargingRateUnit=W",
      "startPeriod=0 operationMode=CentralSetpoint setpoint=7000",
      "startPeriod=900 operationMode=CentralSetpoint setpoint=-8000",
      "startPeriod=1800 operationMode=Idle",
      "startPeriod=2700 operationMode=ChargingOnly limit=11000",
    ]);
  });

  it("in 2.1 that only charges outlives the connection", () => {
    expect(table(write21(schedule([[0, 6, 4.14]], { transactionId: "tx" }), options, electrics))[0]).toBe(
      "id=1006 stackLevel=2 chargingProfilePurpose=TxProfile chargingProfileKind=Absolute transactionId=tx",
    );
  });

  it("tells no phases where they are not known, and converts where the station wants the other unit", () => {
    const unknown = schedule([[0, 16, 3.68]], { phases: null });
    expect(table(write16(unknown, { ...options, unit: "W" }, null)).at(-1)).toBe("startPeriod=0 limit=3680");
    const inWatts = schedule([[0, 3_680, 3.68]], { unit: "W", phases: 1 });
    expect(table(write16(inWatts, options, electrics)).at(-1)).toBe("startPeriod=0 limit=16 numberPhases=1");
    expect(table(write16(inWatts, options, null))).toEqual(["refused: no voltage known to tell W in A"]);
  });
});

describe("a session's schedule in the default's place", () => {
  const inDefaultsPlace = { ...options, place: "TxDefaultProfile" } as const;
  it.each([
    ["1.6", write16, "limit=6"],
    ["2.0.1", write201, "limit=6"],
    ["2.1", write21, "operationMode=ChargingOnly limit=6"],
  ] as const)("in %s began a day ago, since before it nothing would hold", (_, write, first) => {
    const written = table(write(schedule(EVENING), inDefaultsPlace, electrics)).join("\n");
    expect(written).toContain("startSchedule=2026-11-01T18:00:00.000Z");
    expect(written).toContain(`startPeriod=0 ${first}`);
    expect(written).toContain("startPeriod=87300");
    expect(written).toContain("startPeriod=89100");
    expect(written).toContain("startPeriod=93600");
  });
});

describe("a default", () => {
  const daily = schedule(EVENING, { purpose: "default", transactionId: null });
  it.each([
    ["1.6", write16, "chargingProfileId=1005 stackLevel=2"],
    ["2.0.1", write201, "id=1005 stackLevel=2"],
    ["2.1", write21, "id=1005 stackLevel=2"],
  ] as const)("in %s is a TxDefaultProfile that recurs daily", (_, write, head) => {
    const [first, second] = table(write(daily, options, electrics));
    expect(first).toBe(
      `${head} chargingProfilePurpose=TxDefaultProfile chargingProfileKind=Recurring recurrencyKind=Daily`,
    );
    expect(second).toContain("duration=86400");
  });
});

describe("what cannot be said is refused with its reason", () => {
  const setpoint = schedule([[0, 5_000, 5, "setpoint"]], { unit: "W" });
  const inWatts = { ...options, unit: "W" } as const;
  it.each([
    ["a setpoint in 1.6", write16(setpoint, inWatts, electrics), "1.6 has no setpoint"],
    ["a setpoint in 2.0.1", write201(setpoint, inWatts, electrics), "this version has no setpoint"],
    ["a setpoint in A", write21(setpoint, options, electrics), "a setpoint is told in W"],
    [
      "no transaction",
      write16(schedule(EVENING, { transactionId: null }), options, electrics),
      "a session schedule needs a transaction",
    ],
    [
      "a 2.x transaction in 1.6",
      write16(schedule(EVENING, { transactionId: "tx" }), options, electrics),
      "1.6 transaction ids are whole numbers",
    ],
    [
      "a late first period",
      write16(schedule([[5, 6, 4]]), options, electrics),
      "the first period must start with the schedule",
    ],
    [
      "no periods",
      write16(schedule([]), options, electrics),
      "the first period must start with the schedule",
    ],
    [
      "twice the same start",
      write16(
        schedule([
          [0, 6, 4],
          [0, 7, 5],
        ]),
        options,
        electrics,
      ),
      "periods must start one after the other",
    ],
    [
      "a negative limit",
      write201(schedule([[0, -6, -4]]), options, electrics),
      "a charge limit is never negative",
    ],
    [
      "not a number",
      write21(schedule([[0, Number.NaN, 4]]), options, electrics),
      "a period's value is not finite",
    ],
    [
      "too many periods",
      write16(schedule(EVENING), { ...options, maxPeriods: 2 }, electrics),
      "3 periods, the station holds 2",
    ],
    [
      "an end before its start",
      write16(schedule(EVENING, { endMs: T0 }), options, electrics),
      "the schedule ends before it begins",
    ],
  ])("%s", (_, written, why) => {
    expect(written).toEqual({ why });
  });
});

describe("laws of profiles", () => {
  const purpose = fc.constantFrom("session" as const, "default" as const);
  const evseId = fc.integer({ min: 1, max: 500 });

  test.prop([evseId, evseId, purpose, purpose])("ids are unique per EVSE and purpose", (a, b, of, other) => {
    expect(profileId(a, of, 1_001) === profileId(b, other, 1_001)).toBe(a === b && of === other);
    expect(profileId(a, of, 1_001)).toBeGreaterThan(1_001);
  });

  test.prop([fc.double({ min: 0, max: 32, noNaN: true }), fc.constantFrom("A" as const, "W" as const)])(
    "what is told is never above what was meant, and less than a step below",
    (amps, unit) => {
      const powerKw = (amps * 690) / 1_000;
      const written = write16(schedule([[0, amps, powerKw]]), { ...options, unit }, electrics);
      if ("why" in written) throw new Error(written.why);
      const told = Number(
        listAt(objectAt(written.profile, "chargingSchedule"), "chargingSchedulePeriod")[0]?.["limit"],
      );
      const meant = unit === "A" ? amps : powerKw * 1_000;
      const step = unit === "A" ? 0.1 : 1;
      expect(told).toBeLessThanOrEqual(meant + 1e-6);
      expect(told).toBeGreaterThan(meant - step - 1e-6);
    },
  );
});
