import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { Operations } from "../../ports/operations.js";
import { epochMs, evseId, sessionId, siteId, stationId } from "../schemas/common.js";
import { chargeNowRequest, preferenceRequest, sessionSchema } from "../schemas/session.js";
import { secured } from "./secured.js";
import { findSite } from "./sites.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ id: sessionId });
const evseParams = z.strictObject({ id: stationId, evse: z.coerce.number().pipe(evseId) });

/** A query's number, e.g. `fromMs=1767225600000`. */
const queryMs = (what: string) =>
  z.string().regex(/^\d+$/, "expected epoch milliseconds").transform(Number).pipe(epochMs(what));

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
      summary: "Sessions, running and past",
      tags,
      querystring: query,
      response: { 200: z.array(sessionSchema) },
    }),
    async (request) => {
      if (request.query.siteId !== undefined) findSite(operations, request.query.siteId);
      return [...(await operations.sessions(request.query))];
    },
  );
  app.get(
    "/sessions/:id",
    secured("read", { summary: "One session", tags, params, response: { 200: sessionSchema } }),
    (request) => operations.session(request.params.id),
  );
  app.put(
    "/sessions/:id/preference",
    secured("operate", {
      summary: "What the driver wants of this session",
      tags,
      params,
      body: preferenceRequest,
      response: { 200: sessionSchema },
    }),
    (request) => operations.setPreference(request.params.id, request.body),
  );
  app.put(
    "/stations/:id/evses/:evse/preference",
    secured("operate", {
      summary: "What the driver wants of the session that runs on this EVSE",
      description: "For drivers' apps, which know the pile and not the session",
      tags,
      params: evseParams,
      body: preferenceRequest,
      response: { 200: sessionSchema },
    }),
    async (request) => {
      const { id, evse } = request.params;
      const session = findRows(operations, id).find((row) => row.evseId === evse)?.session;
      if (!session)
        throw new YouxuError("not-found.session", `no session runs on EVSE ${evse} of ${id}`, "params.evse");
      return operations.setPreference(session.id, request.body);
    },
  );
  app.post(
    "/sessions/:id/charge-now",
    secured("operate", {
      summary: "Charge now, or back to the plan",
      description: "Charges at full power as far as limits allow, without regard to price",
      tags,
      params,
      body: chargeNowRequest,
      response: { 200: sessionSchema },
    }),
    (request) => operations.chargeNow(request.params.id, request.body.on),
  );
};
