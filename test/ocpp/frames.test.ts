import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { readFrame, writeCall, writeResult } from "../../src/ocpp/session/frames.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { bench } from "./bench.js";

const version = fc.constantFrom<OcppVersion>("1.6", "2.0.1", "2.1");
const messageLike = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 8 }), fc.jsonValue()),
  fc.oneof(fc.string(), fc.jsonValue()),
  fc.oneof(fc.constantFrom("Heartbeat", "MeterValues", "constructor", "__proto__"), fc.jsonValue()),
  fc.oneof(fc.jsonValue(), fc.constant({})),
);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("utf8")),
  fc.json(),
  messageLike.map((message) => JSON.stringify(message)),
);

describe("framing", () => {
  test.prop([anyText, version])("reads any text as a frame and never throws", (text, ofVersion) => {
    const frame = readFrame(text, ofVersion);
    expect(["call", "result", "error", "result-error", "send", "bad"]).toContain(frame.type);
    if (frame.type === "bad" && frame.reply !== null)
      expect(() => JSON.parse(frame.reply ?? "")).not.toThrow();
  });

  test.prop([fc.array(anyText, { maxLength: 30 }), version])(
    "a session takes any texts: it stays open unless the bound on bad messages is passed, and never throws",
    async (texts, ofVersion) => {
      const { session, closed, counters } = bench({ version: ofVersion, clock: new VirtualClock(0) });
      for (const text of texts) session.receive(text);
      await Promise.resolve();
      const bad = counters.filter((counter) => counter === "bad-message").length;
      expect(closed.length > 0).toBe(bad > 20);
    },
  );

  test.prop([
    fc.string({ minLength: 1, maxLength: 36 }),
    fc.string({ minLength: 1, maxLength: 40 }),
    version,
  ])("what is written is read back", (id, action, ofVersion) => {
    const payload = { value: 1, list: [{ a: "b" }] };
    expect(readFrame(writeCall(id, action, payload), ofVersion)).toEqual({
      type: "call",
      id,
      action,
      payload,
    });
    expect(readFrame(writeResult(id, payload), ofVersion)).toEqual({ type: "result", id, payload });
  });

  it("takes OCPP 2.1's types 5 and 6, and only there", () => {
    const send = '[6,"a","NotifyPeriodicEventStream",{}]';
    const fault = '[5,"a","FormatViolation","why",{}]';
    expect(readFrame(send, "2.1").type).toBe("send");
    expect(readFrame(fault, "2.1")).toEqual({
      type: "result-error",
      id: "a",
      code: "FormatViolation",
      description: "why",
    });
    for (const ofVersion of ["1.6", "2.0.1"] as const) {
      expect(readFrame(send, ofVersion).type).toBe("bad");
      expect(readFrame(fault, ofVersion).type).toBe("bad");
    }
  });

  it.each([
    ["1.6", "{", null],
    ["2.0.1", "{", "RpcFrameworkError"],
    ["1.6", '[9,"a"]', null],
    ["2.1", '[9,"a"]', "MessageTypeNotSupported"],
    ["1.6", '[2,"a",7,{}]', "FormationViolation"],
    ["2.0.1", '[2,"a","Heartbeat",[]]', "FormatViolation"],
    ["1.6", '[2,"","Heartbeat",{}]', null],
    ["2.1", '[2,"","Heartbeat",{}]', "RpcFrameworkError"],
    ["2.1", '[3,"a","text"]', null],
  ] as const)("OCPP %s answers the bad message %s with %s", (ofVersion, text, code) => {
    const frame = readFrame(text, ofVersion);
    expect(frame.type).toBe("bad");
    const reply: unknown = frame.type === "bad" && frame.reply !== null ? JSON.parse(frame.reply) : null;
    expect(Array.isArray(reply) ? reply[2] : null).toBe(code);
  });
});
