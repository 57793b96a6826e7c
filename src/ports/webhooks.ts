import type { Delivery, NewWebhook, Webhook } from "../domain/webhook.js";

/** Who is told of what happens, by HTTP. */
export interface Webhooks {
  readonly list: () => readonly Webhook[];
  /** `secret` signs what it is told, and is shown this once. */
  readonly add: (wanted: NewWebhook, createdBy: string) => Promise<{ webhook: Webhook; secret: string }>;
  /** False where there is none of this id. */
  readonly remove: (id: string) => Promise<boolean>;
  /** Those that wait, and the newest that are over; null: there is none of this id. */
  readonly deliveries: (id: string) => readonly Delivery[] | null;
  /** Tells it of nothing in particular; false where there is none of this id. */
  readonly ping: (id: string) => Promise<boolean>;
}
