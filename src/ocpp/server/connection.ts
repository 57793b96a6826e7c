import type { WebSocket } from "ws";
import type { SessionPort } from "../session/contract.js";
import type { CentralSettings } from "../settings.js";
import type { Outgoing, Writer } from "./outgoing.js";
import type { Pings } from "./pings.js";

export interface SocketParts {
  readonly socket: WebSocket;
  readonly settings: CentralSettings;
  readonly outgoing: Outgoing;
  readonly pings: Pings;
  /** A text message, or null for a binary one. */
  receive(text: string | null): void;
  /** A message was handed over, to be written. */
  sent(text: string): void;
  /** Once, when the connection is gone. */
  closed(why: string): void;
}

/** A websocket as a session's port: bounded to a slow reader, pinged, and never throwing. */
export function openPort(parts: SocketParts): SessionPort {
  const { socket, settings, outgoing, pings } = parts;
  let gone = false;
  let why = "closed by the station";
  const pinged = pings.begin(socket, () => {
    why = "silent for two ping intervals";
  });
  const heard = (): void => pings.heard(pinged);
  const leave = (): void => {
    if (gone) return;
    gone = true;
    pings.end(pinged);
    parts.closed(why);
  };
  socket.on("message", (data, isBinary) => {
    heard();
    parts.receive(isBinary ? null : asText(data));
  });
  socket.on("pong", heard);
  socket.on("ping", heard);
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.on("close", leave);
  /** Handed over, and not written yet. */
  let waiting = 0;
  const writer: Writer = {
    write(text) {
      waiting -= text.length;
      if (socket.readyState === socket.OPEN) socket.send(text, nothing);
    },
  };
  return {
    send(text) {
      parts.sent(text);
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount + waiting + text.length > settings.maxBufferedBytes) {
        why = "the station does not read";
        socket.terminate();
        return;
      }
      waiting += text.length;
      outgoing.add(writer, text);
    },
    close(code, reason) {
      why = reason;
      outgoing.flush();
      socket.resume();
      socket.close(code, reason);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

/** What a failed write leaves to do: the socket's own error says it. */
const nothing = (): void => undefined;

function asText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}
