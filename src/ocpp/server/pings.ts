import type { WebSocket } from "ws";
import type { Cancel, Clock } from "../../ports/clock.js";

/** What pings need of a websocket. */
export type PingedSocket = Pick<WebSocket, "isPaused" | "readyState" | "OPEN" | "ping" | "terminate">;

/** A connection that is pinged. */
interface Pinged {
  readonly socket: PingedSocket;
  /** By elapsed time, as is the next: a date that is set says nothing of a peer. */
  heardMs: number;
  /** Next ping. */
  dueMs: number;
  /** Nothing was heard for two intervals: before it is cut off. */
  silent(): void;
}

/** Pings all connections, each once in an interval; a peer that is silent for two of them is gone. */
export interface Pings {
  begin(socket: PingedSocket, silent: () => void): Pinged;
  /** Its peer was heard. */
  heard(pinged: Pinged): void;
  end(pinged: Pinged): void;
}

/** One timer for all: thousands of idle connections would wake the program with one each. `intervalMs` null: no pings. */
export const createPings = (clock: Clock, intervalMs: number | null): Pings => {
  // In the order in which they are due, since all wait equally long.
  const waiting = new Set<Pinged>();
  let timer: Cancel | null = null;

  const enqueue = (pinged: Pinged, everyMs: number): void => {
    pinged.dueMs = clock.elapsed() + everyMs;
    waiting.add(pinged);
  };
  const turn = (): void => {
    timer = null;
    if (intervalMs === null) return;
    for (const pinged of waiting) {
      const leftMs = pinged.dueMs - clock.elapsed();
      if (leftMs > 0) {
        timer ??= clock.afterElapsed(leftMs, turn);
        return;
      }
      waiting.delete(pinged);
      // It waits again before it may be cut off, so that it can be taken out for good.
      enqueue(pinged, intervalMs);
      beat(pinged, intervalMs);
    }
  };
  const beat = (pinged: Pinged, everyMs: number): void => {
    const { socket } = pinged;
    if (clock.elapsed() - pinged.heardMs >= 2 * everyMs && !socket.isPaused) {
      pinged.silent();
      socket.terminate();
    } else if (socket.readyState === socket.OPEN) socket.ping();
  };
  return {
    begin: (socket, silent) => {
      const pinged: Pinged = { socket, heardMs: clock.elapsed(), dueMs: 0, silent };
      if (intervalMs === null) return pinged;
      enqueue(pinged, intervalMs);
      timer ??= clock.afterElapsed(intervalMs, turn);
      return pinged;
    },
    heard: (pinged) => {
      pinged.heardMs = clock.elapsed();
    },
    end: (pinged) => {
      waiting.delete(pinged);
      if (waiting.size > 0) return;
      // A program that stops would wait for it, up to an interval.
      timer?.();
      timer = null;
    },
  };
};
