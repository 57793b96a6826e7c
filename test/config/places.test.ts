import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknownKeyMessage } from "../../src/config/suggest.js";
import { editDistance, nearest } from "../../src/domain/nearest.js";
import { pathText, yamlPlaces } from "../../src/config/yaml-places.js";

const TEXT = `site:
  nodes:
    - id: a
      limitKw: 5
    - { id: b, limitKw: 6 }
`;

describe("places in YAML", () => {
  const yaml = yamlPlaces(TEXT, "f.yaml");
  it.each([
    [["site", "nodes", 0, "id"], "f.yaml:3:11 site.nodes[0].id"],
    [["site", "nodes", 1, "limitKw"], "f.yaml:5:25 site.nodes[1].limitKw"],
    [["site", "nodes", 1, "missing"], "f.yaml:5:7 site.nodes[1].missing"],
    [["site", "nodes", 7, "id"], "f.yaml:3:5 site.nodes[7].id"],
    [[], "f.yaml:1:1"],
  ])("of the value at %j", (path, place) => expect(yaml.placeOf(path)).toBe(place));

  it("of a key", () => {
    expect(yaml.keyPlaceOf(["site", "nodes", 1, "limitKw"])).toBe("f.yaml:5:16 site.nodes[1].limitKw");
    expect(yaml.keyPlaceOf(["site"])).toBe("f.yaml:1:1 site");
  });

  it.each([
    ["a: 1\na: 2\n", /f\.yaml:2:1/],
    ["a: [1, 2\n", /f\.yaml:2:1/],
    ["a: *none\n", /f\.yaml:1:4|f\.yaml:1:1/],
    ["\ta: 1\n", /f\.yaml:1:1/],
  ])("faults of the YAML itself: %j", (text, place) => {
    const [error] = yamlPlaces(text, "f.yaml").errors;
    expect(error?.code).toBe("config.invalid");
    expect(error?.place).toMatch(place);
  });

  it("aliases that multiply without bound are refused", () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? "a0: &a0 [1]"
        : `a${level}: &a${level} [${Array(12)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    expect(yamlPlaces(levels.join("\n"), "f.yaml").errors).toHaveLength(1);
  });

  it("writes paths", () => expect(pathText(["sites", 0, "nodes", 1, "id"])).toBe("sites[0].nodes[1].id"));
});

describe("suggestions", () => {
  const word = fc.string({ minLength: 1, maxLength: 10, unit: fc.constantFrom(..."abcdef".split("")) });
  it("edit distance is a metric without its triangle: zero on itself, symmetric, bounded by length", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it("finds a word with one letter dropped", () => {
    const known = ["importLimitKw", "exportLimitKw", "failsafe", "parent"];
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), (target, drop) => {
        const at = drop % target.length;
        expect(nearest(target.slice(0, at) + target.slice(at + 1), known)).toBe(target);
      }),
    );
    expect(nearest("colour", known)).toBeNull();
  });

  it.each([
    [
      "importLimitW",
      ["importLimitKw"],
      "unknown key; wrong unit W: write importLimitKw, the value divided by 1000",
    ],
    [
      "importLimitMW",
      ["importLimitKw"],
      "unknown key; wrong unit MW: write importLimitKw, the value times 1000",
    ],
    ["importLimitKW", ["importLimitKw"], "unknown key; wrong unit KW: write importLimitKw"],
    ["importLimitA", ["importLimitKw"], "unknown key; wrong unit A: write importLimitKw, which is power"],
    ["importLimit", ["importLimitKw"], "unknown key; the unit belongs into the name: write importLimitKw"],
    [
      "energyNeedWh",
      ["energyNeedKwh"],
      "unknown key; wrong unit Wh: write energyNeedKwh, the value divided by 1000",
    ],
    [
      "gatherMs",
      ["gatherSeconds"],
      "unknown key; wrong unit Ms: write gatherSeconds, the value divided by 1000",
    ],
    [
      "measurementStaleSeconds",
      ["measurementStaleMinutes"],
      "unknown key; wrong unit Seconds: write measurementStaleMinutes, the value divided by 60",
    ],
    [
      "baseMarginPercent",
      ["baseMarginShare"],
      "unknown key; wrong unit Percent: write baseMarginShare, the value divided by 100",
    ],
    ["departureTme", ["departureTime", "energyNeedKwh"], "unknown key; did you mean departureTime?"],
    ["colour", ["host", "port"], "unknown key; known are host, port"],
  ])("%s", (key, known, message) => expect(unknownKeyMessage(key, known)).toBe(message));
});
