import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Reply } from "../../src/ocpp/session/contract.js";
import { createCallWindow } from "../../src/ocpp/session/window.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createJumpingClock } from "../fixtures/jumping-clock.js";
import { bench, settle } from "./bench.js";

const heartbeat = (id: string): string => JSON.stringify([2, id, "Heartbeat", {}]);
const call = (clock: VirtualClock, over: object = {}) => ({
  action: "Reset",
  payload: { type: "Soft" },
  deadlineMs: clock.now() + 30_000,
  key: null,
  ...over,
});
const currentTime: Reply = { payload: { currentTime: "2026-01-01T00:00:00Z" } };

describe("inbound", () => {
  test.prop([fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 })])(
    "answers come in the order of the messages, however long each takes",
    async (delays) => {
      const turns = [...delays];
      const { session, sent } = bench({
        clock: new VirtualClock(0),
        async handle() {
          for (let turn = turns.shift() ?? 0; turn > 0; turn -= 1) await settle();
          return currentTime;
        },
      });
      delays.forEach((_, index) => session.receive(heartbeat(`m${index}`)));
      for (let turn = 0; turn < 60 && session.inbound() > 0; turn += 1) await settle();
      expect(sent.map((message) => message[1])).toEqual(delays.map((_, index) => `m${index}`));
    },
  );

  it("a handler that rejects gives InternalError, and the next message is handled", async () => {
    let fail = true;
    const { session, sent } = bench({
      clock: new VirtualClock(0),
      handle: () => (fail ? Promise.reject(new Error("disk")) : Promise.resolve(currentTime)),
    });
    session.receive(heartbeat("a"));
    await settle();
    fail = false;
    session.receive(heartbeat("b"));
    await settle();
    expect(sent.map((message) => [message[0], message[1], message[2]])).toEqual([
      [4, "a", "InternalError"],
      [3, "b", currentTime.payload],
    ]);
  });

  it("an answer of ours that breaks its schema is not sent", async () => {
    const { session, sent, counters } = bench({
      clock: new VirtualClock(0),
      handle: () => Promise.resolve({ payload: { currentTime: 7 } }),
    });
    session.receive(heartbeat("a"));
    await settle();
    expect(sent.map((message) => message.slice(0, 3))).toEqual([[4, "a", "InternalError"]]);
    expect(counters).toEqual(["fault"]);
  });

  it("a SEND is handled and not answered", async () => {
    const handled: string[] = [];
    const { session, sent } = bench({
      version: "2.1",
      clock: new VirtualClock(0),
      handle: (action) => {
        handled.push(action);
        return Promise.resolve({ payload: {} });
      },
    });
    const stream = { id: 1, pending: 0, basetime: "2026-01-01T00:00:00Z", data: [{ t: 0, v: "1" }] };
    session.receive(JSON.stringify([6, "s", "NotifyPeriodicEventStream", stream]));
    await settle();
    expect(handled).toEqual(["NotifyPeriodicEventStream"]);
    expect(sent).toEqual([]);
  });
});

describe("outbound", () => {
  it("has one call in flight; the next goes when it is answered", async () => {
    const clock = new VirtualClock(0);
    const { session, sent, answer } = bench({ clock });
    const first = session.call(call(clock));
    const second = session.call(call(clock, { payload: { type: "Hard" } }));
    expect(sent).toHaveLength(1);
    answer({ status: "Accepted" });
    expect(await first).toEqual({ kind: "result", payload: { status: "Accepted" } });
    expect(sent).toHaveLength(2);
    answer({ status: "Rejected" });
    expect(await second).toEqual({ kind: "result", payload: { status: "Rejected" } });
  });

  it("is not sent between a message and its answer", async () => {
    const clock = new VirtualClock(0);
    const release: (() => void)[] = [];
    const held = new Promise<void>((resolve) => {
      release.push(resolve);
    });
    const { session, sent } = bench({
      clock,
      handle: async () => {
        await held;
        return currentTime;
      },
    });
    session.receive(heartbeat("a"));
    void session.call(call(clock));
    await settle();
    expect(sent).toEqual([]);
    release[0]?.();
    await settle();
    expect(sent.map((message) => message[0])).toEqual([3, 2]);
  });

  it("of waiting calls with one key only the newest is sent; the others resolve as superseded", async () => {
    const clock = new VirtualClock(0);
    const { session, sent, answer } = bench({ clock });
    const blocking = session.call(call(clock));
    const older = session.call(call(clock, { key: "1/session" }));
    const other = session.call(call(clock, { key: "2/session" }));
    const newer = session.call(call(clock, { key: "1/session" }));
    expect(await older).toEqual({ kind: "superseded" });
    for (const _ of [blocking, other, newer]) {
      answer({ status: "Accepted" });
      await settle();
    }
    expect((await newer).kind).toBe("result");
    expect(sent).toHaveLength(3);
  });

  it("strictly validates what is sent", async () => {
    const clock = new VirtualClock(0);
    const { session, sent } = bench({ clock });
    expect(await session.call(call(clock, { payload: { type: "Gentle" } }))).toMatchObject({
      kind: "invalid",
    });
    expect(sent).toEqual([]);
  });

  it("a CALLERROR is an outcome, an answer that breaks its schema too", async () => {
    const clock = new VirtualClock(0);
    const { session, sent, answer } = bench({ clock, version: "2.1" });
    const first = session.call(call(clock, { payload: { type: "Immediate" } }));
    session.receive(JSON.stringify([4, sent[0]?.[1], "NotSupported", "no", {}]));
    expect(await first).toEqual({ kind: "error", code: "NotSupported", description: "no" });
    const second = session.call(call(clock, { payload: { type: "Immediate" } }));
    answer({ state: "Accepted" });
    expect(await second).toMatchObject({ kind: "error", code: "OccurenceConstraintViolation" });
    expect(sent.at(-1)?.slice(0, 3)).toEqual([5, sent[1]?.[1], "OccurrenceConstraintViolation"]);
  });

  it("answers to unknown and to expired calls are ignored and counted", async () => {
    const clock = new VirtualClock(0);
    const { session, counters, answer } = bench({ clock });
    session.receive(JSON.stringify([3, "never", {}]));
    const late = session.call(call(clock));
    clock.step(30_000);
    expect(await late).toEqual({ kind: "timeout" });
    answer({ status: "Accepted" });
    session.receive(JSON.stringify([4, "never", "GenericError", "", {}]));
    expect(counters).toEqual(["unknown-answer", "unknown-answer", "unknown-answer"]);
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 })])(
    "to a silent peer every call is over by its own deadline, the wait in the queue included",
    async (seconds) => {
      const clock = new VirtualClock(0);
      const { session } = bench({ clock });
      const overMs: number[] = [];
      const calls = seconds.map((one, index) =>
        session.call(call(clock, { deadlineMs: one * 1_000 })).then((result) => {
          overMs[index] = clock.now();
          return result.kind;
        }),
      );
      while (clock.step(60_000)) await settle();
      expect(new Set(await Promise.all(calls))).toEqual(new Set(["timeout"]));
      expect(overMs).toEqual(seconds.map((one) => one * 1_000));
    },
  );

  it.each([-3_600_000, 60_000, 86_400_000])(
    "a call is over when its time has passed, though the date jumps by %i ms meanwhile",
    async (byMs) => {
      const clock = createJumpingClock();
      const { session, answer } = bench({ clock });
      const deadlineMs = 30_000;
      const [answered, silent] = [0, 0].map(() =>
        session
          .call({ ...call(clock.passing), deadlineMs })
          .then((result) => ({ result, atMs: clock.elapsed() })),
      );
      while (clock.passing.step(10_000)) await settle();
      clock.jump(byMs);
      await settle();
      answer({ status: "Accepted" });
      await settle();
      while (clock.passing.step(60_000)) await settle();
      expect(await answered).toMatchObject({ atMs: 10_000, result: { kind: "result" } });
      expect(await silent).toEqual({ atMs: deadlineMs, result: { kind: "timeout" } });
    },
  );

  it("a silent peer is answered all the same", async () => {
    const clock = new VirtualClock(0);
    const { session, sent } = bench({ clock, handle: () => Promise.resolve(currentTime) });
    void session.call(call(clock));
    session.receive(heartbeat("a"));
    await settle();
    expect(sent.map((message) => message[0])).toEqual([2, 3]);
  });

  it("when the connection ends the call in flight may have been carried out, the others were never sent", async () => {
    const clock = new VirtualClock(0);
    const { session } = bench({ clock });
    const calls = [session.call(call(clock)), session.call(call(clock))];
    session.end();
    session.end();
    expect(await Promise.all([...calls, session.call(call(clock))])).toEqual([
      { kind: "cut" },
      { kind: "offline" },
      { kind: "offline" },
    ]);
    expect(session.outbound()).toBe(0);
  });
});

describe("the window over all stations", () => {
  test.prop([fc.integer({ min: 1, max: 4 }), fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 })])(
    "never has more calls in flight than places, and starves nobody",
    async (places, stations) => {
      const clock = new VirtualClock(0);
      const window = createCallWindow(places);
      const benches = Array.from({ length: 6 }, () => bench({ clock, window }));
      const results = stations.flatMap((index) => benches[index]?.session.call(call(clock)) ?? []);
      benches[0]?.session.end();
      for (let round = 0; round < 100 && window.inFlight() > 0; round += 1) {
        expect(window.inFlight()).toBeLessThanOrEqual(places);
        for (const one of benches)
          if (one.session.outbound() > 0 && one.sent.length > 0) one.answer({ status: "Accepted" });
        await settle();
      }
      expect(window.inFlight()).toBe(0);
      const kinds = await Promise.all(results);
      expect(kinds.every((one) => ["result", "cut", "offline"].includes(one.kind))).toBe(true);
    },
  );
});

describe("bounds on what a peer may send", () => {
  it("closes after too many bad messages, binary ones included", () => {
    const { session, closed, counters } = bench({
      clock: new VirtualClock(0),
      settings: { maxBadMessages: 3 },
    });
    for (const text of ["{", null, "[]", "x", "y", "z"]) session.receive(text);
    expect(closed).toEqual([{ code: 1008, reason: "too many bad messages" }]);
    expect(counters).toHaveLength(4);
  });

  it("stops reading when the bucket is empty and goes on when it has filled", () => {
    const clock = new VirtualClock(0);
    const { session, flow, counters } = bench({
      clock,
      settings: { messageBurst: 10, messagesPerSecond: 5 },
    });
    for (let index = 0; index < 12; index += 1) session.receive(heartbeat(`m${index}`));
    expect(flow).toEqual(["pause"]);
    clock.step(10_000);
    expect(clock.now()).toBe(1_000);
    expect(flow).toEqual(["pause", "resume"]);
    expect(counters.filter((counter) => counter === "throttled")).toHaveLength(1);
  });

  it("closes when more messages wait than may", () => {
    const { session, closed } = bench({
      clock: new VirtualClock(0),
      handle: () => new Promise(() => undefined),
      settings: { maxInboundQueue: 5 },
    });
    for (let index = 0; index < 20; index += 1) session.receive(heartbeat(`m${index}`));
    expect(closed).toEqual([{ code: 1008, reason: "too many messages wait" }]);
    expect(session.inbound()).toBeLessThanOrEqual(1);
  });

  it("refuses a call when too many wait", async () => {
    const clock = new VirtualClock(0);
    const { session } = bench({ clock, settings: { maxOutboundQueue: 2 } });
    const calls = Array.from({ length: 4 }, () => session.call(call(clock)));
    expect(await calls[3]).toMatchObject({ kind: "error", description: "too many calls wait" });
    session.end();
  });
});
