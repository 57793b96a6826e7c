/** Charging profiles and the car's needs: what OCPP wants of all that we write, by the ids of its requirements. */
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { PROFILE_PLACES, type ProfilePlace } from "../../../src/domain/quirks.js";
import type { Schedule } from "../../../src/domain/schedule.js";
import type { Codec } from "../../../src/ocpp/common/codec.js";
import { isObject, listAt, numberAt, objectAt, type Payload, textAt } from "../../../src/ocpp/wire.js";
import { createMemoryLedger } from "../../../src/ports/ledger-memory.js";
import { CODECS } from "../negative.js";
import { scheduleOfKw } from "../../fixtures/sites.js";
import { outboundContextAt } from "../outbound-context.js";
import { later, NOW, talkTo } from "../talk.js";

const CONTEXT = outboundContextAt(NOW);

const STARTED = {
  eventType: "Started",
  seqNo: 0,
  timestamp: later(0),
  triggerReason: "Authorized",
  transactionInfo: { transactionId: "tx" },
  evse: { id: 1 },
};

const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    purpose: fc.constantFrom("session" as const, "default" as const, "maximum" as const),
    values: fc.array(fc.integer({ min: 0, max: 320 }), { minLength: 1, maxLength: 30 }),
    unit: fc.constantFrom("A" as const, "W" as const),
    phases: fc.constantFrom(1 as const, 3 as const, null),
    fromMinute: fc.integer({ min: -5, max: 5 }),
  })
  .map(({ purpose, values, fromMinute, ...head }) => {
    const startMs = NOW + fromMinute * 60_000;
    const told = purpose === "maximum" ? values.slice(0, 1) : values;
    return {
      ...head,
      purpose,
      stationId: "CP1",
      evseId: purpose === "maximum" ? 0 : 2,
      transactionId: purpose === "session" ? "7" : null,
      startMs,
      endMs: startMs + told.length * 900_000,
      periods: told.map((value, index) => ({
        startMs: startMs + index * 900_000,
        mode: "charge-limit" as const,
        value: value / 10,
        powerKw: (value / 10) * 0.69,
      })),
    };
  });

interface Told {
  readonly profile: Payload;
  readonly evseId: number | null;
  readonly schedules: readonly Payload[];
}

const toldOf = (codec: Codec, schedule: Schedule, options: object): Told | null => {
  const written = codec.write(
    { kind: "set-schedule", schedule },
    { ...CONTEXT, profile: { ...CONTEXT.profile, ...options } },
  );
  if (!("call" in written)) return null;
  const { payload } = written.call;
  const profile = objectAt(payload, codec.version === "1.6" ? "csChargingProfiles" : "chargingProfile");
  const one = profile["chargingSchedule"];
  return {
    profile,
    evseId: numberAt(payload, codec.version === "1.6" ? "connectorId" : "evseId"),
    schedules: Array.isArray(one) ? listAt(profile, "chargingSchedule") : [isObject(one) ? one : {}],
  };
};

const ways = fc.record({
  place: fc.constantFrom<ProfilePlace>(...PROFILE_PLACES),
  kind: fc.constantFrom("absolute" as const, "relative" as const),
  maxPeriods: fc.integer({ min: 1, max: 24 }),
});

/** Holds whatever we write of random schedules, in every way that stations want, to a law. */
const everyProfile = (codec: Codec, holds: (told: Told) => void): void => {
  let seen = 0;
  fc.assert(
    fc.property(schedules, ways, (schedule, options) => {
      const told = toldOf(codec, schedule, { ...options, unit: schedule.unit });
      if (told === null) return;
      seen += 1;
      holds(told);
    }),
    { numRuns: 200 },
  );
  expect(seen).toBeGreaterThan(50);
};

const purposeOf = ({ profile }: Told): string => textAt(profile, "chargingProfilePurpose") ?? "";
const kindOf = ({ profile }: Told): string => textAt(profile, "chargingProfileKind") ?? "";
const startsOf = (one: Payload): readonly unknown[] =>
  listAt(one, "chargingSchedulePeriod").map((period) => period["startPeriod"]);

const firstIsZero = ({ schedules: all }: Told): void => {
  for (const one of all) {
    const starts = startsOf(one).map(Number);
    expect(starts[0]).toBe(0);
    expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b));
  }
};
const startsAsItsKind = (told: Told): void => {
  for (const one of told.schedules)
    expect([kindOf(told), "startSchedule" in one]).toEqual([kindOf(told), kindOf(told) !== "Relative"]);
};

describe.each(CODECS.filter(({ version }) => version !== "1.6"))(
  "OCPP $version, whatever we write",
  (codec) => {
    it("a profile of a transaction names it, and an EVSE, and no other does [K01.FR.03]", () => {
      everyProfile(codec, (told) => {
        const isOfTransaction = purposeOf(told) === "TxProfile";
        expect("transactionId" in told.profile).toBe(isOfTransaction);
        if (isOfTransaction) expect(told.evseId).toBeGreaterThan(0);
      });
    });

    it("the first period begins at once, and the others rise [K01.FR.31]", () => {
      everyProfile(codec, firstIsZero);
    });

    it("the maximum of a station is never relative [K01.FR.38]", () => {
      everyProfile(codec, (told) => {
        if (purposeOf(told) === "ChargingStationMaxProfile") expect(kindOf(told)).not.toBe("Relative");
      });
    });

    it("what is absolute or recurs has a start, what is relative has none [K01.FR.40, K01.FR.41]", () => {
      everyProfile(codec, startsAsItsKind);
    });

    const needs = {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: "DC",
        dcChargingParameters: { evMaxCurrent: 100, evMaxVoltage: 400 },
      },
    };
    it("a car that tells its needs is promised a schedule [K15.FR.02, K15.FR.03, K17.FR.02, K17.FR.03]", async () => {
      const talk = talkTo(createMemoryLedger());
      expect(await talk.ask(codec.version, "NotifyEVChargingNeeds", needs)).toEqual({ status: "Accepted" });
      expect(talk.keeper.station("CP1")?.evses.get(1)?.pendingNeeds).not.toBeNull();
    });

    it.each<[string, boolean, { startPeriod: number; limit: number }[]]>([
      ["from its beginning", true, [{ startPeriod: 0, limit: 9_000 }]],
      ["later, where ours falls within a period of its own", true, [{ startPeriod: 0, limit: 7_000 }]],
      [
        "nowhere: as it was told",
        false,
        [
          { startPeriod: 0, limit: 7_000 },
          { startPeriod: 900, limit: 3_000 },
        ],
      ],
    ])(
      "a car's own schedule beyond ours is rejected, and told again: %s [K15.FR.12, K15.FR.13, K16.FR.07, K16.FR.08, K17.FR.12, K17.FR.13]",
      async (_, isBeyond, chargingSchedulePeriod) => {
        const talk = talkTo(createMemoryLedger());
        await talk.ask(codec.version, "TransactionEvent", STARTED);
        const at1 = { stationId: "CP1", evseId: 1, atMs: NOW };
        const held = scheduleOfKw("CP1", [7, 3], { startMs: NOW, transactionId: "tx" });
        talk.keeper.apply({ kind: "schedule-confirmed", ...at1, schedule: held });
        const chargingSchedule = { id: 1, duration: 1_800, chargingRateUnit: "W", chargingSchedulePeriod };
        const told = { evseId: 1, timeBase: later(0), chargingSchedule };
        expect(await talk.ask(codec.version, "NotifyEVChargingSchedule", told)).toEqual({
          status: isBeyond ? "Rejected" : "Accepted",
        });
        expect(talk.keeper.station("CP1")?.evses.get(1)?.awaitsSchedule).toBe(isBeyond);
      },
    );

    it("a car's own schedule within ours is accepted [K15.FR.11, K16.FR.06, K17.FR.11]", async () => {
      const talk = talkTo(createMemoryLedger());
      const chargingSchedule = {
        id: 1,
        chargingRateUnit: "W",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 5_000 }],
      };
      const told = { evseId: 1, timeBase: later(0), chargingSchedule };
      expect(await talk.ask(codec.version, "NotifyEVChargingSchedule", told)).toEqual({ status: "Accepted" });
    });
  },
);

describe.each(CODECS.filter(({ version }) => version === "1.6"))("OCPP 1.6, whatever we write", (codec) => {
  it("a profile of a transaction names it, and the maximum is of connector 0 [§5.16]", () => {
    everyProfile(codec, (told) => {
      expect("transactionId" in told.profile).toBe(purposeOf(told) === "TxProfile");
      if (purposeOf(told) === "TxProfile") expect(told.evseId).toBeGreaterThan(0);
      if (purposeOf(told) === "ChargePointMaxProfile") expect(told.evseId).toBe(0);
    });
  });

  it("periods rise from 0, and a start stands where the kind wants it [§7.14]", () => {
    everyProfile(codec, (told) => {
      firstIsZero(told);
      startsAsItsKind(told);
    });
  });
});
