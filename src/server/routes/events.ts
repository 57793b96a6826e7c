import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../../ports/operations.js";
import { eventId } from "../schemas/common.js";
import { eventResultSchema } from "../schemas/event.js";
import { eventSchema } from "../schemas/live.js";
import { quarantinedSchema } from "../schemas/quarantine.js";
import { secured } from "./secured.js";

export const events: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  app.get(
    "/events",
    secured("read", {
      summary: "The grid operator's events",
      description:
        "Events are posted to the OpenADR VTN; here they are read, until seven days after their end, with what each does now at each site",
      tags: ["events"],
      response: { 200: z.array(eventSchema) },
    }),
    async () => [...operations.events()],
  );
  app.get(
    "/events/:id/result",
    secured("read", {
      summary: "Baseline, target and delivered energy of an event, per interval",
      tags: ["events"],
      params: z.strictObject({ id: eventId }),
      response: { 200: eventResultSchema },
    }),
    (request) => operations.eventResult(request.params.id),
  );
  app.get(
    "/quarantine",
    secured("read", {
      summary: "Transaction messages that fit no transaction",
      tags: ["sessions"],
      response: { 200: z.array(quarantinedSchema) },
    }),
    async () => [...(await operations.quarantined())],
  );
};
