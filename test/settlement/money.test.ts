/** Money is decimal: what is added, shared and rounded is exact to the last digit, whatever binary numbers would do. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decimal, ROUNDING_MODES, type Rounding } from "../../src/domain/money.js";
import { allocate } from "../../src/settlement/money/allocate.js";
import {
  compare,
  decimalOf,
  minus,
  parseDecimal,
  rounded,
  sumOf,
  times,
  ZERO,
} from "../../src/settlement/money/decimal.js";

const DIGITS = 6;
const MICRO = 10n ** BigInt(DIGITS);

const dec = (written: string): Decimal => {
  const decimal = parseDecimal(written);
  if (decimal === null) throw new Error(written);
  return decimal;
};

/** The same in whole millionths, by other arithmetic. */
const micros = (decimal: Decimal): bigint => {
  const [, sign = "", whole = "0", part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const size = BigInt(whole) * MICRO + BigInt(part.padEnd(DIGITS, "0").slice(0, DIGITS));
  return sign === "-" ? -size : size;
};
const ofMicros = (count: bigint): Decimal => {
  const size = count < 0n ? -count : count;
  return dec(`${count < 0n ? "-" : ""}${size / MICRO}.${(size % MICRO).toString().padStart(DIGITS, "0")}`);
};

const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(ofMicros);
const share = fc.bigInt({ min: 0n, max: 10n ** 8n }).map(ofMicros);

describe("a decimal", () => {
  it.each([
    ["0.10", "0.1"],
    ["+1.0", "1"],
    ["1e+2", "100"],
    [".5", "0.5"],
    ["-0", "0"],
    ["-0.000", "0"],
    ["007", "7"],
    ["1e-3", "0.001"],
    ["12E2", "1200"],
    ["12345678901234567890.123", "12345678901234567890.123"],
  ])("%s has one form: %s", (written, form) => {
    expect(parseDecimal(written)).toBe(form);
  });

  it.each(["", " 1", "1.", "1,5", "0x1f", "NaN", "Infinity", "1e", "--1", ".", "1e9999", "9".repeat(65)])(
    "%s is none",
    (written) => {
      expect(parseDecimal(written)).toBeNull();
    },
  );

  it("is made of a binary number by its shortest text, or not at all", () => {
    expect([0.1, 0.1 + 0.2, -1e-7, 1e21, -0].map(decimalOf)).toEqual([
      "0.1",
      "0.30000000000000004",
      "-0.0000001",
      "1000000000000000000000",
      "0",
    ]);
    for (const value of [NaN, Infinity, -Infinity]) expect(() => decimalOf(value)).toThrow(RangeError);
  });

  it("adds and multiplies exactly, in any order", () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 20 }), amount, (terms, factor) => {
        expect(micros(sumOf(terms))).toBe(terms.reduce((sum, term) => sum + micros(term), 0n));
        expect(sumOf(terms.toReversed())).toBe(sumOf(terms));
        expect(minus(sumOf(terms), factor)).toBe(sumOf([...terms, times(factor, dec("-1"))]));
        expect(sumOf(terms.map((term) => times(term, factor)))).toBe(times(sumOf(terms), factor));
        expect(compare(factor, ZERO)).toBe(micros(factor) > 0n ? 1 : micros(factor) < 0n ? -1 : 0);
      }),
    );
    expect(sumOf(Array.from({ length: 1000 }, () => dec("0.1")))).toBe("100");
  });

  it.each<[Rounding["mode"], string[]]>([
    ["half-even", ["-0.12", "-0.12", "0.12", "0.12", "0.14", "0.13"]],
    ["half-up", ["-0.13", "-0.12", "0.12", "0.13", "0.14", "0.13"]],
    ["down", ["-0.12", "-0.12", "0.12", "0.12", "0.13", "0.12"]],
  ])("rounds %s", (mode, expected) => {
    const halves = ["-0.125", "-0.1249", "0.1249", "0.125", "0.135", "0.12501"].map(dec);
    expect(halves.map((half) => rounded(half, { digits: 2, mode }))).toEqual(expected);
  });

  it("is rounded by less than a unit, the same way for what is paid and what is got, and once", () => {
    fc.assert(
      fc.property(
        amount,
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(...ROUNDING_MODES),
        (one, digits, mode) => {
          const rounding = { digits, mode };
          const after = rounded(one, rounding);
          const away = micros(after) - micros(one);
          expect(away < 0n ? -away : away).toBeLessThan(10n ** BigInt(DIGITS - digits));
          expect(rounded(after, rounding)).toBe(after);
          expect(rounded(times(one, dec("-1")), rounding)).toBe(times(after, dec("-1")));
        },
      ),
    );
  });
});

describe("a total that is shared", () => {
  const shares = fc
    .array(share, { minLength: 1, maxLength: 12 })
    .filter((all) => all.some((one) => one !== "0"));

  it("is shared without a rest, each part within a unit of its share, the larger share not the smaller part", () => {
    fc.assert(
      fc.property(amount, shares, fc.integer({ min: 0, max: 4 }), (total, weights, digits) => {
        const parts = allocate(total, weights, digits);
        const whole = rounded(total, { digits, mode: "half-even" });
        expect(sumOf(parts)).toBe(whole);
        const all = weights.reduce((sum, weight) => sum + micros(weight), 0n);
        const unit = 10n ** BigInt(DIGITS - digits);
        for (const [index, weight] of weights.entries()) {
          // |part − whole · weight / all| < unit, without a division.
          const off = micros(parts[index] ?? ZERO) * all - micros(whole) * micros(weight);
          expect(off < 0n ? -off : off).toBeLessThan(unit * all);
          if (weight === "0") expect(parts[index]).toBe("0");
          for (const [other, less] of weights.entries())
            if (micros(less) < micros(weight)) {
              const sizes = [parts[index], parts[other]].map((part) => micros(part ?? ZERO));
              const [larger = 0n, smaller = 0n] = sizes.map((size) => (size < 0n ? -size : size));
              expect(larger >= smaller).toBe(true);
            }
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, string[], string[]]>([
    ["100", ["1", "1", "1"], ["33.34", "33.33", "33.33"]],
    ["-100", ["1", "1", "1"], ["-33.34", "-33.33", "-33.33"]],
    ["0.01", ["0.7", "0.2", "0.1"], ["0.01", "0", "0"]],
    ["10", ["0.7", "0.2", "0.1"], ["7", "2", "1"]],
    ["0", ["1", "2"], ["0", "0"]],
    ["0.05", ["0", "1", "1"], ["0", "0.03", "0.02"]],
  ])("%s by %j is %j", (total, weights, expected) => {
    expect(allocate(dec(total), weights.map(dec), 2)).toEqual(expected);
  });

  it("by nothing is refused", () => {
    for (const weights of [[], ["0"], ["2", "-1"]])
      expect(() => allocate(dec("1"), weights.map(dec), 2)).toThrow(RangeError);
  });
});
