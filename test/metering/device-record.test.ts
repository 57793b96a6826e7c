import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { DeviceConfig } from "../../src/domain/device.js";
import { type DeviceEvent, emptyRecord, nextRecord, stateOf } from "../../src/metering/device-record.js";
import { backoffMs } from "../../src/metering/backoff.js";
import { totalOf } from "../../src/metering/totals.js";
import { batteryDevice } from "./device-configs.js";

const config: DeviceConfig = batteryDevice({ port: 1 });
const START_MS = 1_000_000;

const events = fc.oneof(
  fc.constant<DeviceEvent>({ kind: "connected" }),
  fc.constant<DeviceEvent>({ kind: "lost", why: "gone" }),
  fc
    .record({
      quantity: fc.constantFrom("power", "soc"),
      value: fc.oneof(fc.double(), fc.integer({ min: -200, max: 200 })),
      measuredMs: fc.integer({ min: 0, max: 2_000_000 }),
    })
    .map((told): DeviceEvent => ({ kind: "value", ...told })),
  fc.constant<DeviceEvent>({ kind: "refused", why: "garbage" }),
);

describe("the record of a device", () => {
  test.prop([fc.array(events, { maxLength: 40 })])(
    "holds the newest possible values, counts the rest, and never goes back in time",
    (happened) => {
      let record = emptyRecord(START_MS);
      let refused = 0;
      for (const event of happened) {
        const before = record;
        record = nextRecord(record, event, START_MS);
        if (record.refused > before.refused) refused += 1;
        for (const quantity of ["power", "soc"] as const)
          expect(record[quantity]?.atMs ?? -1).toBeGreaterThanOrEqual(before[quantity]?.atMs ?? -1);
        if (event.kind === "refused")
          expect(record).toEqual({ ...before, refused, lastError: record.lastError });
      }
      expect(record.refused).toBe(refused);
      expect(Math.abs(record.power?.value ?? 0)).toBeLessThanOrEqual(1e6);
      expect(Math.abs((record.soc?.value ?? 50) - 50)).toBeLessThanOrEqual(55);
    },
  );

  it("is stale from its first moment until it tells, and after its stale time", () => {
    const empty = emptyRecord(START_MS);
    expect(stateOf(config, empty, START_MS).staleSinceMs).toBe(START_MS);
    const told = (["power", "soc"] as const).reduce(
      (record, quantity) =>
        nextRecord(record, { kind: "value", quantity, value: 5, measuredMs: START_MS }, START_MS),
      empty,
    );
    expect(stateOf(config, told, START_MS + config.staleMs).staleSinceMs).toBeNull();
    expect(stateOf(config, told, START_MS + config.staleMs + 1).staleSinceMs).toBe(START_MS + config.staleMs);
  });

  it("says of a command whether it is known to be taken", () => {
    const told = nextRecord(emptyRecord(0), { kind: "told", powerKw: 3 }, 5);
    expect(told.told).toEqual({ powerKw: 3, atMs: 5, confirmed: false });
    const answered = (powerKw: number) =>
      nextRecord(told, { kind: "answered", powerKw, answer: { status: "confirmed" } }, 6).told?.confirmed;
    expect(answered(3)).toBe(true);
    expect(answered(2)).toBe(false);
    const unknown = nextRecord(
      told,
      { kind: "answered", powerKw: 3, answer: { status: "unknown", detail: "late" } },
      6,
    );
    expect(unknown).toMatchObject({ told: { confirmed: false }, lastError: { message: "unknown: late" } });
  });
});

describe("the sum of a site's devices", () => {
  const values = fc.array(
    fc.record({ value: fc.integer({ min: -100, max: 100 }), atMs: fc.integer({ min: 0, max: 100 }) }),
    { minLength: 1, maxLength: 5 },
  );

  test.prop([values, fc.nat(4)])("is of all or of none", (powers, at) => {
    const devices = powers.map((power) => ({ power, staleMs: 100 }));
    expect(totalOf(devices, 100)).toEqual({
      value: powers.reduce((sum, { value }) => sum + value, 0),
      atMs: Math.max(...powers.map(({ atMs }) => atMs)),
    });
    const missing = devices.map((device, index) =>
      index === at % devices.length ? { ...device, power: null } : device,
    );
    expect(totalOf(missing, 100)).toBeNull();
    expect(totalOf(devices, 201)).toBeNull();
  });

  it("of no device is none", () => expect(totalOf([], 0)).toBeNull());
});

describe("pauses between tries", () => {
  test.prop([fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
    "grow to a minute and no further",
    (failures, random) => {
      expect(backoffMs(failures, random)).toBeGreaterThanOrEqual(500);
      expect(backoffMs(failures, random)).toBeLessThan(60_000);
      expect(backoffMs(failures + 1, random)).toBeGreaterThanOrEqual(backoffMs(failures, random));
    },
  );
});
