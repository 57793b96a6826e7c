import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Notice } from "../../ports/notices.js";
import { noticeSchema } from "../schemas/sharing.js";
import { answerWithStreams, eventsResponse, openEvents } from "../sse.js";
import { secured } from "./secured.js";
import type { SharingOptions } from "./sharing.js";
import { findSite, siteParams } from "./sites.js";

const to = z.string().min(1).max(64).optional().describe("Only to this driver, `owner` or `operator`");
const query = z.strictObject({
  to,
  after: z.coerce.number().int().min(0).default(0).describe("Only after the notice of this id"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("The newest so many"),
});

/** What drivers, owners and operators are told. */
export const notices: FastifyPluginAsyncZod<SharingOptions> = async (app, { operations, sharing }) => {
  const tags = ["sharing"];
  const answer = answerWithStreams(app);
  app.get(
    "/sites/:id/notices",
    secured("read", {
      summary: "What drivers, owners and operators were told, oldest first",
      description: "The newest 2000 of all sites are kept in memory",
      tags,
      params: siteParams,
      querystring: query,
      response: { 200: z.array(noticeSchema) },
    }),
    async (request) => {
      const { after, limit, ...only } = request.query;
      const { id } = findSite(operations, request.params.id);
      return [...sharing.notices.of(id, { afterId: after, to: only.to ?? null, limit })];
    },
  );
  app.get(
    "/sites/:id/notices/stream",
    secured("read", {
      summary: "The same, pushed",
      description:
        "Server-sent events: a `notice` event for each from now on; a comment comes every 5 s. The ids show what a slow reader lost",
      tags,
      params: siteParams,
      querystring: z.strictObject({ to }),
      response: { 200: eventsResponse("Events with a notice as data") },
    }),
    async (request, reply) => {
      const { id } = findSite(operations, request.params.id);
      const { stream, write } = openEvents();
      const unfollow = sharing.notices.follow(id, (notice) => {
        if (request.query.to === undefined || notice.to === request.query.to) write(eventOf(notice));
      });
      stream.once("close", unfollow);
      write(": following\n\n");
      return answer(reply, stream);
    },
  );
};

const eventOf = (notice: Notice): string =>
  `id: ${notice.id}\nevent: notice\ndata: ${JSON.stringify(notice)}\n\n`;
