import { type Calls, createCalls } from "./calls.js";
import type { Reply, Session, SessionParts } from "./contract.js";
import { readFrame, writeError, writeResult } from "./frames.js";
import { createHandling, type Handling } from "./handling.js";
import { createInbox, type Inbound, type Inbox } from "./inbox.js";
import type { CallResult, OutboundCall } from "./outbox.js";
import { type Backlog, createBacklog, createReading } from "./reading.js";
import { createThrottle, type Throttle } from "./throttle.js";
import { type InboundOutcome, NO_TRAFFIC, type Traffic } from "./traffic.js";

/** Begins a connection's protocol; see `Session`. */
export const createSession = (parts: SessionParts): Session => new ProtocolSession(parts);

/** One of each connection, so that its methods are shared. */
class ProtocolSession implements Session {
  readonly #parts: SessionParts;
  readonly #traffic: Traffic;
  readonly #backlog: Backlog;
  readonly #throttle: Throttle;
  readonly #handling: Handling;
  readonly #inbox: Inbox;
  readonly #calls: Calls;
  #badMessages = 0;
  #answering = false;
  #ended = false;

  constructor(parts: SessionParts) {
    const { port, settings, traffic = NO_TRAFFIC } = parts;
    const reading = createReading(port);
    this.#parts = parts;
    this.#traffic = traffic;
    this.#backlog = createBacklog(settings.maxInboundBytes, reading);
    this.#throttle = createThrottle(parts, reading);
    this.#handling = createHandling(parts);
    this.#inbox = createInbox(settings.maxInboundQueue, (message) => this.#answer(message));
    this.#calls = createCalls(parts, () => this.#answering);
  }

  receive(text: string | null): void {
    if (this.#ended) return;
    this.#throttle.take();
    if (text === null) return this.#complain("a binary message");
    const frame = readFrame(text, this.#parts.version);
    switch (frame.type) {
      case "call":
      case "send": {
        const { id, action, payload } = frame;
        return this.#enqueue({ id: frame.type === "send" ? null : id, action, payload, bytes: text.length });
      }
      case "result":
      case "error":
        return this.#calls.settle(frame);
      case "result-error":
        return this.#parts.count("result-error", `${frame.code}: ${frame.description}`);
      case "bad":
        if (frame.reply !== null) this.#parts.port.send(frame.reply);
        return this.#complain(frame.why);
    }
  }

  call(call: OutboundCall): Promise<CallResult> {
    return this.#calls.call(call);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#inbox.clear();
    this.#throttle.end();
    this.#calls.close();
  }

  inbound(): number {
    return this.#inbox.pending();
  }

  outbound(): number {
    return this.#calls.pending();
  }

  #enqueue(message: Inbound): void {
    this.#backlog.add(message.bytes);
    if (!this.#inbox.push(message)) this.#shut(1008, "too many messages wait");
  }

  #answer(message: Inbound): Promise<void> | null {
    this.#answering = true;
    const sinceMs = this.#traffic.nowMs();
    const checked = this.#handling.check(message.action, message.payload);
    const reply = "fault" in checked ? checked : this.#handling.attempt(message.action, checked);
    if (reply instanceof Promise) return reply.then((later) => this.#finish(message, later, sinceMs));
    this.#finish(message, reply, sinceMs);
    return null;
  }

  #finish({ id, action, bytes }: Inbound, reply: Reply, sinceMs: number): void {
    this.#answering = false;
    const { version, port } = this.#parts;
    const failed = "fault" in reply;
    if (!this.#ended && id !== null)
      port.send(failed ? writeError(version, id, reply.fault) : writeResult(id, reply.payload));
    this.#traffic.received(action, outcomeOf(reply), sinceMs);
    if (!failed) this.#handling.follow(reply.after);
    this.#backlog.done(bytes);
    this.#calls.pump();
  }

  #shut(code: number, reason: string): void {
    if (this.#ended) return;
    this.end();
    this.#parts.port.close(code, reason);
  }

  #complain(why: string): void {
    this.#parts.count("bad-message", why);
    this.#badMessages += 1;
    if (this.#badMessages > this.#parts.settings.maxBadMessages) this.#shut(1008, "too many bad messages");
  }
}

const outcomeOf = (reply: Reply): InboundOutcome => {
  if ("payload" in reply) return "answered";
  return reply.fault.code === "InternalError" ? "failed" : "refused";
};
