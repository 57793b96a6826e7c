import { describe, expect, it } from "vitest";
import { COMMANDS } from "./asked.js";
import { brokenOf, CODECS, faultsOf, unreadAnswers } from "./negative.js";

/** Forty valid messages of each action, each broken in every way at every place. */
const ALL = { count: 40, seed: 7 };

describe.each(CODECS)("all broken messages of OCPP $version", (codec) => {
  it.each([...codec.inbound.keys()])(
    "%s: is answered in the protocol's own form, and nothing is lost",
    (action) => {
      const broken = brokenOf(codec.version, `urn:${action}.req`, ALL);
      expect(broken.flatMap((each) => faultsOf(codec, action, each))).toEqual([]);
    },
  );

  it("answers to our calls become outcomes", () => {
    expect(COMMANDS.flatMap((command) => unreadAnswers(codec, command, ALL))).toEqual([]);
  });
});
