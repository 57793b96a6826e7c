import { describe, expect, it } from "vitest";
import { conformanceData } from "../../src/app/conformance-page.js";
import { schemaBook } from "../../src/ocpp/schemas.js";
import { COMMANDS } from "./asked.js";
import { CODECS } from "./negative.js";
import { outboundContextAt } from "./outbound-context.js";
import { NOW } from "./talk.js";

describe.each(CODECS)("all that a station of OCPP $version is asked", (codec) => {
  const calls = COMMANDS.flatMap((command) => {
    const written = codec.write(command, outboundContextAt(NOW));
    return "call" in written ? [written.call] : [];
  });

  it("are the messages that the conformance table calls supported, each", () => {
    const supported = Object.entries(conformanceData(codec.version).toStation).flatMap(
      ([message, { support }]) => (support === "none" ? [] : [message]),
    );
    expect([...new Set(calls.map(({ action }) => action))].toSorted()).toEqual(supported.toSorted());
  });

  it("is what the schemas take", () => {
    const book = schemaBook(codec.version);
    expect(calls.map(({ action, payload }) => book.strict(action, "request", payload))).toEqual(
      calls.map(() => null),
    );
  });
});
