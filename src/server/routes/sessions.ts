import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { type PreferenceChange, UNSAID } from "../../domain/session.js";
import type { SessionView } from "../../domain/views.js";
import type { Operations } from "../../ports/operations.js";
import { epochMs, errorSchema, evseId, sessionId, siteId, stationId } from "../schemas/common.js";
import {
  chargeNowRequest,
  endRequest,
  sessionEndSchema,
  preferenceRequest,
  sessionSchema,
} from "../schemas/session.js";
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

/** PUT says everything anew, PATCH changes what it names. */
const WAYS_TO_WISH = [
  {
    method: "PUT",
    says: "all of it, fields left out are not said",
    complete: (wish: PreferenceChange) => ({ ...UNSAID, ...wish }),
  },
  {
    method: "PATCH",
    says: "a change, fields left out stay as they are",
    complete: (wish: PreferenceChange) => wish,
  },
] as const;

/** The session that runs on an EVSE; throws `not-found.*`. */
const sessionOn = (
  operations: Pick<Operations, "stations">,
  { id, evse }: z.infer<typeof evseParams>,
): SessionView => {
  const session = findRows(operations, id).find((row) => row.evseId === evse)?.session;
  if (session) return session;
  throw new YouxuError("not-found.session", `no session runs on EVSE ${evse} of ${id}`, "params.evse");
};

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
  for (const { method, says, complete } of WAYS_TO_WISH) {
    app.route({
      method,
      url: "/sessions/:id/preference",
      ...secured("operate", {
        summary: `What the driver wants of this session: ${says}`,
        tags,
        params,
        body: preferenceRequest,
        response: { 200: sessionSchema, 409: errorSchema },
      }),
      handler: (request) => operations.setPreference(request.params.id, complete(request.body)),
    });
    app.route({
      method,
      url: "/stations/:id/evses/:evse/preference",
      ...secured("operate", {
        summary: `What the driver wants of the session on this EVSE: ${says}`,
        description: "For drivers' apps, which know the pile and not the session",
        tags,
        params: evseParams,
        body: preferenceRequest,
        response: { 200: sessionSchema, 409: errorSchema },
      }),
      handler: (request) =>
        operations.setPreference(sessionOn(operations, request.params).id, complete(request.body)),
    });
  }
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
