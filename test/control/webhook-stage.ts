import { z } from "zod";
import { openWebhooks } from "../../src/control/webhooks/webhook-book.js";
import type { NewWebhook, WebhookEvent } from "../../src/domain/webhook.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { HttpAnswer, HttpMessage } from "../../src/ports/http-sender.js";
import type { JumpingClock } from "../fixtures/jumping-clock.js";

export const answered = (status: number, retryAfter: string | null = null): HttpAnswer => ({
  kind: "answered",
  status,
  retryAfter,
});
export const UNAVAILABLE = answered(503);

/** Memory that counts what is written, and may hold up or refuse what is written, taken away and read. */
export const countingDocuments = () => {
  const documents = createMemoryDocuments();
  const disk = {
    writes: 0,
    before: async (): Promise<void> => undefined,
    beforeRemoval: async (_collection: string): Promise<void> => undefined,
    beforeReading: async (): Promise<void> => undefined,
  };
  const counted: Documents = {
    ...documents,
    put: async (collection, id, document) => {
      disk.writes++;
      const text: unknown = JSON.parse(JSON.stringify(document));
      await disk.before();
      await documents.put(collection, id, text);
    },
    remove: async (collection, id) => {
      disk.writes++;
      await disk.beforeRemoval(collection);
      return documents.remove(collection, id);
    },
    list: async (collection) => {
      await disk.beforeReading();
      return documents.list(collection);
    },
  };
  return { disk, documents: counted };
};

const batchSchema = z.object({ deliveries: z.array(z.object({ body: z.string(), tries: z.int() })) });
const stationSchema = z.object({ stationId: z.string().nullable() });

/** Stations of the events that wait on disk for a webhook, by document. */
export const batchesOf = async (documents: Documents, webhookId: string): Promise<string[][]> =>
  (await documents.list(`webhook-delivery/${webhookId}`)).map((stored) =>
    batchSchema
      .parse(stored)
      .deliveries.map(({ body }) => `${stationSchema.parse(JSON.parse(body)).stationId}`),
  );

export const ALL: NewWebhook = { url: "https://host/told", kinds: null, siteIds: null };
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};
export const event = (name: string, change: Partial<WebhookEvent> = {}): WebhookEvent => ({
  kind: "station.connected",
  atMs: 0,
  siteId: "home",
  stationId: name,
  data: {},
  ...change,
});

export const lifeOf = async (
  documents = createMemoryDocuments(),
  clock: VirtualClock | JumpingClock = new VirtualClock(0),
  answer: () => HttpAnswer | Promise<HttpAnswer> = () => answered(204),
) => {
  const passing = "passing" in clock ? clock.passing : clock;
  const sent: HttpMessage[] = [];
  const life = { answer };
  const warned: object[] = [];
  let made = 0;
  const log = {
    info: () => undefined,
    warn: (fields: object) => void warned.push(fields),
    error: () => undefined,
  };
  const webhooks = await openWebhooks({
    documents,
    clock,
    log,
    sender: {
      faultOf: (url) => (url.includes("private") ? "it is private" : null),
      post: async (message) => {
        sent.push(message);
        return life.answer();
      },
    },
    sign: (id, text) => `signed by ${id}: ${text}`,
    secretOf: (id) => `secret of ${id}`,
    newId: () => `id${++made}-${clock.now()}`,
    random: () => 0.5,
    siteIds: ["home", "work", "depot"],
  });
  return {
    life,
    sent,
    warned,
    webhooks,
    documents,
    clock,
    names: () => sent.map(({ body }) => String(JSON.parse(body)["stationId"])),
    tell: async (...events: WebhookEvent[]) => {
      events.forEach((one) => webhooks.tell(one));
      await settle();
    },
    /** So much of time that passes, whatever the date is. */
    until: async (toMs: number) => {
      while (passing.step(toMs)) await settle();
      await settle();
    },
  };
};

/** A receiver that answers when it is told to. */
export const held = () => {
  const answers: ((answer: HttpAnswer) => void)[] = [];
  const answer = (): Promise<HttpAnswer> => new Promise((resolve) => void answers.push(resolve));
  return { answers, answer };
};
/** A life with one webhook whose writes are counted from now on. */
export const withOne = async () => {
  const { disk, documents } = countingDocuments();
  const life = await lifeOf(documents);
  const { webhook } = await life.webhooks.add(ALL, "me");
  disk.writes = 0;
  return { ...life, disk, webhookId: webhook.id };
};
