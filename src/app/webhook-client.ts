import { z } from "zod";
import {
  type Delivery,
  deliverySchema,
  type NewWebhook,
  type Webhook,
  webhookSchema,
} from "../domain/webhook.js";
import { type Access, ask } from "./operator-client.js";

const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;
const addedSchema = webhookSchema.extend({ secret: z.string() });

/** Who is told of what happens, at a running server. */
export const webhookClient = (access: Access) => ({
  list: async (): Promise<Webhook[]> =>
    z.array(webhookSchema).parse(await (await ask(access, "/webhooks")).json()),
  add: async (webhook: NewWebhook): Promise<z.infer<typeof addedSchema>> => {
    const init = { method: "POST", body: JSON.stringify(webhook) };
    return addedSchema.parse(await (await ask(access, "/webhooks", init)).json());
  },
  remove: async (id: string): Promise<void> => {
    await ask(access, pathOf(id), { method: "DELETE", body: "{}" });
  },
  deliveries: async (id: string): Promise<Delivery[]> =>
    z.array(deliverySchema).parse(await (await ask(access, `${pathOf(id)}/deliveries`)).json()),
  ping: async (id: string): Promise<void> => {
    await ask(access, `${pathOf(id)}/ping`, { method: "POST", body: "{}" });
  },
});
