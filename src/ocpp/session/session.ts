import type { OcppVersion } from "../../domain/fleet.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { SchemaBook } from "../schemas.js";
import type { Payload } from "../wire.js";
import { createBucket } from "./bucket.js";
import { readFrame, type RpcFault, writeCall, writeError, writeResult, writeResultError } from "./frames.js";
import { asError, type CallResult, createOutbox, type OutboundCall } from "./outbox.js";
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
  /** Answers one call; `after` runs when the answer is written. A rejection becomes InternalError. */
  handle(action: string, payload: Payload): Promise<Reply>;
  count(counter: Counter, detail: string): void;
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

interface Inbound {
  readonly id: string | null;
  readonly action: string;
  readonly payload: Payload;
}

export function createSession(parts: SessionParts): Session {
  const { version, clock, port, settings } = parts;
  const bucket = createBucket(settings.messageBurst, settings.messagesPerSecond, clock.now());
  const queue: Inbound[] = [];
  let badMessages = 0;
  let nextId = 1;
  let handling = false;
  let answering = false;
  let ended = false;
  let resumeTimer: Cancel | null = null;

  const outbox = createOutbox({
    clock,
    window: parts.window,
    longest: settings.maxOutboundQueue,
    held: () => answering,
    transmit(call) {
      const id = `y${nextId++}`;
      port.send(writeCall(id, call.action, call.payload));
      return id;
    },
  });

  const shut = (code: number, reason: string): void => {
    if (ended) return;
    end();
    port.close(code, reason);
  };
  const complain = (why: string): void => {
    parts.count("bad-message", why);
    badMessages += 1;
    if (badMessages > settings.maxBadMessages) shut(1008, "too many bad messages");
  };
  const throttle = (): void => {
    if (bucket.take(clock.now()) || resumeTimer) return;
    parts.count("throttled", "more messages than allowed");
    port.pause();
    resumeTimer = clock.after(bucket.refillMs(), () => {
      resumeTimer = null;
      port.resume();
    });
  };
  const enqueue = (message: Inbound): void => {
    if (queue.length >= settings.maxInboundQueue) return shut(1008, "too many messages wait");
    queue.push(message);
    if (!handling) void work();
  };
  const work = async (): Promise<void> => {
    handling = true;
    for (let message = queue.shift(); message; message = queue.shift()) await answer(message);
    handling = false;
  };
  const answer = async ({ id, action, payload }: Inbound): Promise<void> => {
    answering = true;
    const checked = check(action, payload);
    const reply = "fault" in checked ? checked : await attempt(action, checked.payload);
    answering = false;
    const failed = "fault" in reply;
    if (!ended && id !== null)
      port.send(failed ? writeError(version, id, reply.fault) : writeResult(id, reply.payload));
    if (!failed) guard(reply.after);
    outbox.pump();
  };
  const guard = (after: (() => void) | undefined): void => {
    try {
      after?.();
    } catch (error) {
      parts.count("fault", error instanceof Error ? error.message : "unknown");
    }
  };
  const check = (action: string, payload: Payload): { payload: Payload } | { fault: RpcFault } => {
    if (!parts.book.knows(action))
      return refuse(action, { code: "NotImplemented", why: "this action is not known" });
    const checked = parts.book.lenient(action, "request", payload);
    if (!checked.ok) return refuse(action, checked);
    if (checked.repaired !== null) parts.count("repaired", `${action}: ${checked.repaired}`);
    return { payload: checked.payload };
  };
  const refuse = (action: string, { code, why }: RpcFault): { fault: RpcFault } => {
    parts.count("refused", `${action.slice(0, 64)}: ${why}`);
    return { fault: { code, why } };
  };
  const attempt = async (action: string, payload: Payload): Promise<Reply> => {
    try {
      const reply = await parts.handle(action, payload);
      const broken = "payload" in reply ? parts.book.strict(action, "response", reply.payload) : null;
      if (broken === null) return reply;
      parts.count("fault", `our answer to ${action}: ${broken}`);
    } catch (error) {
      parts.count("fault", `${action}: ${error instanceof Error ? error.message : "unknown"}`);
    }
    return {
      fault: { code: "InternalError", why: "the message could not be stored or handled; send it again" },
    };
  };
  const settle = (id: string, read: (action: string) => CallResult): void => {
    if (!outbox.settle(id, read)) parts.count("unknown-answer", "no call waits for this answer");
  };
  const readResult = (id: string, action: string, payload: Payload): CallResult => {
    const checked = parts.book.lenient(action, "response", payload);
    if (!checked.ok) {
      parts.count("refused", `answer to ${action}: ${checked.why}`);
      if (version === "2.1") port.send(writeResultError(id, checked));
      return asError(checked);
    }
    if (checked.repaired !== null) parts.count("repaired", `answer to ${action}: ${checked.repaired}`);
    return { kind: "result", payload: checked.payload };
  };
  const end = (): void => {
    ended = true;
    queue.length = 0;
    resumeTimer?.();
    outbox.close();
  };

  return {
    receive(text) {
      if (ended) return;
      throttle();
      if (text === null) return complain("a binary message");
      const frame = readFrame(text, version);
      switch (frame.type) {
        case "call":
          return enqueue(frame);
        case "send":
          return enqueue({ ...frame, id: null });
        case "result":
          return settle(frame.id, (action) => readResult(frame.id, action, frame.payload));
        case "error":
          return settle(frame.id, () => asError({ code: frame.code, why: frame.description }));
        case "result-error":
          return parts.count("result-error", `${frame.code}: ${frame.description}`);
        case "bad":
          if (frame.reply !== null) port.send(frame.reply);
          return complain(frame.why);
      }
    },
    call(call) {
      const broken = parts.book.strict(call.action, "request", call.payload);
      return broken === null ? outbox.call(call) : Promise.resolve({ kind: "invalid", why: broken });
    },
    end() {
      if (!ended) end();
    },
    inbound: () => queue.length + (handling ? 1 : 0),
    outbound: () => outbox.pending(),
  };
}
