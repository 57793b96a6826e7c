/** A server that stops in order tells in its next life of what came to an end while it stopped. */
import { afterEach, expect, it, vi } from "vitest";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { beginCharge } from "./charging-peer.js";
import { openServed, PILES, type ServedStage } from "./served-stage.js";
import { openReceiver, type Receiver } from "./webhook-receiver.js";

const webhooks = { privateAddresses: true };
let receiver: Receiver | null = null;
let stage: ServedStage | null = null;
afterEach(async () => {
  await stage?.close();
  receiver?.close();
});

/** A store that holds up what stations tell of their transactions, once it is told to. */
const holdingStore = () => {
  const ledger = createMemoryLedger();
  const held = new Map<string, () => void>();
  const hold = { isOn: false, held };
  const record: typeof ledger.record = async (event, ...more) => {
    if (hold.isOn) await new Promise<void>((resolve) => void held.set(event.stationId, resolve));
    return ledger.record(event, ...more);
  };
  const documents = createMemoryDocuments();
  return {
    hold,
    store: { ledger: { ...ledger, record }, telemetry: createMemoryTelemetry(), documents },
    /** What waits on disk for any of these webhooks. */
    waiting: async (id: string) => JSON.stringify(await documents.list(`webhook-delivery/${id}`)),
  };
};

it("of transactions that end while it stops, and of stations that it lets go", async () => {
  const { hold, store, waiting } = holdingStore();
  const told = await openReceiver();
  receiver = told;
  const before = await openServed({ store, webhooks });
  stage = before;
  const { body } = await before.ask("/webhooks", { url: told.url });
  const { id: webhookId } = body as { id: string };
  const ends = await Promise.all(
    PILES.map(async ({ id, version }) => beginCharge(await before.connect(id), version)),
  );
  await Promise.all(PILES.map(({ id }) => told.toldOf("transaction.started", id)));

  hold.isOn = true;
  const ended = Promise.allSettled(ends.map((end) => end()));
  await vi.waitUntil(() => hold.held.size === PILES.length);
  const draining = vi.spyOn(before.server.central, "close");
  const closed = before.server.close();
  await vi.waitUntil(() => draining.mock.calls.length > 0);
  const [first, ...others] = hold.held.values();
  first?.();
  // It could be told now, were anything told.
  await vi.waitUntil(async () => (await waiting(webhookId)).includes("transaction.ended"), 10_000);
  for (const release of others) release();
  await closed;
  await ended;
  const over = ["transaction.ended", "station.disconnected"];
  expect(told.events().filter(({ type }) => over.includes(type))).toEqual([]);

  hold.isOn = false;
  stage = await openServed({ store, webhooks });
  for (const { id } of PILES) for (const type of over) await told.toldOf(type, id);
  const ids = told.heard.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(told.events().filter(({ type }) => over.includes(type))).toHaveLength(6);
});
