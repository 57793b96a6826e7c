import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../../ports/operations.js";
import { createLiveHub, type Frame } from "../live-hub.js";
import { siteLiveSchema } from "../schemas/live.js";
import { answerWithStreams, eventsResponse, openSse } from "../sse.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

const STREAM_DESCRIPTION = `Server-sent events: one \`live\` event with the whole state at once and, at most once
a second, whenever something changed. A reader that names the last \`id\` it saw in Last-Event-ID gets the
state only if it is another one by now. A comment comes every 5 s, so a reader that hears nothing for
longer knows that what it shows is stale`;

const headers = z.looseObject({
  "last-event-id": z.string().max(64).optional().describe("The last id seen, to resume"),
});

export interface LiveOptions {
  readonly operations: Operations;
  readonly minIntervalMs?: number;
}

export const live: FastifyPluginAsyncZod<LiveOptions> = async (app, { operations, ...pace }) => {
  const tags = ["sites"];
  const hub = createLiveHub({ operations, log: app.log, ...pace });
  const answer = answerWithStreams(app);
  app.get(
    "/sites/:id/live",
    secured("read", {
      summary: "A site as it stands, its past and its plan",
      tags,
      params: siteParams,
      response: { 200: siteLiveSchema },
    }),
    async (request) => operations.live(findSite(operations, request.params.id).id),
  );
  app.get(
    "/sites/:id/live/stream",
    secured("read", {
      summary: "The same, pushed",
      description: STREAM_DESCRIPTION,
      tags,
      params: siteParams,
      headers,
      response: {
        200: eventsResponse("Events with the form of /sites/{id}/live as data"),
      },
    }),
    async (request, reply) => {
      const { id } = findSite(operations, request.params.id);
      const channel = openSse();
      const push = (frame: Frame): void => channel.push(frame);
      const unsubscribe = hub.subscribe(id, push, request.headers["last-event-id"] ?? null);
      channel.stream.once("close", unsubscribe);
      return answer(reply, channel.stream);
    },
  );
};
