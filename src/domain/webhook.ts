import { z } from "zod";
import { epochTime } from "./station-file/time.js";

/** What a webhook can be told of. */
export const WEBHOOK_KINDS = [
  "station.connected",
  "station.disconnected",
  "station.booted",
  "station.event",
  "evse.faulted",
  "station.job",
  "transaction.started",
  "transaction.ended",
  "limit.exceeded",
  "limit.kept",
  "notice",
  "task.ended",
  "ping",
] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** Something that webhooks are told of. */
export interface WebhookEvent {
  readonly kind: WebhookKind;
  readonly atMs: number;
  /** null: of none in particular. */
  readonly siteId: string | null;
  readonly stationId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

const kinds = z
  .array(z.enum(WEBHOOK_KINDS))
  .min(1)
  .max(WEBHOOK_KINDS.length)
  .nullable()
  .default(null)
  .describe("Of what it is told; null: of all");
const siteIds = z
  .array(z.string().min(1).max(128))
  .min(1)
  .max(1_000)
  .nullable()
  .default(null)
  .describe("Only of these sites; null: of all");
const url = z
  .string()
  .max(2_000)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    "an address of http or https",
  )
  .refine((text) => !URL.canParse(text) || new URL(text).username === "", "no user and no password")
  .describe("Where to: https, without user and password");

export const newWebhookSchema = z
  .strictObject({ url, kinds, siteIds })
  .meta({ id: "NewWebhook", description: "Who is told of what" });
export type NewWebhook = z.infer<typeof newWebhookSchema>;

export const webhookSchema = z
  .object({
    id: z.string().describe("To take it away by"),
    url,
    kinds,
    siteIds,
    createdBy: z.string().describe("Name of the token by which it was added"),
    createdMs: epochTime("When it was added"),
    goneMs: epochTime("When it answered 410 (Gone)")
      .nullable()
      .default(null)
      .describe("When it answered 410 (Gone): it is told no more; null: it is told"),
  })
  .meta({ id: "Webhook", description: "Who is told of what" });
export type Webhook = z.infer<typeof webhookSchema>;

/** One event on its way to one webhook. */
export const deliverySchema = z
  .object({
    id: z.string().describe("The same at every try: header webhook-id"),
    kind: z.enum(WEBHOOK_KINDS).describe("Of the event"),
    body: z.string().describe("As it is sent, JSON"),
    atMs: epochTime("When the event was"),
    // Those of before these were kept count as of none.
    siteId: z.string().nullable().default(null).describe("Of which site; null: of none in particular"),
    stationId: z.string().nullable().default(null).describe("Of which station; null: of none in particular"),
    state: z
      .enum(["waiting", "delivered", "given-up"])
      .describe(
        "waiting: to be tried, or tried again; given-up: refused, not taken within its time, or crowded out",
      ),
    tries: z.int().describe("So far"),
    // Those of before it was kept count from their next try.
    firstTriedMs: epochTime("When it was tried first")
      .nullable()
      .default(null)
      .describe("When it was tried first, as the clock stood at its last try; null: it was not yet"),
    triedForMs: z
      .int()
      .min(0)
      .default(0)
      .describe("How much time passed from its first try to its last: from a day on it is given up"),
    nextMs: epochTime("When it is tried next, at the earliest").nullable().describe("null: no more"),
    detail: z.string().nullable().describe("What the last try came to; null: none yet"),
  })
  .meta({ id: "WebhookDelivery", description: "An event on its way to a webhook" });
export type Delivery = z.infer<typeof deliverySchema>;

/** Those of a webhook that came at about one time, as they stand on disk; each is read by itself. */
export const deliveryBatchSchema = z.object({ id: z.string(), deliveries: z.array(z.unknown()) });
