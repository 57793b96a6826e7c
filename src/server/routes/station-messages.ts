import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  isWanted,
  type LoggedMessage,
  type MessageFilter,
  type MessageLog,
} from "../../ports/message-log.js";
import type { Operations } from "../../ports/operations.js";
import { loggedMessageSchema } from "../schemas/message.js";
import { stationId } from "../schemas/common.js";
import { answerWithStreams, eventsResponse, openEvents } from "../sse.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ id: stationId });
const action = z.string().min(1).max(64).optional().describe("Only of this action, answers included");
const filters = {
  action,
  direction: z.enum(["from-station", "to-station"]).optional().describe("Only those that went this way"),
  type: z
    .enum(["call", "result", "error", "result-error", "send"])
    .optional()
    .describe("Only of this OCPP-J message type"),
  contains: z.string().min(1).max(200).optional().describe("Only with this in their text, in any case"),
};
const query = z.strictObject({
  ...filters,
  after: z.coerce.number().int().min(0).optional().describe("Only after the message of this id"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("The newest so many"),
});

const STREAM_DESCRIPTION = `Server-sent events: a \`message\` event for each from now on. A reader that is too slow
loses messages, which the ids show; a comment comes every 5 s`;

export interface MessagesOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly messages: MessageLog;
}

/** What goes over the wire of a station: the newest messages, and those to come. */
export const stationMessages: FastifyPluginAsyncZod<MessagesOptions> = async (app, options) => {
  const { operations, messages } = options;
  const tags = ["stations"];
  const answer = answerWithStreams(app);
  app.get(
    "/stations/:id/messages",
    secured("operate", {
      summary: "The newest OCPP messages of a station, oldest first",
      description:
        "What went over its wire, secrets taken out; kept in memory, for all stations together as many as there is room for",
      tags,
      params,
      querystring: query,
      response: { 200: z.array(loggedMessageSchema) },
    }),
    async (request) => {
      const { after, limit, ...filter } = request.query;
      findRows(operations, request.params.id);
      return [...messages.of(request.params.id, { afterId: after ?? 0, limit, ...stated(filter) })];
    },
  );
  app.get(
    "/stations/:id/messages/export",
    secured("operate", {
      summary: "All OCPP messages that are kept of a station, oldest first, one JSON object a line",
      tags,
      params,
      querystring: z.strictObject(filters),
      response: {
        200: {
          description: "Messages, a line each",
          content: { "application/x-ndjson": { schema: z.string().describe("Lines of JSON") } },
        },
      },
    }),
    async (request, reply) => {
      const { id } = request.params;
      findRows(operations, id);
      return sendLines(reply, messages.all(id, stated(request.query)));
    },
  );
  app.get(
    "/stations/:id/messages/stream",
    secured("operate", {
      summary: "The same, pushed",
      description: STREAM_DESCRIPTION,
      tags,
      params,
      querystring: z.strictObject(filters),
      response: {
        200: eventsResponse("Events with a message as data"),
      },
    }),
    async (request, reply) => {
      const { id } = request.params;
      findRows(operations, id);
      const { stream, write } = openEvents();
      const unfollow = messages.follow(id, (message) => {
        if (isWanted(message, stated(request.query))) write(eventOf(message));
      });
      stream.once("close", unfollow);
      write(": following\n\n");
      return answer(reply, stream);
    },
  );
};

/** What of a filter is given. */
const stated = (filter: { [K in keyof MessageFilter]?: MessageFilter[K] | undefined }): MessageFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

const sendLines = (reply: FastifyReply, messages: Iterable<LoggedMessage>): FastifyReply =>
  reply
    .header("content-type", "application/x-ndjson")
    .send(Readable.from(linesOf(messages), { objectMode: false }));

function* linesOf(messages: Iterable<LoggedMessage>): Iterable<string> {
  for (const message of messages) yield `${JSON.stringify(message)}\n`;
}

const eventOf = (message: LoggedMessage): string =>
  `id: ${message.id}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`;
