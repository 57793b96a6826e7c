import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLiveHub, type Frame } from "../../src/server/live-hub.js";
import { openSse } from "../../src/server/sse.js";
import { fakeOperations } from "./fake-operations.js";
import { bearer, type Harness, startHarness } from "./harness.js";

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads events off a socket, one at a time. */
const reader = (response: Response) => {
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async (): Promise<Event | null> => {
    for (;;) {
      const match = /id: (.*)\nevent: (.*)\ndata: (.*)\n\n/.exec(text);
      if (match !== null) {
        text = text.slice(match.index + match[0].length);
        return { id: match[1] ?? "", event: match[2] ?? "", data: match[3] ?? "" };
      }
      const next = await chunks?.read();
      if (next === undefined || next.done) return null;
      text += next.value;
    }
  };
};

describe("the stream, over a socket", () => {
  let harness: Harness;
  let address: string;
  beforeEach(async () => {
    harness = await startHarness();
    const root = await harness.app.listen({ port: 0, host: "127.0.0.1" });
    address = `${root}/api/v1/sites/jinan/live/stream`;
  });
  afterEach(() => harness.app.close());

  it("sends the whole state at once and again when it changed", async () => {
    const response = await fetch(address, { headers: bearer("read") });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const next = reader(response);
    const first = await next();
    expect(first?.event).toBe("live");
    expect(JSON.parse(first?.data ?? "")).toEqual(harness.operations.state);
    harness.operations.state = { ...harness.operations.state, evKw: 1.5 };
    harness.operations.poke();
    const second = await next();
    expect(JSON.parse(second?.data ?? "").evKw).toBe(1.5);
    expect(second?.id).not.toBe(first?.id);
  });

  it("a reader that comes back with the newest id is sent nothing until something changes", async () => {
    const keep = reader(await fetch(address, { headers: bearer("read") }));
    const first = await keep();
    const again = await fetch(address, { headers: { ...bearer("read"), "last-event-id": first?.id ?? "" } });
    harness.operations.state = { ...harness.operations.state, evKw: 2.5 };
    harness.operations.poke();
    expect(JSON.parse((await reader(again)())?.data ?? "").evKw).toBe(2.5);
  });

  it("a reader that was away is sent the state", async () => {
    const headers = { ...bearer("read"), "last-event-id": "of-another-run.7" };
    expect(await reader(await fetch(address, { headers }))()).not.toBeNull();
  });

  it("when a reader leaves, nothing listens any more", async () => {
    const leave = new AbortController();
    await reader(await fetch(address, { headers: bearer("read"), signal: leave.signal }))();
    expect(harness.operations.listeners()).toBe(1);
    leave.abort();
    await expect.poll(() => harness.operations.listeners()).toBe(0);
  });

  it("closing the server ends the streams", async () => {
    const next = reader(await fetch(address, { headers: bearer("read") }));
    await next();
    await harness.app.close();
    expect(await next()).toBeNull();
  });

  it("a connection on which nothing was said does not hold up closing", async () => {
    const { port, hostname } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const closed = once(socket, "close");
    await harness.app.close();
    await closed;
  });

  it("demands a token like the rest", async () => {
    const response = await fetch(address);
    expect([response.status, await response.json()]).toMatchObject([401, { code: "auth.missing" }]);
  });
});

/** Lets every microtask and due timer run. */
const settle = (delayMs = 0) => new Promise((resolve) => setTimeout(resolve, delayMs));
const bigFrame = (id: number): Frame => ({ id: String(id), json: JSON.stringify("x".repeat(40_000) + id) });

describe("the hub", () => {
  const log = { error: () => {} };

  it("makes one frame for all readers, the same object", async () => {
    const operations = fakeOperations();
    const hub = createLiveHub({ operations, log });
    const seen: Frame[] = [];
    hub.subscribe("jinan", (frame) => seen.push(frame), null);
    hub.subscribe("jinan", (frame) => seen.push(frame), null);
    await settle();
    expect(operations.made).toBe(1);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });

  it("a thousand changes at once are one frame now and one after the pause", async () => {
    const operations = fakeOperations();
    const hub = createLiveHub({ operations, log, minIntervalMs: 20 });
    const seen: Frame[] = [];
    hub.subscribe("jinan", (frame) => seen.push(frame), null);
    for (let change = 0; change < 1_000; change++) operations.poke();
    await expect.poll(() => seen.length).toBe(2);
    await settle(60);
    expect(seen).toHaveLength(2);
  });

  it("makes nothing while nobody looks", async () => {
    const operations = fakeOperations();
    const hub = createLiveHub({ operations, log, minIntervalMs: 1 });
    const leave = hub.subscribe("jinan", () => {}, null);
    await settle();
    leave();
    leave();
    const before = operations.made;
    operations.poke();
    await settle(10);
    expect(operations.made).toBe(before);
    expect(operations.listeners()).toBe(0);
  });

  it("survives a state that could not be made", async () => {
    const operations = fakeOperations();
    const errors: unknown[] = [];
    const hub = createLiveHub({
      operations,
      log: { error: (fields: unknown) => errors.push(fields) },
      minIntervalMs: 1,
    });
    const seen: Frame[] = [];
    operations.live = () => Promise.reject(new Error("not now"));
    hub.subscribe("jinan", (frame) => seen.push(frame), null);
    await settle();
    expect([seen.length, errors.length]).toEqual([0, 1]);
    operations.live = async () => operations.state;
    operations.poke();
    await expect.poll(() => seen.length).toBe(1);
  });
});

describe("a slow reader", () => {
  it("gets the newest frame, and holds no more than one", async () => {
    const channel = openSse();
    const { stream } = channel;
    for (let id = 0; id < 500; id++) channel.push(bigFrame(id));
    expect(stream.readableLength + stream.writableLength).toBeLessThan(200_000);
    let text = "";
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text).toContain("id: 499\n");
    expect(text.match(/^id: /gm)?.length).toBeLessThan(5);
    stream.destroy();
  });
});
