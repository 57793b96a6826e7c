import type { WebSocket } from "ws";
import type { EpochMs } from "../../domain/units.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { SessionPort } from "../session/contract.js";
import type { CentralSettings } from "../settings.js";
import type { Outgoing, Writer } from "./outgoing.js";

export interface SocketParts {
  readonly socket: WebSocket;
  readonly clock: Clock;
  readonly settings: CentralSettings;
  readonly outgoing: Outgoing;
  /** A text message, or null for a binary one. */
  receive(text: string | null): void;
  /** Once, when the connection is gone. */
  closed(why: string): void;
}

/** A websocket as a session's port: bounded to a slow reader, pinged, and never throwing. */
export function openPort(parts: SocketParts): SessionPort {
  const { socket, settings, outgoing } = parts;
  let gone = false;
  let why = "closed by the station";
  const stopPings = startPings(parts, () => {
    why = "silent for two ping intervals";
  });
  const leave = (): void => {
    if (gone) return;
    gone = true;
    stopPings();
    parts.closed(why);
  };
  socket.on("message", (data, isBinary) => parts.receive(isBinary ? null : asText(data)));
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

/** Pings while nothing else comes; a peer that is silent for two intervals is gone. */
function startPings({ socket, clock, settings }: SocketParts, onSilence: () => void): Cancel {
  const intervalMs = settings.pingIntervalMs;
  if (intervalMs === null) return () => undefined;
  let heardMs: EpochMs = clock.now();
  const heard = (): void => {
    heardMs = clock.now();
  };
  socket.on("message", heard);
  socket.on("pong", heard);
  socket.on("ping", heard);
  const beat = (): void => {
    if (clock.now() - heardMs >= 2 * intervalMs && !socket.isPaused) {
      onSilence();
      socket.terminate();
    } else if (socket.readyState === socket.OPEN) socket.ping();
    cancel = clock.after(intervalMs, beat);
  };
  let cancel = clock.after(intervalMs, beat);
  return () => cancel();
}

function asText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}
