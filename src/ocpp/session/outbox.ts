import type { Cancel, Clock } from "../../ports/clock.js";
import type { Payload } from "../wire.js";
import type { RpcFault } from "./frames.js";
import type { Traffic } from "./traffic.js";
import type { CallWindow } from "./window.js";

/** A call to the station. */
export interface OutboundCall {
  readonly action: string;
  readonly payload: Payload;
  /** Elapsed time of the clock by which it must be answered; the wait in the queue counts. */
  readonly deadlineMs: number;
  /** A waiting call with the same key is superseded by a newer one. */
  readonly key: string | null;
}

/** What became of a call: a closed set, never an exception. */
export type CallResult =
  | { readonly kind: "result"; readonly payload: Payload }
  | { readonly kind: "error"; readonly code: string; readonly description: string }
  /** `cut`: written when the connection ended, so it may have been carried out; `offline`: never written. */
  | { readonly kind: "timeout" | "cut" | "offline" | "superseded" }
  /** Not sent: our own message breaks the schema. */
  | { readonly kind: "invalid"; readonly why: string };

interface Waiting {
  readonly call: OutboundCall;
  readonly resolve: (result: CallResult) => void;
  readonly cancel: Cancel;
}

export interface OutboxParts {
  readonly clock: Clock;
  readonly window: CallWindow;
  readonly traffic: Pick<Traffic, "nowMs" | "called">;
  /** Most calls that may wait. */
  readonly longest: number;
  /** While true nothing is sent: the station waits for an answer of ours and may handle nothing else. */
  held(): boolean;
  /** Writes the call and gives its message id. */
  transmit(call: OutboundCall): string;
}

/** The outbound queue of one connection: one call in flight, the others wait in order. */
export interface Outbox {
  call(call: OutboundCall): Promise<CallResult>;
  /** Settles the call in flight if `id` is its id; false when no call waits for that answer. */
  settle(id: string, read: (action: string) => CallResult): boolean;
  /** Sends what may be sent; to be called when `held` has become false. */
  pump(): void;
  close(): void;
  pending(): number;
}

export function createOutbox(parts: OutboxParts): Outbox {
  let queue: Waiting[] = [];
  let inFlight: { id: string; waiting: Waiting; sinceMs: number } | null = null;
  let closed = false;

  const pump = (): void => {
    const next = queue[0];
    if (closed || inFlight || !next || parts.held()) return;
    if (!parts.window.take(pump)) return;
    queue.shift();
    inFlight = { id: parts.transmit(next.call), waiting: next, sinceMs: parts.traffic.nowMs() };
  };
  const land = (result: CallResult): void => {
    if (!inFlight) return;
    const { waiting, sinceMs } = inFlight;
    inFlight = null;
    parts.traffic.called(waiting.call.action, result.kind, sinceMs);
    waiting.cancel();
    waiting.resolve(result);
    parts.window.release();
    pump();
  };
  const drop = (waiting: Waiting, kind: "timeout" | "superseded" | "offline"): void => {
    queue = queue.filter((one) => one !== waiting);
    parts.traffic.called(waiting.call.action, kind, null);
    waiting.cancel();
    waiting.resolve({ kind });
  };
  const expire = (waiting: Waiting): void => {
    if (inFlight?.waiting === waiting) land({ kind: "timeout" });
    else drop(waiting, "timeout");
  };

  return {
    call(call) {
      if (closed) return Promise.resolve({ kind: "offline" });
      const older = call.key === null ? undefined : queue.find((one) => one.call.key === call.key);
      if (older) drop(older, "superseded");
      if (queue.length >= parts.longest) {
        parts.traffic.called(call.action, "error", null);
        return Promise.resolve({ kind: "error", code: "GenericError", description: "too many calls wait" });
      }
      return new Promise((resolve) => {
        const leftMs = call.deadlineMs - parts.clock.elapsed();
        const cancel = parts.clock.afterElapsed(leftMs, () => expire(waiting));
        const waiting: Waiting = { call, resolve, cancel };
        queue.push(waiting);
        pump();
      });
    },
    settle(id, read) {
      if (inFlight?.id !== id) return false;
      land(read(inFlight.waiting.call.action));
      return true;
    },
    pump,
    close() {
      closed = true;
      land({ kind: "cut" });
      for (const waiting of queue) drop(waiting, "offline");
    },
    pending: () => queue.length + (inFlight ? 1 : 0),
  };
}

/** A CALLERROR as a result. */
export const asError = (fault: RpcFault): CallResult => ({
  kind: "error",
  code: fault.code,
  description: fault.why,
});
