import { YouxuError } from "../../domain/errors.js";
import { nearest } from "../../domain/nearest.js";
import { type Webhook, type WebhookEvent, webhookSchema } from "../../domain/webhook.js";
import { isWanted } from "../../management/webhook-events.js";
import type { Webhooks } from "../../ports/webhooks.js";
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
  /** Tells nobody more; resolves once what is under way is over. */
  stop(): Promise<void>;
}

/** Who is told of what, on disk with what they are still to be told. */
export const openWebhooks = async (parts: WebhookParts): Promise<KeptWebhooks> => {
  const { documents, clock, log, sender } = parts;
  const queues = new Map<string, WebhookQueue>();
  for (const stored of await documents.list(COLLECTION)) {
    const read = webhookSchema.safeParse(stored);
    if (read.success) queues.set(read.data.id, await openWebhookQueue(parts, read.data));
    else log.error({ faults: read.error.issues.slice(0, 3) }, "a webhook cannot be read");
  }
  return {
    list: () => [...queues.values()].map(({ webhook }) => webhook),
    add: async (wanted, createdBy) => {
      const fault = sender.faultOf(wanted.url);
      if (fault !== null) throw new YouxuError("webhook.address", fault, "body.url");
      mustBeKnown(wanted.siteIds ?? [], parts.siteIds);
      if (queues.size >= MOST_WEBHOOKS)
        throw new YouxuError("webhook.too-many", `there are ${MOST_WEBHOOKS} already`, "body");
      const webhook: Webhook = { id: parts.newId(), ...wanted, createdBy, createdMs: clock.now() };
      await documents.put(COLLECTION, webhook.id, webhook);
      queues.set(webhook.id, await openWebhookQueue(parts, webhook));
      return { webhook, secret: parts.secretOf(webhook.id) };
    },
    remove: async (id) => {
      const queue = queues.get(id);
      if (queue === undefined) return false;
      await documents.remove(COLLECTION, id);
      queues.delete(id);
      await queue.remove();
      return true;
    },
    deliveries: (id) => queues.get(id)?.deliveries() ?? null,
    ping: async (id) => {
      const queue = queues.get(id);
      const event = { kind: "ping", atMs: clock.now(), siteId: null, stationId: null, data: {} } as const;
      queue?.add(event);
      return queue !== undefined;
    },
    tell: (event) => {
      for (const queue of queues.values()) if (isWanted(queue.webhook, event)) queue.add(event);
    },
    stop: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.stop()));
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
