import { YouxuError } from "../../domain/errors.js";
import { nearest } from "../../domain/nearest.js";
import { type Webhook, type WebhookEvent, webhookSchema } from "../../domain/webhook.js";
import { isWanted } from "../../management/webhook-events.js";
import type { Webhooks } from "../../ports/webhooks.js";
import { readStored } from "../read-stored.js";
import { openWebhookQueue, type QueueParts, type WebhookQueue } from "./webhook-queue.js";

const COLLECTION = "webhook";
const MOST_WEBHOOKS = 100;

export interface WebhookParts extends QueueParts {
  /** Of the sites that there are. */
  readonly siteIds: readonly string[];
  /** By which a webhook's signatures are checked. */
  readonly secretOf: (webhookId: string) => string;
}

export interface KeptWebhooks extends Webhooks {
  /** Whoever wants to know it is told. */
  tell(event: WebhookEvent): void;
  /** Tells nobody more, and goes on taking events; resolves in bounded time, once nothing is under way. */
  stopSending(): Promise<void>;
  /** Takes no more events either; resolves once all that waits is on disk, to be told in the next life. */
  close(): Promise<void>;
}

interface Told {
  readonly webhook: Webhook;
  readonly queue: WebhookQueue;
}

/** Who is told of what, on disk with what they are still to be told. */
export const openWebhooks = async (parts: WebhookParts): Promise<KeptWebhooks> => {
  const { documents, clock, log, sender } = parts;
  const all = new Map<string, Told>();
  let keeping: Promise<void> = Promise.resolve();
  let isSending = true;
  /** Ids that are being written down: each counts from the moment it is asked for. */
  const adding = new Set<string>();

  const keep = async (webhook: Webhook): Promise<void> => {
    try {
      await documents.put(COLLECTION, webhook.id, webhook);
    } catch (err) {
      log.error({ webhookId: webhook.id, err }, "that a webhook is gone could not be kept");
    }
  };
  const setGone = (id: string): void => {
    const told = all.get(id);
    // One that was taken away meanwhile stays away.
    if (told === undefined) return;
    const webhook = { ...told.webhook, goneMs: clock.now() };
    all.set(id, { ...told, webhook });
    log.warn({ webhookId: id }, "a webhook answered 410 (Gone): it is told no more");
    const kept = keep(webhook);
    keeping = keeping.then(() => kept);
  };
  const opened = async (webhook: Webhook): Promise<Told> => ({
    webhook,
    queue: await openWebhookQueue(parts, webhook, () => setGone(webhook.id)),
  });
  /** Each is there, and hears of what happens, until it is gone from the disk. */
  const removing = new Map<string, Promise<boolean>>();
  const takeAway = async ({ webhook: { id }, queue }: Told): Promise<boolean> => {
    try {
      // What waits goes first: nobody would ever take away what a crash left of a webhook that is no more.
      await queue.remove(async () => {
        await keeping;
        await documents.remove(COLLECTION, id);
      });
      return all.delete(id);
    } finally {
      removing.delete(id);
    }
  };

  const stopSending = async (): Promise<void> => {
    isSending = false;
    await Promise.all([...all.values()].map(({ queue }) => queue.stopSending()));
  };

  const known = { collection: COLLECTION, schema: webhookSchema, what: "a webhook" };
  for (const webhook of await readStored(parts, known)) all.set(webhook.id, await opened(webhook));
  return {
    list: () => [...all.values()].map(({ webhook }) => webhook),
    add: async (wanted, createdBy) => {
      const fault = sender.faultOf(wanted.url);
      if (fault !== null) throw new YouxuError("webhook.address", fault, "body.url");
      mustBeKnown(wanted.siteIds ?? [], parts.siteIds);
      if (all.size + adding.size >= MOST_WEBHOOKS)
        throw new YouxuError("webhook.too-many", `there are ${MOST_WEBHOOKS} already`, "body");
      const head = { id: parts.newId(), createdBy, createdMs: clock.now() };
      const webhook: Webhook = { ...head, ...wanted, goneMs: null };
      adding.add(webhook.id);
      try {
        const told = await opened(webhook);
        await documents.put(COLLECTION, webhook.id, webhook);
        if (!isSending) await told.queue.stopSending();
        all.set(webhook.id, told);
      } finally {
        adding.delete(webhook.id);
      }
      return { webhook, secret: parts.secretOf(webhook.id) };
    },
    remove: async (id) => {
      const told = all.get(id);
      if (told === undefined) return false;
      const removed = removing.get(id) ?? takeAway(told);
      removing.set(id, removed);
      return removed;
    },
    deliveries: (id) => all.get(id)?.queue.deliveries() ?? null,
    ping: async (id) => {
      const told = all.get(id);
      if (told === undefined) return false;
      if (told.webhook.goneMs !== null) throw new YouxuError("webhook.gone", `"${id}" is gone`, "params.id");
      told.queue.add({ kind: "ping", atMs: clock.now(), siteId: null, stationId: null, data: {} });
      return true;
    },
    tell: (event) => {
      for (const { webhook, queue } of all.values()) if (isWanted(webhook, event)) queue.add(event);
    },
    stopSending,
    close: async () => {
      const stopped = stopSending();
      // One that could not be taken away is closed with the others.
      await Promise.allSettled(removing.values());
      await stopped;
      await Promise.all([...all.values()].map(({ queue }) => queue.close()));
      await keeping;
    },
  };
};

/** Of a site that is not there nobody would ever be told anything. */
const mustBeKnown = (siteIds: readonly string[], known: readonly string[]): void => {
  const strange = siteIds.find((id) => !known.includes(id));
  if (strange === undefined) return;
  const near = nearest(strange, known);
  const advice = near === null ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
  throw new YouxuError("not-found.site", `no site "${strange}"; ${advice}`, "body.siteIds");
};
