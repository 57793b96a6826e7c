import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { profileFaults } from "../../src/ocpp/v21/rules.js";
import type { Payload } from "../../src/ocpp/wire.js";

const START = "2026-11-02T18:00:00Z";
const period = (over: Payload = {}): Payload => ({
  startPeriod: 0,
  operationMode: "ChargingOnly",
  limit: 1_000,
  ...over,
});
const profile = (over: Payload = {}, periods: readonly Payload[] = [period()]): Payload => ({
  id: 1_001,
  stackLevel: 0,
  chargingProfilePurpose: "TxProfile",
  chargingProfileKind: "Absolute",
  transactionId: "tx",
  chargingSchedule: [{ id: 1, startSchedule: START, chargingRateUnit: "W", chargingSchedulePeriod: periods }],
  ...over,
});
const setpoint = (over: Payload): Payload => ({ startPeriod: 0, operationMode: "CentralSetpoint", ...over });
const curve = [
  { frequency: 49.8, power: -5_000 },
  { frequency: 50.2, power: 5_000 },
];
const free: Payload = { transactionId: undefined };
const schedule = (over: Payload, periods: readonly Payload[] = [period()]): Payload => ({
  chargingSchedule: [{ id: 1, chargingRateUnit: "W", chargingSchedulePeriod: periods, ...over }],
});

describe("each rule of steering in 2.1", () => {
  it.each<[string, Payload, number, string | null]>([
    ["a plain TxProfile", profile(), 1, null],
    ["a TxProfile on EVSE 0", profile(), 0, "a TxProfile belongs to an EVSE"],
    ["a TxProfile of nobody", profile(free), 1, "a TxProfile names its transaction"],
    [
      "a default with a transaction",
      profile({ chargingProfilePurpose: "TxDefaultProfile" }),
      1,
      "only a TxProfile names a transaction",
    ],
    [
      "the station's maximum on an EVSE",
      profile({ ...free, chargingProfilePurpose: "ChargingStationMaxProfile" }),
      1,
      "a ChargingStationMaxProfile belongs to EVSE 0",
    ],
    [
      "the station's maximum",
      profile({ ...free, chargingProfilePurpose: "ChargingStationMaxProfile" }),
      0,
      null,
    ],
    ["Absolute without a start", profile(schedule({})), 1, "Absolute needs startSchedule"],
    [
      "Recurring without a start",
      profile({ ...schedule({}), chargingProfileKind: "Recurring", recurrencyKind: "Daily" }),
      1,
      "Recurring needs startSchedule",
    ],
    [
      "Recurring, but how often",
      profile({ chargingProfileKind: "Recurring" }),
      1,
      "a Recurring profile names its recurrency",
    ],
    [
      "Relative with a start",
      profile({ chargingProfileKind: "Relative" }),
      1,
      "Relative must not have startSchedule",
    ],
    ["Relative", profile({ ...schedule({}), chargingProfileKind: "Relative" }), 1, null],
    [
      "Dynamic with two periods",
      profile({ chargingProfileKind: "Dynamic" }, [period(), period({ startPeriod: 9 })]),
      1,
      "a Dynamic profile has one period",
    ],
    [
      "a first period later than 0",
      profile({}, [period({ startPeriod: 1 })]),
      1,
      "the first startPeriod is 0",
    ],
    ["no period", profile({}, []), 1, "the first startPeriod is 0"],
    ["periods that stand still", profile({}, [period(), period()]), 1, "startPeriods rise strictly"],
    [
      "a positive dischargeLimit",
      profile({}, [setpoint({ setpoint: 2, dischargeLimit: 1 })]),
      1,
      "dischargeLimit is above 0",
    ],
    ["a negative limit", profile({}, [period({ limit: -1 })]), 1, "limit is below 0"],
    ["infinity", profile({}, [period({ limit: Number.POSITIVE_INFINITY })]), 1, "limit is not finite"],
    ["NaN", profile({}, [setpoint({ setpoint: Number.NaN })]), 1, "setpoint is not finite"],
    [
      "a setpoint above the limit",
      profile({}, [setpoint({ setpoint: 9, limit: 8 })]),
      1,
      "setpoint lies outside [dischargeLimit, limit]",
    ],
    [
      "a setpoint below the dischargeLimit",
      profile({}, [setpoint({ setpoint: -9, dischargeLimit: -8 })]),
      1,
      "setpoint lies outside [dischargeLimit, limit]",
    ],
    ["a setpoint between", profile({}, [setpoint({ setpoint: -8, dischargeLimit: -8, limit: 8 })]), 1, null],
    ["CentralSetpoint without one", profile({}, [setpoint({})]), 1, "CentralSetpoint needs a setpoint"],
    ["ChargingOnly without a limit", profile({}, [{ startPeriod: 0 }]), 1, "ChargingOnly needs a limit"],
    [
      "ChargingOnly with a setpoint",
      profile({}, [period({ setpoint: 5 })]),
      1,
      "ChargingOnly has neither setpoint nor dischargeLimit",
    ],
    [
      "Idle with a limit",
      profile({}, [{ startPeriod: 0, operationMode: "Idle", limit: 0 }]),
      1,
      "Idle has no limits and no setpoint",
    ],
    [
      "L2 without the plain field",
      profile({}, [setpoint({ setpoint: 1, limit_L2: 1 })]),
      1,
      "limit_L2 needs limit",
    ],
    [
      "L2 in a default",
      profile({ ...free, chargingProfilePurpose: "TxDefaultProfile" }, [period({ limit_L2: 1 })]),
      1,
      "limit_L2 only in a TxProfile",
    ],
    [
      "phaseToUse with three",
      profile({}, [period({ phaseToUse: 1, numberPhases: 3 })]),
      1,
      "phaseToUse needs numberPhases 1",
    ],
    [
      "LocalFrequency in A",
      profile({
        chargingSchedule: [
          {
            id: 1,
            startSchedule: START,
            chargingRateUnit: "A",
            chargingSchedulePeriod: [
              { startPeriod: 0, operationMode: "LocalFrequency", v2xFreqWattCurve: curve, v2xBaseline: 0 },
            ],
          },
        ],
      }),
      1,
      "LocalFrequency is told in W",
    ],
    [
      "LocalFrequency of one point",
      profile({}, [
        { startPeriod: 0, operationMode: "LocalFrequency", v2xFreqWattCurve: curve.slice(1), v2xBaseline: 0 },
      ]),
      1,
      "LocalFrequency needs two points of its curve",
    ],
    [
      "LocalFrequency on nothing",
      profile({}, [{ startPeriod: 0, operationMode: "LocalFrequency", v2xFreqWattCurve: curve }]),
      1,
      "LocalFrequency needs a v2xBaseline",
    ],
    [
      "LocalFrequency",
      profile({}, [
        { startPeriod: 0, operationMode: "LocalFrequency", v2xFreqWattCurve: curve, v2xBaseline: 0 },
      ]),
      1,
      null,
    ],
    [
      "CentralFrequency, Absolute",
      profile({}, [{ startPeriod: 0, operationMode: "CentralFrequency", setpoint: 0 }]),
      1,
      "CentralFrequency is Dynamic",
    ],
  ])("%s", (_, one, evseId, fault) => {
    expect(profileFaults(one, evseId)).toEqual(fault === null ? [] : [fault]);
  });

  it.each([
    [
      "TxProfile",
      ["Idle", "ChargingOnly", "CentralSetpoint", "ExternalSetpoint", "ExternalLimits", "LocalLoadBalancing"],
    ],
    [
      "TxDefaultProfile",
      ["Idle", "ChargingOnly", "CentralSetpoint", "ExternalSetpoint", "ExternalLimits", "LocalLoadBalancing"],
    ],
    ["PriorityCharging", ["ChargingOnly"]],
    ["ChargingStationMaxProfile", ["ChargingOnly"]],
    ["ChargingStationExternalConstraints", ["ChargingOnly", "ExternalLimits", "ExternalSetpoint"]],
    ["LocalGeneration", ["ChargingOnly", "ExternalLimits"]],
  ])("%s may use %s", (purpose, allowed) => {
    for (const mode of [
      "Idle",
      "ChargingOnly",
      "CentralSetpoint",
      "ExternalSetpoint",
      "ExternalLimits",
      "LocalLoadBalancing",
    ]) {
      const words: Payload =
        mode === "ChargingOnly" ? { limit: 5 } : mode === "CentralSetpoint" ? { setpoint: 5 } : {};
      const one = profile({ chargingProfilePurpose: purpose, ...(purpose === "TxProfile" ? {} : free) }, [
        { startPeriod: 0, operationMode: mode, ...words },
      ]);
      const faults = profileFaults(one, purpose === "ChargingStationMaxProfile" ? 0 : 1);
      expect(faults).toEqual(allowed.includes(mode) ? [] : [`${purpose} may not use ${mode}`]);
    }
  });
});

describe("laws of the validator", () => {
  const number = fc.double({ min: -20_000, max: 20_000, noNaN: true });
  test.prop([number, number, number])(
    "a setpoint passes exactly within its limits, and limits have their signs",
    (value, low, high) => {
      const faults = profileFaults(
        profile({}, [setpoint({ setpoint: value, dischargeLimit: low, limit: high })]),
        1,
      );
      expect(faults.length === 0).toBe(low <= 0 && high >= 0 && value >= low && value <= high);
    },
  );

  test.prop([fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 })])(
    "period starts pass exactly when they rise from 0",
    (starts) => {
      const rising =
        starts[0] === 0 && starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0));
      expect(
        profileFaults(
          profile(
            {},
            starts.map((startPeriod) => period({ startPeriod })),
          ),
          1,
        ).length === 0,
      ).toBe(rising);
    },
  );

  test.prop([fc.jsonValue(), fc.integer()])(
    "anything at all is judged without throwing",
    (anything, evseId) => {
      const one: Payload = { chargingSchedule: anything, chargingProfilePurpose: anything };
      expect(Array.isArray(profileFaults(one, evseId))).toBe(true);
    },
  );
});
