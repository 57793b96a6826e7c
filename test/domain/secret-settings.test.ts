import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isSecretSetting } from "../../src/domain/secret-settings.js";

const place = fc.constantFrom("", "[1]", "[a.b]", "@1", "@1/2", "[a.b]@1/2");
const variablePlace = fc.constantFrom("", "[1]", "[a.b]");
const component = fc.constantFrom("SecurityCtrlr", "NetworkConfiguration", "MakersOwn");
const suffix = fc.constantFrom("", " (Target)", " (MaxSet)");
const inAnyCase = (word: string) => fc.constantFrom(word, word.toLowerCase(), word.toUpperCase());

const words = fc
  .constantFrom("BasicAuthPassword", "AuthorizationKey", "ApnPassword", "VpnPassword", "VpnKey", "ApnSimPin")
  .chain(inAnyCase);

describe("what a setting is called", () => {
  const names = fc.record({
    owner: component,
    at: place,
    word: words,
    instance: variablePlace,
    kind: suffix,
  });
  law.prop([names])("tells of a secret, wherever it stands", ({ owner, at, word, instance, kind }) => {
    expect(isSecretSetting(`${owner}${at}.${word}${instance}${kind}`)).toBe(true);
    expect(isSecretSetting(word)).toBe(true);
  });

  it.each([
    "HeartbeatInterval",
    "EVSE@1.Power (MaxSet)",
    "SecurityCtrlr.Identity",
    "Password.Length",
    "VpnUser",
  ])("%s is none", (name) => {
    expect(isSecretSetting(name)).toBe(false);
  });
});
