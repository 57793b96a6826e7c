import type { OcppVersion } from "../../domain/fleet.js";
import type { Clock } from "../../ports/clock.js";
import type { SchemaBook } from "../schemas.js";
import type { Lack } from "../minimum.js";
import type { Payload } from "../wire.js";
import type { RpcFault } from "./frames.js";
import type { CallResult, OutboundCall } from "./outbox.js";
import type { Traffic } from "./traffic.js";
import type { CallWindow } from "./window.js";

/** What a session counts; shown per station. */
export type Counter =
  | "bad-message"
  | "repaired"
  | "refused"
  | "unknown-answer"
  | "result-error"
  | "throttled"
  | "fault";

export interface SessionSettings {
  readonly maxBadMessages: number;
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  readonly maxInboundQueue: number;
  /** Text of messages that wait to be handled; beyond it the station is not read for a while. */
  readonly maxInboundBytes: number;
  readonly maxOutboundQueue: number;
}

/** The wire as a session needs it; none of these may throw. */
export interface SessionPort {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Stops and resumes reading: what the peer sends meanwhile stays in its own buffers. */
  pause(): void;
  resume(): void;
}

export type Reply = { readonly payload: Payload; readonly after?: () => void } | { readonly fault: RpcFault };

export interface SessionParts {
  readonly version: OcppVersion;
  readonly clock: Clock;
  readonly book: SchemaBook;
  readonly port: SessionPort;
  readonly settings: SessionSettings;
  readonly window: CallWindow;
  /**
   * Answers one call, at once where nobody else is to be waited for; `after` runs when the answer is written.
   * A rejection, or what it throws, becomes InternalError. With a `lack` it cannot be understood, and the
   * payload is as it came.
   */
  handle(action: string, payload: Payload, lack: Lack | null): Reply | Promise<Reply>;
  count(counter: Counter, detail: string): void;
  /** Counts what goes over the wire; nothing does where it is left out. */
  readonly traffic?: Traffic;
}

/**
 * One connection's protocol, without I/O: text in by `receive`, text out by the port. Calls from the
 * station are answered one after the other in their order; calls to it go one at a time beside that.
 * A peer that does not answer us is answered all the same; a call is only never sent between a
 * message and its answer, because some stations handle nothing while they wait. No method throws.
 */
export interface Session {
  receive(text: string | null): void;
  call(call: OutboundCall): Promise<CallResult>;
  /** The connection is gone: calls resolve as offline, what waits to be handled is dropped. */
  end(): void;
  /** Messages being handled or waiting to be. */
  inbound(): number;
  outbound(): number;
}
