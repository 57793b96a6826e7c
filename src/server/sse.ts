import { PassThrough } from "node:stream";
import type { Frame } from "./live-hub.js";

const HEARTBEAT_MS = 5_000;
const RETRY_MS = 2_000;

/** One reader of a stream: frames in, server-sent events out. */
export interface SseChannel {
  readonly stream: PassThrough;
  push(frame: Frame): void;
  end(): void;
}

/**
 * A slow reader gets the newest frame when it has read what it was sent, and none in between, so
 * that it holds one frame of memory however slow it is.
 */
export const openSse = (): SseChannel => {
  const stream = new PassThrough();
  let waiting: Frame | null = null;
  const write = (frame: Frame): void => {
    stream.write(`id: ${frame.id}\nevent: live\ndata: ${frame.json}\n\n`);
  };
  const heartbeat = setInterval(() => {
    if (!stream.writableNeedDrain && !stream.writableEnded) stream.write(": heartbeat\n\n");
  }, HEARTBEAT_MS);
  stream.on("drain", () => {
    if (waiting !== null && !stream.writableEnded) write(waiting);
    waiting = null;
  });
  stream.once("close", () => clearInterval(heartbeat));
  stream.write(`retry: ${RETRY_MS}\n\n`);
  return {
    stream,
    push: (frame) => {
      if (stream.writableNeedDrain) waiting = frame;
      else if (!stream.writableEnded) write(frame);
    },
    end: () => stream.end(),
  };
};
