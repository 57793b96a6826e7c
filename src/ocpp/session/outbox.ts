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

export const createOutbox = (parts: OutboxParts): Outbox => new OrderedOutbox(parts);

interface InFlight {
  readonly id: string;
  readonly waiting: Waiting;
  readonly sinceMs: number;
}

/** One of each connection, so that its methods are shared. */
class OrderedOutbox implements Outbox {
  readonly #parts: OutboxParts;
  #queue: Waiting[] = [];
  #inFlight: InFlight | null = null;
  #closed = false;
  /** The window knows it by this; made with the first call. */
  #whenFree: (() => void) | null = null;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  call(call: OutboundCall): Promise<CallResult> {
    const { clock, longest, traffic } = this.#parts;
    if (this.#closed) return Promise.resolve({ kind: "offline" });
    const older = call.key === null ? undefined : this.#queue.find((one) => one.call.key === call.key);
    if (older) this.#drop(older, "superseded");
    if (this.#queue.length >= longest) {
      traffic.called(call.action, "error", null);
      return Promise.resolve({ kind: "error", code: "GenericError", description: "too many calls wait" });
    }
    return new Promise((resolve) => {
      const cancel = clock.afterElapsed(call.deadlineMs - clock.elapsed(), () => this.#expire(waiting));
      const waiting: Waiting = { call, resolve, cancel };
      this.#queue.push(waiting);
      this.pump();
    });
  }

  settle(id: string, read: (action: string) => CallResult): boolean {
    if (this.#inFlight?.id !== id) return false;
    this.#land(read(this.#inFlight.waiting.call.action));
    return true;
  }

  pump(): void {
    const next = this.#queue[0];
    if (this.#closed || this.#inFlight || !next || this.#parts.held()) return;
    this.#whenFree ??= () => this.pump();
    if (!this.#parts.window.take(this.#whenFree)) return;
    this.#queue.shift();
    const id = this.#parts.transmit(next.call);
    this.#inFlight = { id, waiting: next, sinceMs: this.#parts.traffic.nowMs() };
  }

  close(): void {
    this.#closed = true;
    this.#land({ kind: "cut" });
    for (const waiting of this.#queue) this.#drop(waiting, "offline");
  }

  pending(): number {
    return this.#queue.length + (this.#inFlight ? 1 : 0);
  }

  #land(result: CallResult): void {
    if (!this.#inFlight) return;
    const { waiting, sinceMs } = this.#inFlight;
    this.#inFlight = null;
    this.#parts.traffic.called(waiting.call.action, result.kind, sinceMs);
    waiting.cancel();
    waiting.resolve(result);
    this.#parts.window.release();
    this.pump();
  }

  #drop(waiting: Waiting, kind: "timeout" | "superseded" | "offline"): void {
    this.#queue = this.#queue.filter((one) => one !== waiting);
    this.#parts.traffic.called(waiting.call.action, kind, null);
    waiting.cancel();
    waiting.resolve({ kind });
  }

  #expire(waiting: Waiting): void {
    if (this.#inFlight?.waiting === waiting) this.#land({ kind: "timeout" });
    else this.#drop(waiting, "timeout");
  }
}

/** A CALLERROR as a result. */
export const asError = (fault: RpcFault): CallResult => ({
  kind: "error",
  code: fault.code,
  description: fault.why,
});
