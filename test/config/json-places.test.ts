import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonPlaces } from "../../src/config/json-places.js";

test("every value of any JSON stands where its place says", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const placed = jsonPlaces(text, "f.json");
      expect([placed.value, placed.faults]).toEqual([JSON.parse(text), []]);
      const lines = text.split("\n");
      const look = (inner: unknown, path: readonly (string | number)[]): void => {
        const [, line = "", column = ""] = /^f\.json:(\d+):(\d+)/.exec(placed.placeOf(path)) ?? [];
        const there = lines[Number(line) - 1]?.slice(Number(column) - 1) ?? "";
        const begins = JSON.stringify(inner).slice(0, 1);
        expect(there.startsWith(begins)).toBe(true);
        if (Array.isArray(inner)) for (const [at, one] of inner.entries()) look(one, [...path, at]);
        else if (typeof inner === "object" && inner !== null)
          for (const [key, one] of Object.entries(inner)) look(one, [...path, key]);
      };
      look(JSON.parse(text), []);
    }),
  );
});

test.each([
  ["", "f.json:1:1", /empty/],
  ['{\n  "a": NaN\n}', "f.json:2:8", /Unexpected token/],
  ['{\n  "a": 1,\n  "a": 2\n}', "f.json:3:3", /"a" is given twice, first at f\.json:2:3/],
  [`{"a":\n${"[".repeat(50_000)}`, "f.json:1:1", /nested too deeply|Unexpected end/],
  [`{"a":\n${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "f.json:1:1", /nested too deeply/],
])("what is no JSON, or not to be told apart, is a fault with its place (%#)", (text, place, message) => {
  const { value, faults } = jsonPlaces(text, "f.json");
  expect(faults).toHaveLength(1);
  expect(faults[0]?.place).toBe(place);
  expect(faults[0]?.message).toMatch(message);
  if (!text.includes('"a": 2')) expect(value).toBeNull();
});

test("a key may stand in several objects", () => {
  expect(jsonPlaces('[{"a":{"a":1}},{"a":2}]', "f.json").faults).toEqual([]);
});
