/** An operator's charging profile as the maximum of a whole station, and profiles of others taken away. */
import type { CommandOutcome, StationCommand } from "../../../src/domain/command.js";
import type { Schedule } from "../../../src/domain/schedule.js";
import { NOW } from "../talk.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const HOUR = 3_600_000;
const cap = (change: Partial<Schedule> = {}): StationCommand => ({
  kind: "set-schedule",
  schedule: {
    purpose: "cap",
    stationId: "CP1",
    evseId: 0,
    transactionId: null,
    unit: "W",
    phases: null,
    startMs: NOW,
    endMs: Infinity,
    periods: [
      { startMs: NOW, mode: "charge-limit", value: 5_000, powerKw: 5 },
      { startMs: NOW + HOUR, mode: "charge-limit", value: 0, powerKw: 0 },
    ],
    ...change,
  },
});
const startSchedule = new Date(NOW).toISOString();
const periods = (more: object) => [
  { startPeriod: 0, limit: 5_000, ...more },
  { startPeriod: 3_600, limit: 0, ...more },
];
const of16 = (kind: object, duration: object): object => ({
  connectorId: 0,
  csChargingProfiles: {
    chargingProfileId: 3006,
    stackLevel: 0,
    chargingProfilePurpose: "ChargePointMaxProfile",
    ...kind,
    chargingSchedule: {
      ...duration,
      startSchedule,
      chargingRateUnit: "W",
      chargingSchedulePeriod: periods({}),
    },
  },
});
const of2x = (kind: object, duration: object, mode: object): object => ({
  evseId: 0,
  chargingProfile: {
    id: 3006,
    stackLevel: 0,
    chargingProfilePurpose: "ChargingStationMaxProfile",
    ...kind,
    chargingSchedule: [
      { id: 3006, startSchedule, ...duration, chargingRateUnit: "W", chargingSchedulePeriod: periods(mode) },
    ],
  },
});
const once = { chargingProfileKind: "Absolute" };
const daily = { chargingProfileKind: "Recurring", recurrencyKind: "Daily" };
const day = { daily: true, endMs: NOW + 24 * HOUR } as const;
const [yes, no] = [{ status: "Accepted" }, { status: "Rejected" }];
const refused: CommandOutcome = { status: "rejected", detail: "Rejected" };
const notThere: CommandOutcome = { status: "accepted", detail: "the station has no such profile" };
const SET = "SetChargingProfile";
const CLEAR = "ClearChargingProfile";
const clearCap = { kind: "clear-schedule", evseId: 0, purpose: "cap" } as const;
const clearOther = (profileId: number) => ({ kind: "clear-charging-profile", profileId }) as const;

const rowsOf = (
  profile: (kind: object, duration: object) => object,
  key: "id" | "chargingProfileId",
): readonly Row[] => [
  [cap(), SET, profile(once, {}), yes, accepted],
  [cap(), SET, profile(once, {}), no, refused],
  [cap({ endMs: NOW + 2 * HOUR }), SET, profile(once, { duration: 7_200 }), yes, accepted],
  [cap(day), SET, profile(daily, { duration: 86_400 }), yes, accepted],
  [clearCap, CLEAR, { [key]: 3006 }, yes, accepted],
  [clearCap, CLEAR, { [key]: 3006 }, { status: "Unknown" }, accepted],
  [clearOther(77), CLEAR, { [key]: 77 }, yes, accepted],
  [clearOther(-3), CLEAR, { [key]: -3 }, { status: "Unknown" }, notThere],
];

checkRows([
  ["1.6", rowsOf(of16, "id")],
  ["2.0.1", rowsOf((kind, duration) => of2x(kind, duration, {}), "chargingProfileId")],
  [
    "2.1",
    rowsOf((kind, duration) => of2x(kind, duration, { operationMode: "ChargingOnly" }), "chargingProfileId"),
  ],
]);

checkUnsent([
  ["1.6", clearOther(1_001), "unsupported", /of this system/],
  ["2.0.1", clearOther(1_004), "unsupported", /of this system/],
  ["2.1", clearOther(3_006), "unsupported", /of this system/],
]);
