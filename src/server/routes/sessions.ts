import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../../ports/operations.js";
import { errorSchema, queryMs, sessionId, siteId } from "../schemas/common.js";
import { chargeNowRequest, endRequest, sessionEndSchema, sessionSchema } from "../schemas/session.js";
import { secured } from "./secured.js";
import { findSite } from "./sites.js";

const params = z.strictObject({ id: sessionId });

/** More would be one answer of many megabytes. */
const MOST_AT_ONCE = 10_000;

const query = z
  .strictObject({
    siteId: siteId.exactOptional(),
    active: z
      .enum(["true", "false"])
      .transform((value) => value === "true")
      .describe("true: only those that run; false: only those that ended")
      .exactOptional(),
    fromMs: queryMs("Only sessions that end after this").exactOptional(),
    toMs: queryMs("Only sessions that begin before this").exactOptional(),
    limit: z
      .string()
      .regex(/^\d+$/, "expected a whole number")
      .transform(Number)
      .pipe(z.int().min(1).max(MOST_AT_ONCE))
      .describe("Only the newest so many; those before them with the begin of the first as toMs")
      .exactOptional(),
  })
  .refine(({ fromMs = 0, toMs = Infinity }) => fromMs < toMs, {
    message: "fromMs must be before toMs",
    path: ["toMs"],
  });

export const sessions: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  const tags = ["sessions"];
  app.get(
    "/sessions",
    secured("read", {
      summary: "Sessions, running and past, in order of their begin",
      tags,
      querystring: query,
      response: { 200: z.array(sessionSchema) },
    }),
    async (request) => {
      const { limit, ...asked } = request.query;
      if (asked.siteId !== undefined) findSite(operations, asked.siteId);
      const found = [...(await operations.sessions(asked))].sort((a, b) => a.startedMs - b.startedMs);
      return limit === undefined ? found : found.slice(-limit);
    },
  );
  app.get(
    "/sessions/:id",
    secured("read", { summary: "One session", tags, params, response: { 200: sessionSchema } }),
    (request) => operations.session(request.params.id),
  );
  app.post(
    "/sessions/:id/charge-now",
    secured("operate", {
      summary: "Charge now, or back to the plan",
      description: "Charges at full power as far as limits allow, without regard to price",
      tags,
      params,
      body: chargeNowRequest,
      response: { 200: sessionSchema, 409: errorSchema },
    }),
    (request) => operations.chargeNow(request.params.id, request.body.on),
  );
  app.post(
    "/sessions/:id/end",
    secured("operate", {
      summary: "End a session, for one whose station never says that it ended",
      description:
        "Tells the station to stop. Where it does not accept, or with `force`, the session is ended in the books as of now; a stop of the station's own that comes later corrects it",
      tags,
      params,
      body: endRequest,
      response: { 200: sessionEndSchema, 409: errorSchema },
    }),
    (request) => operations.endSession(request.params.id, request.body.force),
  );
};
