import { describe, expect, it } from "vitest";
import { createNames, readIdentity } from "../../src/ocpp/server/identity.js";

const read = (target: string, known: readonly string[]): string | number => {
  const found = readIdentity(target, "/ocpp/", createNames(new Set(known)));
  return "identity" in found ? found.identity : found.status;
};

describe("the name of a station", () => {
  it.each<[string, string, readonly string[], string | number]>([
    ["as it is known", "/ocpp/CP-1", ["CP-1"], "CP-1"],
    ["in another case", "/ocpp/cp-1/", ["CP-1"], "CP-1"],
    ["percent-encoded", "/ocpp/%43P%2D1", ["CP-1"], "CP-1"],
    ["with blanks within and around it", "/ocpp/%20CP%201%20", ["CP-1"], "CP-1"],
    ["with a slash in it", "/ocpp/CP%2F1", ["CP-1"], "CP-1"],
    ["that is one of two that differ by case", "/ocpp/cp-1", ["CP-1", "cp-1"], "cp-1"],
    ["that would fit two is nobody's", "/ocpp/Cp-1", ["CP-1", "cp-1"], "Cp-1"],
    ["that nobody knows stays as it is", "/ocpp/Other", ["CP-1"], "Other"],
    ["with blanks that nobody knows", "/ocpp/CP%202", ["CP-1"], 400],
  ])("%s", (_, target, known, expected) => {
    expect(read(target, known)).toBe(expected);
  });
});
