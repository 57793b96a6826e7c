import { type Delivery, deliverySchema, type Webhook, type WebhookEvent } from "../../domain/webhook.js";
import { DAY_MS, SECOND_MS } from "../../domain/units.js";
import { pauseMs } from "../../management/webhook-events.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import type { HttpAnswer, HttpSender } from "../../ports/http-sender.js";
import type { Log } from "../contract.js";

/** Events that wait for one webhook, on disk; the oldest make way. And those that are shown once they are over. */
const MOST_WAITING = 1_000;
const MOST_OVER = 50;
const GIVE_UP_MS = DAY_MS;
const TIMEOUT_MS = 10 * SECOND_MS;

export interface QueueParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly sender: HttpSender;
  /** Signs for a webhook. */
  readonly sign: (webhookId: string, text: string) => string;
  readonly newId: () => string;
  /** Draws in [0, 1). */
  readonly random: () => number;
}

/** What one webhook is to be told, in order, each until it was taken. */
export interface WebhookQueue {
  readonly webhook: Webhook;
  readonly add: (event: WebhookEvent) => void;
  /** Those that wait, and the newest that are over before them. */
  readonly deliveries: () => readonly Delivery[];
  /** Forgets what waits, on disk too. */
  readonly remove: () => Promise<void>;
  /** Tells no more; resolves once what is under way is over. */
  readonly stop: () => Promise<void>;
}

const collectionOf = (webhookId: string): string => `webhook-delivery/${webhookId}`;

const bodyOf = ({ kind, atMs, siteId, stationId, data }: WebhookEvent): string =>
  JSON.stringify({ type: kind, timestamp: new Date(atMs).toISOString(), siteId, stationId, data });

const detailOf = (answer: HttpAnswer): string =>
  answer.kind === "answered" ? `answered ${answer.status}` : answer.why;
const isTaken = (answer: HttpAnswer): boolean =>
  answer.kind === "answered" && answer.status >= 200 && answer.status < 300;

export const openWebhookQueue = async (parts: QueueParts, webhook: Webhook): Promise<WebhookQueue> => {
  const { documents, clock, log, sender } = parts;
  const collection = collectionOf(webhook.id);
  const underWay = new Set<Promise<void>>();
  const over: Delivery[] = [];
  let waiting: Delivery[] = (await documents.list(collection)).flatMap(
    (stored) => deliverySchema.safeParse(stored).data ?? [],
  );
  let isSending = false;
  let isStopped = false;
  let cancel: Cancel | null = null;

  /** What the end waits for. */
  const track = (work: Promise<unknown>): void => {
    const tracked: Promise<void> = work
      .then(() => undefined)
      .catch((err: unknown) =>
        log.error({ webhookId: webhook.id, err }, "a webhook's queue could not be kept"),
      )
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const end = (delivery: Delivery): void => {
    waiting = waiting.filter(({ id }) => id !== delivery.id);
    over.push(delivery);
    if (over.length > MOST_OVER) over.shift();
    track(documents.remove(collection, delivery.id));
  };

  const giveUp = (delivery: Delivery, detail: string): void => {
    end({ ...delivery, state: "given-up", nextMs: null, detail });
    log.warn({ webhookId: webhook.id, kind: delivery.kind, detail }, "a webhook was not told");
  };

  const after = (delivery: Delivery, answer: HttpAnswer): void => {
    const nowMs = clock.now();
    const tries = delivery.tries + 1;
    const tried = { ...delivery, tries, detail: detailOf(answer) };
    if (isTaken(answer)) return end({ ...tried, state: "delivered", nextMs: null });
    if (nowMs - delivery.atMs >= GIVE_UP_MS) return giveUp(tried, tried.detail);
    const again = { ...tried, nextMs: nowMs + pauseMs(tries, parts.random()) };
    waiting = waiting.map((one) => (one.id === again.id ? again : one));
    // One that made way meanwhile stays away.
    if (waiting.includes(again)) track(documents.put(collection, again.id, again));
  };

  const send = async (delivery: Delivery): Promise<void> => {
    const timestamp = String(Math.floor(clock.now() / SECOND_MS));
    const signature = parts.sign(webhook.id, `${delivery.id}.${timestamp}.${delivery.body}`);
    const answer = await sender.post({
      url: webhook.url,
      headers: {
        "content-type": "application/json",
        "user-agent": "youxu",
        "webhook-id": delivery.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
      },
      body: delivery.body,
      timeoutMs: TIMEOUT_MS,
    });
    after(delivery, answer);
    isSending = false;
    goOn();
  };

  const goOn = (): void => {
    const [first] = waiting;
    if (isStopped || isSending || first === undefined) return;
    cancel?.();
    const pause = (first.nextMs ?? 0) - clock.now();
    if (pause > 0) cancel = clock.after(pause, goOn);
    else {
      isSending = true;
      track(send(first));
    }
  };

  goOn();
  return {
    webhook,
    add: (event) => {
      if (isStopped) return;
      const delivery: Delivery = {
        id: parts.newId(),
        kind: event.kind,
        body: bodyOf(event),
        atMs: event.atMs,
        state: "waiting",
        tries: 0,
        nextMs: clock.now(),
        detail: null,
      };
      waiting.push(delivery);
      // The first may be on its way.
      const crowdedOut = waiting.length > MOST_WAITING ? waiting[1] : undefined;
      if (crowdedOut !== undefined) giveUp(crowdedOut, "newer ones crowded it out");
      // On disk first: what waits outlives us.
      track(documents.put(collection, delivery.id, delivery).finally(goOn));
    },
    deliveries: () => [...over, ...waiting],
    remove: async () => {
      isStopped = true;
      cancel?.();
      for (const { id } of waiting.splice(0)) await documents.remove(collection, id);
    },
    stop: async () => {
      isStopped = true;
      cancel?.();
      await Promise.all(underWay);
    },
  };
};
