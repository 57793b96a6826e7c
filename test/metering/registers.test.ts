import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { RegisterType, RegisterValue } from "../../src/domain/device.js";
import {
  decodeRegisters,
  encodeRegisters,
  registerCount,
  valueOfRegisters,
} from "../../src/metering/modbus/registers.js";

const integers: Readonly<Record<string, fc.Arbitrary<number>>> = {
  int16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  uint16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  int64: fc.maxSafeInteger(),
  uint64: fc.maxSafeNat(),
  float32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
};
const TYPES = ["int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"] as const;
const ORDERS = ["big", "little"] as const;

const registerOf = (type: RegisterType, change: Partial<RegisterValue> = {}): RegisterValue => ({
  table: "holding",
  address: 0,
  type,
  wordOrder: "big",
  scaleAddress: null,
  factor: 1,
  ...change,
});

describe.each(TYPES)("%s in registers", (type) => {
  describe.each(ORDERS)("of %s word order", (wordOrder) => {
    const numbers = integers[type] ?? fc.constant(0);

    test.prop([numbers])("is read as it was written", (value) => {
      const words = encodeRegisters({ type, wordOrder }, value);
      expect(words).toHaveLength(registerCount(type));
      expect(words?.every((word) => Number.isInteger(word) && word >= 0 && word < 65_536)).toBe(true);
      // Zero has one sign in a meter.
      expect((decodeRegisters({ type, wordOrder }, words ?? []) ?? NaN) + 0).toBe(value + 0);
    });

    test.prop([fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 6 })])(
      "is a finite number or none, whatever the registers hold",
      (words) => {
        const value = decodeRegisters({ type, wordOrder }, words);
        if (words.length !== registerCount(type)) expect(value).toBeNull();
        else expect(value === null || Number.isFinite(value)).toBe(true);
      },
    );
  });

  test.prop([integers[type] ?? fc.constant(0)])("comes in two orders that are each other turned", (value) => {
    const big = encodeRegisters({ type, wordOrder: "big" }, value);
    expect(encodeRegisters({ type, wordOrder: "little" }, value)).toEqual(big?.toReversed());
  });
});

describe("numbers of known meters", () => {
  it.each([
    ["float32", "big", [0x43_5c, 0x80_00], 220.5],
    ["float32", "little", [0x80_00, 0x43_5c], 220.5],
    ["int32", "big", [0xff_ff, 0xd8_f0], -10_000],
    ["int16", "big", [0xff_9c], -100],
    ["uint32", "little", [0x0d_40, 0x00_03], 200_000],
  ] as const)("%s of %s order", (type, wordOrder, words, value) => {
    expect(decodeRegisters({ type, wordOrder }, words)).toBe(value);
  });

  it.each([
    ["int16", 32_768],
    ["uint16", -1],
    ["uint32", 2 ** 32],
    ["int64", 2 ** 63],
    ["float32", 1e39],
    ["int16", NaN],
  ] as const)("%s does not hold %d", (type, value) => {
    expect(encodeRegisters({ type, wordOrder: "big" }, value)).toBeNull();
  });
});

describe("a value", () => {
  test.prop([fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: -10, max: 10 })])(
    "of SunSpec is scaled by its exponent",
    (raw, exponent) => {
      const value = registerOf("int16", { scaleAddress: 9, factor: 0.001 });
      const words = encodeRegisters(value, raw) ?? [];
      const found = valueOfRegisters(value, words, [exponent & 0xff_ff]);
      expect(found).toBeCloseTo(raw * 10 ** exponent * 0.001, 6);
    },
  );

  it("that SunSpec says is not implemented is none", () => {
    const value = registerOf("int16", { scaleAddress: 9 });
    expect(valueOfRegisters(value, [0x80_00], [0])).toMatch(/not implemented/);
    expect(valueOfRegisters(value, [5], [0x80_00])).toMatch(/exponent/);
    expect(valueOfRegisters(value, [5], null)).toMatch(/exponent/);
  });

  it("without an exponent is what it is, and a NaN is none", () => {
    expect(valueOfRegisters(registerOf("int16", { factor: -0.001 }), [0x80_00], null)).toBeCloseTo(32.768);
    expect(valueOfRegisters(registerOf("float32"), [0x7f_c0, 0], null)).toMatch(/no number/);
  });
});
