import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { TopicValue } from "../../src/domain/device.js";
import { setpointMessage, valueOfMessage } from "../../src/metering/payload.js";

const NOW_MS = Date.parse("2026-01-14T09:00:00Z");
const now = { nowMs: NOW_MS, retained: false };

const valueOf = (change: Partial<TopicValue> = {}): TopicValue => ({
  topic: "meter",
  pointer: null,
  timePointer: null,
  factor: 0.001,
  ...change,
});

describe("a message", () => {
  test.prop([fc.double({ noNaN: true, min: -1e9, max: 1e9 })])("that is a number is that number", (raw) => {
    const found = valueOfMessage(valueOf({ factor: 1 }), String(raw), now);
    expect(found).toEqual({ value: raw + 0, atMs: NOW_MS });
  });

  test.prop([fc.jsonValue(), fc.array(fc.string(), { minLength: 1, maxLength: 4 })])(
    "of any JSON is read at its pointer",
    (leaf, keys) => {
      const message = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), leaf);
      const text = JSON.stringify(message);
      const pointer = keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
      const found = valueOfMessage(valueOf({ pointer, factor: 1 }), text, now);
      const isNumber =
        typeof leaf === "number" || (typeof leaf === "string" && /^\s*[+-]?\d+\s*$/.test(leaf));
      if (isNumber && keys.every((key) => key !== "__proto__"))
        expect(found).toMatchObject({ value: Number(leaf) });
      else if (typeof leaf === "object" || typeof leaf === "boolean") expect(typeof found).toBe("string");
    },
  );

  test.prop([fc.string({ unit: "binary" }), fc.constantFrom(null, "/power", "/a/0")])(
    "of any text is a finite number or a sentence",
    (text, pointer) => {
      const found = valueOfMessage(valueOf({ pointer, timePointer: pointer }), text, now);
      if (typeof found === "string") expect(found).not.toBe("");
      else expect(Number.isFinite(found.value) && found.atMs <= NOW_MS).toBe(true);
    },
  );

  it.each(["", " ", "0x10", "NaN", "Infinity", "1e999", "12 kW", "null", "true", "[1]", '"5"'])(
    "%s is no number",
    (text) => expect(valueOfMessage(valueOf(), text, now)).toBe("no number"),
  );

  it.each([
    ["2026-01-14T09:59:00+01:00", NOW_MS - 60_000],
    [NOW_MS / 1000 - 60, NOW_MS - 60_000],
    [NOW_MS - 60_000, NOW_MS - 60_000],
    [NOW_MS + 3_000, NOW_MS],
  ] as const)("tells its time as %s", (time, atMs) => {
    const found = valueOfMessage(
      valueOf({ pointer: "/p", timePointer: "/t" }),
      JSON.stringify({ p: 5_000, t: time }),
      { nowMs: NOW_MS, retained: true },
    );
    expect(found).toEqual({ value: 5, atMs });
  });

  it.each([
    ["2026-01-14T09:00:00", "no time at /t"],
    ["yesterday", "no time at /t"],
    [-1, "no time at /t"],
    [NOW_MS + 6_000, "measured in the future"],
  ] as const)("with the time %s is refused", (time, why) => {
    const message = JSON.stringify({ p: 5_000, t: time });
    expect(valueOfMessage(valueOf({ pointer: "/p", timePointer: "/t" }), message, now)).toBe(why);
  });

  it("that the broker kept and that tells no time is refused: it may be of last year", () => {
    expect(valueOfMessage(valueOf(), "5", { nowMs: NOW_MS, retained: true })).toMatch(/kept by the broker/);
  });

  it("is not read from what every object inherits", () => {
    expect(valueOfMessage(valueOf({ pointer: "/constructor/length" }), "{}", now)).toMatch(/no number/);
  });
});

describe("a setpoint", () => {
  test.prop([fc.double({ noNaN: true, min: -500, max: 500 }), fc.constantFrom(0.001, 1, -0.001)])(
    "says to six digits what it is read back as",
    (powerKw, factor) => {
      const setpoint = { topic: "set", key: "p", factor, echo: null, isLimit: false };
      const back = valueOfMessage(
        valueOf({ pointer: "/p", factor }),
        setpointMessage(setpoint, powerKw),
        now,
      );
      const value = typeof back === "string" ? NaN : back.value;
      expect(Math.abs(value - powerKw)).toBeLessThanOrEqual(1e-5 * Math.abs(powerKw) + 1e-300);
      expect(setpointMessage({ ...setpoint, key: null }, 0)).toBe("0");
    },
  );
});
