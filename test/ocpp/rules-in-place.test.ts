import { describe, expect, it } from "vitest";
import type { HeldProfile, StationFacts } from "../../src/ocpp/common/station-facts.js";
import { profileFaults } from "../../src/ocpp/v21/rules.js";
import { faultsInPlace } from "../../src/ocpp/v21/rules-in-place.js";
import type { Payload } from "../../src/ocpp/wire.js";

const profile = (over: Payload = {}, period: Payload = {}): Payload => ({
  id: 2_005,
  stackLevel: 4,
  chargingProfilePurpose: "TxProfile",
  chargingProfileKind: "Absolute",
  transactionId: "tx",
  chargingSchedule: [
    {
      id: 1,
      startSchedule: "2026-11-02T18:00:00Z",
      chargingRateUnit: "W",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 5_000, ...period }],
    },
  ],
  ...over,
});
const setpoint: Payload = { operationMode: "CentralSetpoint", setpoint: -3_000, limit: undefined };
const place = (over: Partial<StationFacts> = {}): StationFacts => ({
  dynamicProfiles: true,
  priorityCharging: true,
  setpoints: true,
  maxExternalConstraintsId: 1_000,
  transactionId: "tx",
  held: [],
  ...over,
});
const held = (over: Partial<HeldProfile> = {}): HeldProfile => ({
  id: 7_000,
  purpose: "TxProfile",
  stackLevel: 4,
  evseId: 1,
  transactionId: "tx",
  ...over,
});
const maximum: Payload = {
  chargingProfilePurpose: "ChargingStationMaxProfile",
  transactionId: undefined,
  stackLevel: 0,
};
const fallback: Payload = { ...maximum, chargingProfilePurpose: "TxDefaultProfile" };
const TWICE = "profile 7000 has the same purpose and stack level";

describe("a rule that hangs on the station", () => {
  it.each<[string, Payload, number, Partial<StationFacts>, string[]]>([
    ["a plain profile", profile(), 1, {}, []],
    ["Dynamic where it is understood", profile({ chargingProfileKind: "Dynamic" }), 1, {}, []],
    [
      "Dynamic where it is not",
      profile({ chargingProfileKind: "Dynamic" }),
      1,
      { dynamicProfiles: false },
      ["the station takes no Dynamic profile"],
    ],
    [
      "priority where it is not understood",
      profile({ chargingProfilePurpose: "PriorityCharging", transactionId: undefined }),
      1,
      { priorityCharging: false },
      ["the station takes no PriorityCharging profile"],
    ],
    ["a setpoint", profile({}, setpoint), 1, {}, []],
    [
      "a setpoint without V2X",
      profile({}, setpoint),
      1,
      { setpoints: false },
      ["the station takes no setpoint"],
    ],
    ["an id of ours", profile({ id: 1_001 }), 1, {}, []],
    ["an id of the outside", profile({ id: 1_000 }), 1, {}, ["ids up to 1000 are of profiles from outside"]],
    ["no bound of ids is told", profile({ id: 1 }), 1, { maxExternalConstraintsId: null }, []],
    [
      "another transaction",
      profile(),
      1,
      { transactionId: "ty" },
      ["a TxProfile names the transaction that runs"],
    ],
    [
      "no transaction",
      profile(),
      1,
      { transactionId: null },
      ["a TxProfile names the transaction that runs"],
    ],
    ["not known which transaction runs", profile(), 1, { transactionId: undefined }, []],
    ["the same level", profile(), 1, { held: [held()] }, [TWICE]],
    ["the same level on another EVSE", profile(), 1, { held: [held({ evseId: 2 })] }, []],
    ["another level", profile(), 1, { held: [held({ stackLevel: 5 })] }, []],
    ["the same id again", profile(), 1, { held: [held({ id: 2_005 })] }, []],
    ["of a transaction that is over", profile(), 1, { held: [held({ transactionId: "old" })] }, []],
    [
      "EVSE 0 beside EVSE n",
      profile(fallback),
      1,
      { held: [held({ purpose: "TxDefaultProfile", stackLevel: 0, evseId: 0, transactionId: null })] },
      [TWICE],
    ],
    [
      "EVSE n beside EVSE 0",
      profile(fallback),
      0,
      { held: [held({ purpose: "TxDefaultProfile", stackLevel: 0, evseId: 3, transactionId: null })] },
      [TWICE],
    ],
    [
      "another purpose on EVSE 0",
      profile(maximum),
      0,
      { held: [held({ purpose: "TxDefaultProfile", stackLevel: 0, evseId: 0, transactionId: null })] },
      [],
    ],
  ])("%s", (...[, one, evseId, over, expected]) => {
    expect(faultsInPlace(one, evseId, place(over))).toEqual(expected);
  });
});

describe("a rule of 2.1's own kinds", () => {
  const schedule = (over: Payload): Payload => ({
    chargingSchedule: [
      {
        id: 1,
        chargingRateUnit: "W",
        startSchedule: "2026-11-02T18:00:00Z",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 5_000 }],
        ...over,
      },
    ],
  });
  const priority = { chargingProfilePurpose: "PriorityCharging", transactionId: undefined };

  it.each<[string, Payload, boolean, string[]]>([
    ["priority without a duration", { ...profile(priority), transactionId: undefined }, false, []],
    [
      "priority with a duration",
      profile({ ...priority, ...schedule({ duration: 60 }) }),
      false,
      ["a PriorityCharging profile has no duration"],
    ],
    [
      "an update of what is not Dynamic",
      profile({ dynUpdateInterval: 60 }),
      false,
      ["only a Dynamic profile is updated"],
    ],
    [
      "setpoints of two signs",
      profile({}, { ...setpoint, setpoint: -1_000, setpoint_L2: 1_000 }),
      false,
      ["setpoints of phases have one sign"],
    ],
    ["phases on AC", profile({}, { numberPhases: 3 }), false, []],
    ["phases on DC", profile({}, { numberPhases: 3 }), true, ["DC has no phases"]],
  ])("%s", (_name, one, isDc, expected) => {
    const clean = JSON.parse(JSON.stringify(one)) as Payload;
    expect(profileFaults(clean, 1, isDc)).toEqual(expected);
  });
});
