import type { WebSocket } from "ws";
import type { EpochMs } from "../../domain/units.js";
import type { Cancel, Clock } from "../../ports/clock.js";

/** What pings need of a websocket. */
export type PingedSocket = Pick<WebSocket, "isPaused" | "readyState" | "OPEN" | "ping" | "terminate">;

/** A connection that is pinged; whoever reads it says when its peer was heard. */
interface Pinged {
  readonly socket: PingedSocket;
  heardMs: EpochMs;
  /** Next ping. */
  dueMs: EpochMs;
  /** Nothing was heard for two intervals: before it is cut off. */
  silent(): void;
}

/** Pings all connections, each once in an interval; a peer that is silent for two of them is gone. */
export interface Pings {
  begin(socket: PingedSocket, silent: () => void): Pinged;
  end(pinged: Pinged): void;
}

/** One timer for all: thousands of idle connections would wake the program with one each. `intervalMs` null: no pings. */
export const createPings = (clock: Clock, intervalMs: number | null): Pings => {
  // In the order in which they are due, since all wait equally long.
  const waiting = new Set<Pinged>();
  let timer: Cancel | null = null;

  const enqueue = (pinged: Pinged, everyMs: number): void => {
    pinged.dueMs = clock.now() + everyMs;
    waiting.add(pinged);
  };
  const turn = (): void => {
    if (intervalMs === null) return;
    for (const pinged of waiting) {
      const leftMs = pinged.dueMs - clock.now();
      // None waits longer than an interval: where one seems to, the clock was set back since, and it is due.
      if (leftMs > 0 && leftMs <= intervalMs) {
        timer = clock.after(leftMs, turn);
        return;
      }
      waiting.delete(pinged);
      // It waits again before it may be cut off, so that it can be taken out for good.
      enqueue(pinged, intervalMs);
      beat(pinged, intervalMs);
    }
    timer = null;
  };
  const beat = (pinged: Pinged, everyMs: number): void => {
    const { socket } = pinged;
    // Nothing was heard in the future, which a clock that was set back makes of it.
    pinged.heardMs = Math.min(pinged.heardMs, clock.now());
    if (clock.now() - pinged.heardMs >= 2 * everyMs && !socket.isPaused) {
      pinged.silent();
      socket.terminate();
    } else if (socket.readyState === socket.OPEN) socket.ping();
  };
  return {
    begin: (socket, silent) => {
      const pinged: Pinged = { socket, heardMs: clock.now(), dueMs: 0, silent };
      if (intervalMs === null) return pinged;
      enqueue(pinged, intervalMs);
      timer ??= clock.after(intervalMs, turn);
      return pinged;
    },
    end: (pinged) => void waiting.delete(pinged),
  };
};
