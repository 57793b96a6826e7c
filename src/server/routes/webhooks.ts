import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { deliverySchema, newWebhookSchema, type Webhook, webhookSchema } from "../../domain/webhook.js";
import type { Webhooks } from "../../ports/webhooks.js";
import { errorSchema } from "../schemas/common.js";
import { secured } from "./secured.js";

const params = z.strictObject({ id: z.string().min(1).max(64).describe("Id of a webhook") });

const addedWebhook = webhookSchema
  .extend({ secret: z.string().describe("Signs what it is told (standardwebhooks.com); shown this once") })
  .meta({ id: "AddedWebhook", description: "A webhook with its secret" });

const unknown = (id: string): YouxuError =>
  new YouxuError("not-found.webhook", `no webhook "${id}"`, "params.id");

const shown = (webhook: Webhook) => ({
  ...webhook,
  kinds: webhook.kinds === null ? null : [...webhook.kinds],
  siteIds: webhook.siteIds === null ? null : [...webhook.siteIds],
});

/** Who is told of what happens, by HTTP. */
export const webhookRoutes: FastifyPluginAsyncZod<{ webhooks: Webhooks }> = async (app, { webhooks }) => {
  const tags = ["webhooks"];
  app.get(
    "/webhooks",
    secured("admin", { summary: "Who is told of what", tags, response: { 200: z.array(webhookSchema) } }),
    async () => webhooks.list().map(shown),
  );
  app.post(
    "/webhooks",
    secured("admin", {
      summary: "Have an address told of what happens",
      description:
        "Each event is posted as JSON, signed, until an answer of 2xx: with pauses that grow up to an hour, or as Retry-After asks, for a day since it was tried first. In order; 1,000 wait at most: the oldest of stations that come and go make way first, those of transactions last. An answer of 4xx other than 408, 425 and 429 refuses that event for good; 410 ends it all. A notice names the driver whom it is for. Private addresses are refused unless the configuration allows them",
      tags,
      body: newWebhookSchema,
      response: { 201: addedWebhook, 409: errorSchema },
    }),
    async (request, reply) => {
      const { webhook, secret } = await webhooks.add(request.body, request.principal?.name ?? "nobody");
      return reply.code(201).send({ ...shown(webhook), secret });
    },
  );
  app.delete(
    "/webhooks/:id",
    secured("admin", {
      summary: "Tell it no more",
      description: "What waits for it is forgotten",
      tags,
      params,
      response: { 204: z.null().describe("Removed") },
    }),
    async (request, reply) => {
      const { id } = request.params;
      if (await webhooks.remove(id)) return reply.code(204).send(null);
      throw unknown(id);
    },
  );
  app.get(
    "/webhooks/:id/deliveries",
    secured("admin", {
      summary: "What waits for a webhook, and the newest that it was told",
      description: "Oldest first; the newest 50 that are over, since the server began",
      tags,
      params,
      response: { 200: z.array(deliverySchema) },
    }),
    async (request) => {
      const { id } = request.params;
      const found = webhooks.deliveries(id);
      if (found === null) throw unknown(id);
      return [...found];
    },
  );
  app.post(
    "/webhooks/:id/ping",
    secured("admin", {
      summary: "Tell it of nothing in particular, to see whether that arrives",
      description: "Refused where it answered 410 (Gone)",
      tags,
      params,
      body: z.strictObject({}).describe("Nothing"),
      response: { 204: z.null().describe("It waits among the deliveries"), 409: errorSchema },
    }),
    async (request, reply) => {
      const { id } = request.params;
      if (await webhooks.ping(id)) return reply.code(204).send(null);
      throw unknown(id);
    },
  );
};
