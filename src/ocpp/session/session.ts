import { createCalls } from "./calls.js";
import type { Reply, Session, SessionParts } from "./contract.js";
import { readFrame, writeError, writeResult } from "./frames.js";
import { createHandling } from "./handling.js";
import { createInbox, type Inbound } from "./inbox.js";
import { type InboundOutcome, NO_TRAFFIC } from "./traffic.js";
import { createBacklog, createReading } from "./reading.js";
import { createThrottle } from "./throttle.js";

/** Begins a connection's protocol; see `Session`. */
export function createSession(parts: SessionParts): Session {
  const { version, port, settings, traffic = NO_TRAFFIC } = parts;
  const reading = createReading(port);
  const backlog = createBacklog(settings.maxInboundBytes, reading);
  const throttle = createThrottle(parts, reading);
  const handling = createHandling(parts);
  const inbox = createInbox(settings.maxInboundQueue, (message) => answer(message));
  const calls = createCalls(parts, () => answering);
  let badMessages = 0;
  let answering = false;
  let ended = false;

  const answer = (message: Inbound): Promise<void> | null => {
    answering = true;
    const sinceMs = traffic.nowMs();
    const checked = handling.check(message.action, message.payload);
    const reply = "fault" in checked ? checked : handling.attempt(message.action, checked);
    if (reply instanceof Promise) return reply.then((later) => finish(message, later, sinceMs));
    finish(message, reply, sinceMs);
    return null;
  };
  const finish = ({ id, action, bytes }: Inbound, reply: Reply, sinceMs: number): void => {
    answering = false;
    const failed = "fault" in reply;
    if (!ended && id !== null)
      port.send(failed ? writeError(version, id, reply.fault) : writeResult(id, reply.payload));
    traffic.received(action, outcomeOf(reply), sinceMs);
    if (!failed) handling.follow(reply.after);
    backlog.done(bytes);
    calls.pump();
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    inbox.clear();
    throttle.end();
    calls.close();
  };
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
  const enqueue = (message: Inbound): void => {
    backlog.add(message.bytes);
    if (!inbox.push(message)) shut(1008, "too many messages wait");
  };

  return {
    receive(text) {
      if (ended) return;
      throttle.take();
      if (text === null) return complain("a binary message");
      const frame = readFrame(text, version);
      switch (frame.type) {
        case "call":
          return enqueue({ ...frame, bytes: text.length });
        case "send":
          return enqueue({ ...frame, id: null, bytes: text.length });
        case "result":
        case "error":
          return calls.settle(frame);
        case "result-error":
          return parts.count("result-error", `${frame.code}: ${frame.description}`);
        case "bad":
          if (frame.reply !== null) port.send(frame.reply);
          return complain(frame.why);
      }
    },
    call: (call) => calls.call(call),
    end,
    inbound: () => inbox.pending(),
    outbound: () => calls.pending(),
  };
}

const outcomeOf = (reply: Reply): InboundOutcome => {
  if ("payload" in reply) return "answered";
  return reply.fault.code === "InternalError" ? "failed" : "refused";
};
