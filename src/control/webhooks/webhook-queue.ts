import type { Delivery, Webhook, WebhookEvent } from "../../domain/webhook.js";
import { DAY_MS, SECOND_MS } from "../../domain/units.js";
import { askedPauseMs, type ToldAnswer, verdictOf } from "../../management/webhook-answers.js";
import type { Cancel } from "../../ports/clock.js";
import type { HttpAnswer, HttpSender } from "../../ports/http-sender.js";
import { type BatchParts, openDeliveryBatches } from "./delivery-batches.js";
import { createUntold } from "./untold.js";
import { createWaitingLine } from "./waiting-line.js";
import { deliveryOf, messageOf, type Sign } from "./webhook-message.js";
import { openWebhookPace } from "./webhook-pace.js";

/** Events that wait for one webhook; others make way. And those that are shown once they are over. */
const MOST_WAITING = 1_000;
const MOST_OVER = 50;
/** Since it was tried first, by time that passes. */
const GIVE_UP_MS = DAY_MS;
/** What is under way at the end has so long; it is told again in the next life. */
const STOP_WITHIN_MS = 2 * SECOND_MS;

export interface QueueParts extends BatchParts {
  readonly sender: HttpSender;
  readonly sign: Sign;
  /** Draws in [0, 1). */
  readonly random: () => number;
}

/** What one webhook is to be told, in order, each until it was taken or refused. */
export interface WebhookQueue {
  readonly add: (event: WebhookEvent) => void;
  /** Those that wait, and the newest that are over before them. */
  readonly deliveries: () => readonly Delivery[];
  /**
   * Tells no more and takes what waits off the disk, then does the last of it; where either fails it goes on as it
   * was, also with what it was told meanwhile.
   */
  readonly remove: (last: () => Promise<void>) => Promise<void>;
  /** Tells no more, and goes on taking events; resolves in bounded time, once nothing is under way. */
  readonly stopSending: () => Promise<void>;
  /** Takes no more either; resolves once all that waits is on disk, to be told in the next life. */
  readonly close: () => Promise<void>;
}

interface UnderWay {
  readonly done: Promise<void>;
  readonly ending: AbortController;
}

const collectionOf = (webhookId: string): string => `webhook-delivery/${webhookId}`;

const detailOf = (answer: HttpAnswer): string =>
  answer.kind === "answered" ? `answered ${answer.status}` : answer.why;
const toldOf = (answer: HttpAnswer): ToldAnswer =>
  answer.kind === "answered" ? answer : { status: null, retryAfter: null };

/** `gone` is told when the webhook takes nothing any more: what waited is given up by then. */
export const openWebhookQueue = async (
  parts: QueueParts,
  webhook: Webhook,
  gone: () => void,
): Promise<WebhookQueue> => {
  const { clock, sign } = parts;
  const over: Delivery[] = [];
  const batches = await openDeliveryBatches(parts, collectionOf(webhook.id), () => goOn());
  const untold = createUntold(parts, webhook.id);
  const line = createWaitingLine(batches.stored);
  const pace = openWebhookPace(clock, line.first());
  let underWay: UnderWay | null = null;
  let isSending = true;
  let isRemoved = false;
  let cancel: Cancel | null = null;

  const end = (delivery: Delivery): void => {
    line.remove(delivery);
    over.push({ ...delivery, nextMs: null });
    if (over.length > MOST_OVER) over.shift();
    batches.remove(delivery.id);
  };
  const giveUp = (delivery: Delivery, detail: string): void => {
    const untaken: Delivery = { ...delivery, state: "given-up", detail };
    end(untaken);
    untold.note(untaken);
  };
  const giveAllUp = (detail: string): void => line.all().forEach((one) => giveUp(one, detail));
  const makeRoom = (): void => {
    while (line.size() > MOST_WAITING) {
      const least = line.leastMissed();
      if (least === undefined) return;
      giveUp(least, `crowded out, as ${MOST_WAITING} wait`);
    }
  };

  const again = (tried: Delivery, told: ToldAnswer): void => {
    pace.rest(askedPauseMs(told, clock.now()), parts.random());
    if (tried.triedForMs >= GIVE_UP_MS) giveUp(tried, tried.detail ?? "");
    else line.changeFirst(tried);
    const first = line.first();
    if (first === undefined) return;
    // For a restart: whichever is first by then waits as long.
    const resting = { ...first, nextMs: pace.nextMs() };
    line.changeFirst(resting);
    batches.change(resting);
  };
  const after = (first: Delivery, answer: HttpAnswer): void => {
    const detail = detailOf(answer);
    const tried = pace.tried(first, detail);
    const told = toldOf(answer);
    const verdict = verdictOf(told);
    if (verdict === "again") return again(tried, told);
    pace.beWell();
    if (verdict === "taken") return end({ ...tried, state: "delivered" });
    if (verdict === "refused") return giveUp(tried, detail);
    line.changeFirst(tried);
    giveAllUp(detail);
    gone();
  };

  const send = async (first: Delivery, signal: AbortSignal): Promise<void> => {
    const answer = await parts.sender.post(messageOf(webhook, first, { sign, nowMs: clock.now(), signal }));
    // What was cut off is as it was: on disk, to be told again.
    if (signal.aborted) return;
    underWay = null;
    after(first, answer);
    goOn();
  };
  const goOn = (): void => {
    const first = line.first();
    if (!isSending || isRemoved || underWay !== null || first === undefined) return;
    cancel?.();
    // On disk first: nobody has heard of what a crash makes us forget.
    if (!batches.isWritten(first.id)) return;
    const pauseMs = pace.leftMs();
    if (pauseMs > 0) {
      cancel = clock.afterElapsed(pauseMs, goOn);
      return;
    }
    const ending = new AbortController();
    underWay = { done: send(first, ending.signal), ending };
  };
  const cutOff = (): void => {
    underWay?.ending.abort();
    underWay = null;
  };
  const stopSending = async (): Promise<void> => {
    isSending = false;
    cancel?.();
    if (underWay !== null) await within(parts, STOP_WITHIN_MS, underWay.done);
    cutOff();
  };

  if (webhook.goneMs !== null) giveAllUp("gone");
  makeRoom();
  goOn();
  return {
    add: (event) => {
      const delivery = deliveryOf(parts.newId(), event, pace.nextMs());
      line.push(delivery);
      batches.add(delivery);
      makeRoom();
    },
    deliveries: () => [...over, ...line.all().map((one) => ({ ...one, nextMs: pace.nextMs() }))],
    remove: async (last) => {
      isRemoved = true;
      cancel?.();
      cutOff();
      try {
        await batches.forget();
        await last();
      } catch (err) {
        isRemoved = false;
        batches.restore();
        throw err;
      }
      untold.say();
    },
    stopSending,
    close: async () => {
      await stopSending();
      untold.say();
      await batches.close();
    },
  };
};

/** Until it is over, and no longer than this. */
const within = ({ clock }: QueueParts, mostMs: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = clock.afterElapsed(mostMs, resolve);
    work.finally(cancel).then(resolve, reject);
  });
