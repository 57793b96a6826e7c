import { PassThrough } from "node:stream";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Frame } from "./live-hub.js";

const HEARTBEAT_MS = 5_000;
const RETRY_MS = 2_000;

/** A stream of server-sent events, with a comment every few seconds. */
export interface EventStream {
  readonly stream: PassThrough;
  /** What comes while the reader is behind is lost. */
  readonly write: (text: string) => void;
}

export const openEvents = (): EventStream => {
  const stream = new PassThrough();
  const write = (text: string): void => {
    if (!stream.writableNeedDrain && !stream.writableEnded) stream.write(text);
  };
  const heartbeat = setInterval(() => write(": heartbeat\n\n"), HEARTBEAT_MS);
  stream.once("close", () => clearInterval(heartbeat));
  return { stream, write };
};

/** One reader of a stream: frames in, server-sent events out. */
export interface SseChannel {
  readonly stream: PassThrough;
  push(frame: Frame): void;
}

/**
 * A slow reader gets the newest frame when it has read what it was sent, and none in between, so
 * that it holds one frame of memory however slow it is.
 */
export const openSse = (): SseChannel => {
  const { stream, write } = openEvents();
  let waiting: Frame | null = null;
  const send = (frame: Frame): void => write(`id: ${frame.id}\nevent: live\ndata: ${frame.json}\n\n`);
  stream.on("drain", () => {
    if (waiting !== null) send(waiting);
    waiting = null;
  });
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    stream,
    push: (frame) => {
      if (stream.writableNeedDrain) waiting = frame;
      else send(frame);
    },
  };
};

/** Sent as a stream; no serializer sees it. */
export const eventsResponse = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: z.unknown().meta({ type: "string" }) } },
});

interface Closing {
  addHook(name: "preClose", hook: () => Promise<void>): unknown;
}

/** Answers with streams, and ends them before the server closes: open ones would keep it from that. */
export const answerWithStreams = (app: Closing) => {
  const streams = new Set<PassThrough>();
  app.addHook("preClose", async () => {
    for (const stream of streams) stream.end();
  });
  return (reply: Pick<FastifyReply, "header" | "type" | "send">, stream: PassThrough) => {
    streams.add(stream);
    stream.once("close", () => streams.delete(stream));
    reply.header("x-accel-buffering", "no").type("text/event-stream; charset=utf-8");
    return reply.send(stream);
  };
};
