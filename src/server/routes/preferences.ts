import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { type PreferenceChange, UNSAID } from "../../domain/session.js";
import type { SessionView } from "../../domain/views.js";
import type { Operations } from "../../ports/operations.js";
import { errorSchema, evseId, sessionId, stationId } from "../schemas/common.js";
import { preferenceRequest, sessionSchema } from "../schemas/session.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ id: sessionId });
const evseParams = z.strictObject({ id: stationId, evse: z.coerce.number().pipe(evseId) });

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

const ANSWER =
  "A wish that cannot be met is kept and planned as far as possible: `shortfallKwh` and `shortfallCause` of the answer say at once what pile, car and battery cannot do until the departure; those of later answers, what limits keep back as well";

/** The session that runs on an EVSE; throws `not-found.*`. */
const sessionOn = (
  operations: Pick<Operations, "stations">,
  { id, evse }: z.infer<typeof evseParams>,
): SessionView => {
  const session = findRows(operations, id).find((row) => row.evseId === evse)?.session;
  if (session) return session;
  throw new YouxuError("not-found.session", `no session runs on EVSE ${evse} of ${id}`, "params.evse");
};

export const preferences: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  const tags = ["sessions"];
  const response = { 200: sessionSchema, 409: errorSchema };
  for (const { method, says, complete } of WAYS_TO_WISH) {
    app.route({
      method,
      url: "/sessions/:id/preference",
      ...secured("operate", {
        summary: `What the driver wants of this session: ${says}`,
        description: ANSWER,
        tags,
        params,
        body: preferenceRequest,
        response,
      }),
      handler: (request) => operations.setPreference(request.params.id, complete(request.body)),
    });
    app.route({
      method,
      url: "/stations/:id/evses/:evse/preference",
      ...secured("operate", {
        summary: `What the driver wants of the session on this EVSE: ${says}`,
        description: `For drivers' apps, which know the pile and not the session. ${ANSWER}`,
        tags,
        params: evseParams,
        body: preferenceRequest,
        response,
      }),
      handler: (request) =>
        operations.setPreference(sessionOn(operations, request.params).id, complete(request.body)),
    });
  }
};
