import { afterAll, describe, expect, it } from "vitest";
import type { Breakage } from "./broken.js";
import { openStage, type Stage, until } from "./harness.js";
import { COMMANDS } from "./asked.js";
import { brokenOf, CODECS, faultsOf, unreadAnswers } from "./negative.js";
import { rawStation } from "./raw.js";

/** A part of what the long test looks at, the same each time. */
const SAMPLED = { count: 2, seed: 20_261_130 };
const seen = new Set<Breakage>();

describe.each(CODECS)("broken messages of OCPP $version", (codec) => {
  it.each([...codec.inbound.keys()])(
    "%s: is answered in the protocol's own form, and nothing is lost",
    (action) => {
      const broken = brokenOf(codec.version, `urn:${action}.req`, SAMPLED);
      for (const { how } of broken) seen.add(how);
      expect(broken.length).toBeGreaterThan(0);
      expect(broken.flatMap((each) => faultsOf(codec, action, each))).toEqual([]);
    },
  );

  it("answers to our calls become outcomes", () => {
    expect(COMMANDS.flatMap((command) => unreadAnswers(codec, command, SAMPLED))).toEqual([]);
  });
});

it("every way to break a message was tried", () => {
  expect([...seen].toSorted()).toEqual(["missing", "out-of-range", "surplus", "wrong-type"]);
});

let stage: Stage;
afterAll(() => stage.close());

it.each(["1.6", "2.0.1", "2.1"] as const)(
  "OCPP %s: a station that answers nonsense gives an outcome",
  async (version) => {
    stage ??= await openStage({ settings: { callTimeoutMs: 200 } });
    const raw = await rawStation(stage.port, `CP-${version}`, `ocpp${version}`);
    const answers: ((id: string) => string)[] = [
      (id) => JSON.stringify([3, id, "text"]),
      (id) => JSON.stringify([3, id]),
      (id) => JSON.stringify([3, id, { status: { status: "Accepted" } }]),
      (id) => JSON.stringify([3, id, { status: "Sure" }]),
      (id) => JSON.stringify([3, id, null]),
      (id) => JSON.stringify([4, id]),
      (id) => JSON.stringify([4, id, 7, {}, []]),
      (id) => JSON.stringify([9, id, {}]),
    ];
    for (const answer of answers) {
      const heard = raw.heard.length;
      const outcome = stage.central.link.send(`CP-${version}`, { kind: "clear-cache" });
      await until(() => raw.heard.slice(heard).some((text) => text.includes("ClearCache")));
      const call: unknown = JSON.parse(raw.heard.findLast((text) => text.includes("ClearCache")) ?? "[]");
      raw.socket.send(answer(String(Array.isArray(call) ? call[1] : "")));
      expect(["rejected", "error", "timeout", "unsupported"]).toContain((await outcome).status);
    }
    raw.socket.terminate();
  },
);
