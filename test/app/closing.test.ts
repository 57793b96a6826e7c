/** The end of a server: each step of it is taken, and nothing waits any more. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { allOver, everyStep } from "../../src/app/every-step.js";
import { type Cancel, type Clock, WallClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { openServed } from "./served-stage.js";
import { openReceiver, type Receiver } from "./webhook-receiver.js";

let receiver: Receiver | null = null;
afterEach(() => receiver?.close());

const storeOf = (documents: Documents) => ({
  ledger: createMemoryLedger(),
  telemetry: createMemoryTelemetry(),
  documents,
});

/** The wall clock, and how many of its timers wait. */
const countedClock = () => {
  const wall = new WallClock();
  const waiting = new Set<symbol>();
  const counted =
    (after: Clock["after"]): Clock["after"] =>
    (delayMs, run): Cancel => {
      const timer = Symbol(`${delayMs} ms`);
      waiting.add(timer);
      const cancel = after(delayMs, () => {
        waiting.delete(timer);
        run();
      });
      return () => {
        waiting.delete(timer);
        cancel();
      };
    };
  const clock: Clock = {
    now: () => wall.now(),
    elapsed: () => wall.elapsed(),
    after: counted((delayMs, run) => wall.after(delayMs, run)),
    afterElapsed: counted((delayMs, run) => wall.afterElapsed(delayMs, run)),
  };
  return { clock, waiting: () => [...waiting].map(String) };
};

describe("a server that is closed", () => {
  it("leaves no timer behind, also where a task was just being written down", async () => {
    const documents = createMemoryDocuments();
    const written: (() => void)[] = [];
    const { clock, waiting } = countedClock();
    const served = await openServed({
      clock,
      store: storeOf({
        ...documents,
        put: async (collection, id, document) => {
          if (collection === "station-task") await new Promise<void>((resolve) => written.push(resolve));
          return documents.put(collection, id, document);
        },
      }),
    });
    const command = { kind: "reset", how: "soft", evseId: null };
    const begun = served.ask("/tasks", { command, selection: {}, waitForOfflineS: 604_800 });
    await vi.waitUntil(() => written.length > 0, 30_000);
    expect(waiting()).not.toEqual([]);
    const draining = vi.spyOn(served.server.central, "close");
    const closed = served.close();
    await vi.waitUntil(() => draining.mock.calls.length > 0, 30_000);
    written.splice(0).forEach((taken) => taken());
    expect((await begun).status).toBe(201);
    await closed;
    expect(waiting()).toEqual([]);
  });

  it("keeps what is to be told in its next life, also where a step of its end failed", async () => {
    const documents = createMemoryDocuments();
    receiver = await openReceiver();
    const served = await openServed({ store: storeOf(documents), webhooks: { privateAddresses: true } });
    const { body } = await served.ask("/webhooks", { url: receiver.url });
    const { id } = body as { id: string };
    await served.connect("old-16");
    const close = served.server.central.close.bind(served.server.central);
    vi.spyOn(served.server.central, "close").mockImplementation(async () => {
      await close();
      throw new Error("a station would not go");
    });
    await expect(served.server.close()).rejects.toThrow("a station would not go");
    const waits = JSON.stringify(await documents.list(`webhook-delivery/${id}`));
    expect(waits).toContain("station.disconnected");
    await expect(fetch(served.server.url)).rejects.toThrow("fetch failed");
  });
});

describe("steps", () => {
  const fails = (why: string) => async () => {
    throw new Error(why);
  };

  it.each<[string[], string | null]>([
    [[], null],
    [["a"], "a"],
    [["a", "b"], "a; b"],
  ])("of which %j fail are all taken, and %j is thrown", async (failing, thrown) => {
    const taken: string[] = [];
    const steps = ["a", "x", "b", "y"].map((name) => async () => {
      taken.push(name);
      if (failing.includes(name)) await fails(name)();
    });
    const outcome = await everyStep(steps).catch((error: unknown) => error);
    expect(outcome).toEqual(thrown === null ? undefined : expect.objectContaining({ message: thrown }));
    expect(taken).toEqual(["a", "x", "b", "y"]);
  });

  it("that are under way at once are all over, also where the first fails", async () => {
    let isOver = false;
    const late = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void (isOver = true));
    await expect(allOver([fails("a")(), late])).rejects.toThrow("a");
    expect(isOver).toBe(true);
  });
});
