import { verdictOfUnknown } from "../../src/management/authorization.js";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createStationMemory, type InboundContext, type Meaning } from "../../src/ocpp/common/codec.js";
import { remember } from "../../src/ocpp/common/memory.js";
import { plausibleTime, readTime, timeReader, writeTime } from "../../src/ocpp/common/time.js";
import { schemaBook } from "../../src/ocpp/schemas.js";
import { codec as v16 } from "../../src/ocpp/v16/codec.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";
import { readNeeds } from "../../src/ocpp/v2x/needs.js";
import type { Payload } from "../../src/ocpp/wire.js";
import { contextOf as context, NOW } from "./talk.js";

describe("a station's time", () => {
  it.each([
    ["2026-11-02T18:00:00Z", 0],
    ["2026-11-02T18:00:00.500z", 500],
    ["2026-11-02T20:00:00+02:00", 0],
    ["2026-11-02T20:00:00+02", 0],
    ["2026-11-02T20:00:00+0200", 0],
    ["2026-11-02 18:00:00", 0],
    ["2026-11-02T18:00", 0],
    ["2026-11-02T12:30:00-05:30", 0],
  ])("%s is read", (text, offsetMs) => {
    expect(readTime(text)).toBe(NOW + offsetMs);
  });

  it.each(["", "yesterday", "2026-13-02T18:00:00Z", "2026-11-02", "1762106400", "2026-11-02T18:00:00CET"])(
    "%s is not guessed at",
    (text) => {
      expect(readTime(text)).toBeNull();
    },
  );

  test.prop([fc.integer({ min: 0, max: 4_000_000_000_000 })])("what is written is read back", (ms) => {
    expect(readTime(writeTime(ms))).toBe(ms);
  });

  test.prop([
    fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"),
    fc.integer({ min: NOW / 1000 - 86_400 * 400, max: NOW / 1000 }).map((seconds) => seconds * 1000),
  ])("without a zone is what the clock on the site's wall shows", (timeZone, ms) => {
    const shown = new Date(ms).toLocaleString("sv-SE", { timeZone });
    const repeated = new Date(ms - 3_600_000).toLocaleString("sv-SE", { timeZone }) === shown;
    expect(timeReader(timeZone, NOW)(shown)).toBe(repeated ? ms - 3_600_000 : ms);
    expect(timeReader(timeZone, NOW)(writeTime(ms))).toBe(ms);
  });

  it("without a zone and then ahead of us was UTC after all", () => {
    expect(timeReader("America/New_York", NOW)("2026-11-02T18:00:00")).toBe(NOW);
    expect(timeReader("America/New_York", NOW)("2026-11-02T13:00:00")).toBe(NOW);
  });

  it("a clock that cannot be right gives way to ours", () => {
    const at = (ms: number): number => plausibleTime(writeTime(ms), context());
    expect([at(0), at(NOW + 3_600_000)]).toEqual([NOW, NOW]);
    expect(plausibleTime(null, context())).toBe(NOW);
    expect(at(NOW - 60_000)).toBe(NOW - 60_000);
  });
});

const meter = (value: unknown, more: object = {}): Payload => ({
  connectorId: 1,
  meterValue: [{ timestamp: "2026-11-02T18:00:00Z", sampledValue: [{ value, ...more }] }],
});

describe("lenient reading", () => {
  const book = schemaBook("1.6");
  it.each([
    ["a number for text", meter(7), meter("7")],
    ["text for a number", { ...meter("7"), connectorId: "1" }, meter("7")],
    ["an empty field", meter("7", { phase: "" }), meter("7")],
    ["a null field", meter("7", { unit: null }), meter("7")],
    ["an unknown field", { ...meter("7", { x: 1 }), y: 2 }, meter("7")],
    ["a fraction for a whole number", { ...meter("7"), connectorId: 1.2 }, meter("7")],
    ["an unknown word", meter("7", { measurand: "Mood" }), meter("7", { measurand: "Mood" })],
  ])("%s is repaired and said", (_, sent, read) => {
    expect(book.lenient("MeterValues", "request", sent)).toEqual({
      ok: true,
      payload: read,
      repaired: expect.any(String),
    });
  });

  it.each([
    ["a missing field", { connectorId: 1 }],
    ["a field of another kind", { connectorId: {}, errorCode: "NoError", status: "Available" }],
    ["text that is no number", { connectorId: "one", errorCode: "NoError", status: "Available" }],
  ])("%s is refused", (_, sent) => {
    expect(book.lenient("StatusNotification", "request", sent).ok).toBe(false);
  });

  it.each([
    ["StartTransaction", { connectorId: "one", vendor: 1 }, "StartTransaction.connectorId"],
    ["StopTransaction", { transactionID: 1 }, "StopTransaction.transactionId"],
    ["MeterValues", { transactionId: "mine" }, "MeterValues.transactionId"],
  ])("%s %j comes through as it is, with the place of what it lacks", (action, sent, place) => {
    expect(book.lenient(action, "request", sent)).toMatchObject({ ok: true, payload: sent, lack: { place } });
  });

  test.prop([fc.object({ maxDepth: 4 })])(
    "any object is judged without throwing, and never gains a prototype",
    (sent) => {
      const checked = book.lenient("MeterValues", "request", { ...sent, connectorId: 1, meterValue: [sent] });
      if (checked.ok) expect(Object.getPrototypeOf(checked.payload)).toBe(Object.prototype);
      expect(typeof checked.ok).toBe("boolean");
    },
  );

  it("fields with a prototype's names do no harm", () => {
    const sent: unknown = JSON.parse('{"connectorId":1,"meterValue":[],"__proto__":{"x":1},"constructor":1}');
    const checked = book.lenient("MeterValues", "request", { ...(typeof sent === "object" ? sent : {}) });
    expect(checked).toMatchObject({ ok: true, payload: { connectorId: 1, meterValue: [] } });
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

const power = (one: unknown): number =>
  typeof one === "object" && one && "powerKw" in one ? Number(one.powerKw) : Number.NaN;

describe("meter values", () => {
  type Value = readonly [measurand: string | null, value: number, unit?: string, phase?: string];
  const sample = (values: readonly Value[], at = context()): unknown => {
    const sampledValue = values.map(([measurand, value, unit, phase]) => ({
      value: String(value),
      ...(measurand ? { measurand } : {}),
      ...(unit ? { unit } : {}),
      ...(phase ? { phase } : {}),
    }));
    const meterValue = [{ timestamp: writeTime(at.nowMs), sampledValue }];
    const meaning = v16.inbound.get("MeterValues")?.({ connectorId: 1, meterValue }, at);
    const [report] = meaning?.reports ?? [];
    return report?.kind === "sampled" ? report.sample : null;
  };
  it.each<[string, readonly Value[], object | null]>([
    [
      "kW and kWh",
      [
        ["Power.Active.Import", 7.2, "kW"],
        [null, 12.5, "kWh"],
      ],
      { powerKw: 7.2, importedWh: 12_500 },
    ],
    [
      "three phases are summed",
      [
        ["Power.Active.Import", 2_300, "W", "L1"],
        ["Power.Active.Import", 2_300, "W", "L2-N"],
        ["Power.Active.Import", 2_400, "W", "L3"],
      ],
      { powerKw: 7 },
    ],
    [
      "a whole beside its phases wins",
      [
        ["Power.Active.Import", 7_000, "W"],
        ["Power.Active.Import", 2_300, "W", "L1"],
      ],
      { powerKw: 7 },
    ],
    [
      "export is negative",
      [
        ["Power.Active.Export", 5, "kW"],
        ["Energy.Active.Export.Register", 300, "Wh"],
      ],
      { powerKw: -5, exportedWh: 300 },
    ],
    ["export written negative", [["Power.Active.Export", -5, "kW"]], { powerKw: -5 }],
    [
      "current and voltage by phase",
      [
        ["Current.Import", 10, "A", "L1"],
        ["Current.Import", 10, "A", "L2"],
        ["Voltage", 231, "V", "L1"],
        ["Voltage", 229, "V", "L2"],
      ],
      { powerKw: 4.6 },
    ],
    ["current alone, with the site's voltage and phases", [["Current.Import", 10, "A"]], { powerKw: 6.9 }],
    ["the car's charge", [["SoC", 55, "Percent"]], { socPercent: 55 }],
    ["a charge beyond 100 % is none", [["SoC", 130, "Percent"]], null],
    [
      "nor one told by phase without end",
      [
        ["SoC", 1e308, "Percent", "L1"],
        ["SoC", 1e308, "Percent", "L2"],
      ],
      null,
    ],
    ["line to line is not summed", [["Power.Active.Import", 1_000, "W", "L1-L2"]], null],
    ["an unknown measurand", [["Mood", 5]], null],
    ["a unit of something else", [["Power.Active.Import", 5, "VA"]], null],
  ])("%s", (_, values, expected) => {
    if (expected === null) expect(sample(values)).toBeNull();
    else expect(sample(values)).toMatchObject(expected);
  });

  it("power comes from the register where it is not told", () => {
    const memory = createStationMemory();
    const at = (minutes: number, wh: number): unknown =>
      sample([[null, wh, "Wh"]], context({ memory, nowMs: NOW + minutes * 60_000 }));
    expect(at(0, 1_000)).toMatchObject({ powerKw: 0, importedWh: 1_000 });
    expect(at(15, 2_750)).toMatchObject({ powerKw: 7, importedWh: 2_750 });
    expect(at(30, 2_750)).toMatchObject({ powerKw: 0 });
  });

  it("power that no such EVSE has, from registers, is not believed: the last one stays", () => {
    const memory = createStationMemory();
    const at = (minutes: number, wh: number, ratedKw: number | null): unknown => {
      const electrics = { voltageV: 230, phases: 1 as const, ...(ratedKw === null ? {} : { ratedKw }) };
      const nowMs = NOW + minutes * 60_000;
      return sample([[null, wh, "Wh"]], context({ memory, nowMs, electrics: () => electrics }));
    };
    at(0, 1_000, 7);
    expect(at(15, 2_750, 7)).toMatchObject({ powerKw: 7 });
    expect(at(30, 12_750, 7)).toMatchObject({ powerKw: 7, importedWh: 12_750 });
    expect(at(45, 22_750, null)).toMatchObject({ powerKw: 40 });
    expect(at(60, 4_294_967_295, null)).toMatchObject({ powerKw: 40 });
  });

  test.prop([
    fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.constantFrom("L1", "L2", "L3")), {
      minLength: 1,
      maxLength: 3,
    }),
  ])("the unit of a value does not matter", (phases) => {
    const inW = phases.map(([watts, phase]): Value => ["Power.Active.Import", watts, "W", phase]);
    const inKw = phases.map(([watts, phase]): Value => ["Power.Active.Import", watts / 1_000, "kW", phase]);
    expect(power(sample(inW))).toBeCloseTo(power(sample(inKw)), 9);
  });
});

const event = (name: string, variable: string, actualValue: string): Payload => ({
  component: { name, evse: { id: 2, connectorId: 1 } },
  variable: { name: variable },
  actualValue,
});

const transaction = (eventType: string, seqNo: number, more: object, at: InboundContext): Meaning => {
  const meaning = v21.inbound.get("TransactionEvent")?.(
    {
      eventType,
      seqNo,
      timestamp: writeTime(NOW),
      triggerReason: "Trigger",
      transactionInfo: { transactionId: "tx" },
      ...more,
    },
    at,
  );
  if (!meaning) throw new Error("no meaning");
  return meaning;
};

describe("what 2.x leaves out", () => {
  it("the EVSE is the one where the transaction runs; a new one counts as on the first", () => {
    const at = context({ evseOf: (transactionId) => (transactionId === "tx" ? 3 : null) });
    expect(transaction("Updated", 1, {}, at).records).toMatchObject([{ evseId: 3, sample: null }]);
    expect(transaction("Ended", 2, {}, at).records).toMatchObject([{ evseId: 3, meterWh: null }]);
    expect(transaction("Started", 0, {}, context()).records).toMatchObject([{ evseId: 1 }]);
  });

  it("a start button needs no authorization, a card does", () => {
    const free = transaction("Started", 0, { idToken: { idToken: "", type: "NoAuthorization" } }, context());
    expect(free.authorize).toBeNull();
    expect(free.answer({ recorded: [], authorization: null })).toEqual({
      idTokenInfo: { status: "Accepted" },
    });
    const card = transaction("Started", 0, { idToken: { idToken: "C", type: "ISO14443" } }, context());
    expect(card.authorize).toBe("C");
    const refused = card.answer({ recorded: [], authorization: verdictOfUnknown(false) });
    expect(refused).toEqual({ idTokenInfo: { status: "Invalid" } });
    expect(transaction("Updated", 1, {}, context()).answer({ recorded: [], authorization: null })).toEqual(
      {},
    );
  });

  it("an EVSE is occupied when any of its connectors is", () => {
    const at = context();
    const status = (connectorId: number, connectorStatus: string): unknown => {
      const payload = { evseId: 1, connectorId, connectorStatus, timestamp: writeTime(NOW) };
      return v21.inbound.get("StatusNotification")?.(payload, at).reports?.[0];
    };
    expect(status(1, "Occupied")).toMatchObject({ status: "Occupied" });
    expect(status(2, "Available")).toMatchObject({ status: "Occupied" });
    expect(status(1, "Available")).toMatchObject({ status: "Available" });
    expect(status(1, "constructor")).toMatchObject({ status: "Unknown" });
  });

  it("2.1 may tell it by NotifyEvent", () => {
    const eventData = [event("Connector", "AvailabilityState", "Faulted"), event("EVSE", "Power", "1")];
    expect(v21.inbound.get("NotifyEvent")?.({ eventData }, context()).reports).toMatchObject([
      { kind: "status", evseId: 2, status: "Faulted" },
    ]);
  });
});

describe("charging needs", () => {
  const departureTime = "2026-11-03T07:00:00Z";
  it.each<[string, Payload, object]>([
    [
      "AC",
      {
        departureTime,
        acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
      },
      {
        departureMs: Date.parse(departureTime),
        energyNeedKwh: 20,
        maxChargeKw: 11.04,
        maxDischargeKw: null,
        capacityKwh: null,
      },
    ],
    [
      "DC",
      {
        dcChargingParameters: {
          evMaxCurrent: 200,
          evMaxVoltage: 500,
          evMaxPower: 50_000,
          stateOfCharge: 40,
          evEnergyCapacity: 60_000,
          energyAmount: 30_000,
        },
      },
      {
        departureMs: null,
        energyNeedKwh: 30,
        maxChargeKw: 50,
        capacityKwh: 60,
        energyKwh: 24,
        reserveKwh: null,
      },
    ],
    [
      "only v2xChargingParameters",
      {
        v2xChargingParameters: {
          maxChargePower: 11_000,
          maxDischargePower: 8_000,
          evTargetEnergyRequest: 25_000,
          evMinV2XEnergyRequest: -5_000,
        },
      },
      {
        energyNeedKwh: 25,
        maxChargeKw: 11,
        maxDischargeKw: 8,
        capacityKwh: 30,
        energyKwh: 5,
        reserveKwh: 0,
      },
    ],
    [
      "V2X by phase, with a known charge",
      {
        dcChargingParameters: {
          evMaxCurrent: 32,
          evMaxVoltage: 500,
          stateOfCharge: 50,
          evEnergyCapacity: 60_000,
        },
        v2xChargingParameters: {
          maxChargePower: 3_000,
          maxChargePower_L2: 3_000,
          maxChargePower_L3: 3_000,
          evTargetEnergyRequest: -1,
          evMinV2XEnergyRequest: -18_000,
        },
      },
      { energyNeedKwh: 0, maxChargeKw: 9, energyKwh: 30, reserveKwh: 12 },
    ],
  ])("%s", (_, needs, expected) => {
    expect(readNeeds(needs, 3, (text) => readTime(text))).toMatchObject(expected);
  });

  it("are told to the fleet and never rejected", () => {
    const payload = {
      evseId: 2,
      chargingNeeds: { requestedEnergyTransfer: "DC_BPT", v2xChargingParameters: {} },
    };
    const meaning = v21.inbound.get("NotifyEVChargingNeeds")?.(payload, context());
    expect(meaning?.reports).toMatchObject([{ kind: "needs", evseId: 2 }]);
    expect(meaning?.answer({ recorded: [], authorization: null })).toEqual({ status: "Accepted" });
  });
});

describe("memory of a station", () => {
  test.prop([fc.array(fc.nat({ max: 2_000 }), { maxLength: 600 })])(
    "is bounded, and keeps what is newest",
    (keys) => {
      const map = new Map<number, number>();
      for (const key of keys) remember(map, key, key);
      expect(map.size).toBeLessThanOrEqual(256);
      expect([...map.keys()].at(-1)).toBe(keys.at(-1));
    },
  );
});
