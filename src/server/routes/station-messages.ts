import { PassThrough } from "node:stream";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { LoggedMessage, MessageLog } from "../../ports/message-log.js";
import type { Operations } from "../../ports/operations.js";
import { loggedMessageSchema } from "../schemas/message.js";
import { stationId } from "../schemas/common.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ id: stationId });
const action = z.string().min(1).max(64).optional().describe("Only of this action, answers included");
const query = z.strictObject({
  action,
  after: z.coerce.number().int().min(0).optional().describe("Only after the message of this id"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("The newest so many"),
});

const HEARTBEAT_MS = 5_000;

const STREAM_DESCRIPTION = `Server-sent events: a \`message\` event for each from now on. A reader that is too slow
loses messages, which the ids show; a comment comes every 5 s`;

/** Sent as a stream; no serializer sees it. */
const eventStream = z.unknown().meta({ type: "string" });

export interface MessagesOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly messages: MessageLog;
}

/** What goes over the wire of a station: the newest messages, and those to come. */
export const stationMessages: FastifyPluginAsyncZod<MessagesOptions> = async (app, options) => {
  const { operations, messages } = options;
  const tags = ["stations"];
  const streams = new Set<PassThrough>();
  // Open streams would keep the server from closing.
  app.addHook("preClose", async () => {
    for (const stream of streams) stream.end();
  });
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
      const { after, limit, ...rest } = request.query;
      findRows(operations, request.params.id);
      const wanted = rest.action === undefined ? {} : { action: rest.action };
      return [...messages.of(request.params.id, { afterId: after ?? 0, limit, ...wanted })];
    },
  );
  app.get(
    "/stations/:id/messages/stream",
    secured("operate", {
      summary: "The same, pushed",
      description: STREAM_DESCRIPTION,
      tags,
      params,
      querystring: z.strictObject({ action }),
      response: {
        200: {
          description: "Events with a message as data",
          content: { "text/event-stream": { schema: eventStream } },
        },
      },
    }),
    async (request, reply) => {
      const { id } = request.params;
      findRows(operations, id);
      const stream = new PassThrough();
      const write = (text: string): void => {
        if (!stream.writableNeedDrain && !stream.writableEnded) stream.write(text);
      };
      const unfollow = messages.follow(id, (message) => {
        if (request.query.action === undefined || message.action === request.query.action)
          write(eventOf(message));
      });
      const heartbeat = setInterval(() => write(": heartbeat\n\n"), HEARTBEAT_MS);
      streams.add(stream);
      stream.once("close", () => {
        streams.delete(stream);
        clearInterval(heartbeat);
        unfollow();
      });
      write(": following\n\n");
      reply.header("x-accel-buffering", "no").type("text/event-stream; charset=utf-8");
      return reply.send(stream);
    },
  );
};

const eventOf = (message: LoggedMessage): string =>
  `id: ${message.id}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`;
