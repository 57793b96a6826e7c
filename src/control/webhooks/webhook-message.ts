import { SECOND_MS } from "../../domain/units.js";
import type { Delivery, Webhook, WebhookEvent } from "../../domain/webhook.js";
import type { HttpMessage } from "../../ports/http-sender.js";

const TIMEOUT_MS = 10 * SECOND_MS;

/** An event that is to be told from a time on. */
export const deliveryOf = (id: string, event: WebhookEvent, nextMs: number): Delivery => ({
  id,
  kind: event.kind,
  body: bodyOf(event),
  atMs: event.atMs,
  siteId: event.siteId,
  stationId: event.stationId,
  state: "waiting",
  tries: 0,
  firstTriedMs: null,
  triedForMs: 0,
  nextMs,
  detail: null,
});

const bodyOf = ({ kind, atMs, siteId, stationId, data }: WebhookEvent): string =>
  JSON.stringify({ type: kind, timestamp: new Date(atMs).toISOString(), siteId, stationId, data });

/** Signs for a webhook. */
export type Sign = (webhookId: string, text: string) => string;

/** As standardwebhooks.com has it. */
export const messageOf = (
  { id: webhookId, url }: Webhook,
  { id, body }: Delivery,
  { sign, nowMs, signal }: { readonly sign: Sign; readonly nowMs: number; readonly signal: AbortSignal },
): HttpMessage => {
  const headers = signedHeaders({ id, body }, nowMs, (text) => sign(webhookId, text));
  return { url, headers, body, timeoutMs: TIMEOUT_MS, signal };
};

/** By which the other side knows who sent a body, and when. */
export const signedHeaders = (
  { id, body }: { readonly id: string; readonly body: string },
  nowMs: number,
  sign: (text: string) => string,
): Record<string, string> => {
  const timestamp = String(Math.floor(nowMs / SECOND_MS));
  return {
    "content-type": "application/json",
    "user-agent": "youxu",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": sign(`${id}.${timestamp}.${body}`),
  };
};
