import type { Payload } from "../wire.js";
import type { SessionParts } from "./contract.js";
import { type Frame, writeCall, writeResultError } from "./frames.js";
import { asError, type CallResult, createOutbox, type OutboundCall } from "./outbox.js";
import { NO_TRAFFIC } from "./traffic.js";

type AnswerFrame = Extract<Frame, { type: "result" | "error" }>;

/** Our calls to the station: checked, numbered, queued, and their answers read. */
export interface Calls {
  call(call: OutboundCall): Promise<CallResult>;
  settle(frame: AnswerFrame): void;
  /** To be called when calls are no longer held. */
  pump(): void;
  close(): void;
  pending(): number;
}

/** While `held` nothing is sent. */
export function createCalls(parts: SessionParts, held: () => boolean): Calls {
  const { book, clock, port, version, traffic = NO_TRAFFIC } = parts;
  let nextId = 1;
  const outbox = createOutbox({
    clock,
    window: parts.window,
    traffic,
    longest: parts.settings.maxOutboundQueue,
    held,
    transmit(call) {
      const id = `y${nextId++}`;
      port.send(writeCall(id, call.action, call.payload));
      return id;
    },
  });
  const readResult = (id: string, action: string, payload: Payload): CallResult => {
    const checked = book.lenient(action, "response", payload);
    if (!checked.ok) {
      parts.count("refused", `answer to ${action}: ${checked.why}`);
      if (version === "2.1") port.send(writeResultError(id, checked));
      return asError(checked);
    }
    if (checked.repaired !== null) parts.count("repaired", `answer to ${action}: ${checked.repaired}`);
    return { kind: "result", payload: checked.payload };
  };
  const read = (frame: AnswerFrame, action: string): CallResult =>
    frame.type === "result"
      ? readResult(frame.id, action, frame.payload)
      : asError({ code: frame.code, why: frame.description });

  return {
    call(call) {
      const broken = book.strict(call.action, "request", call.payload);
      if (broken === null) return outbox.call(call);
      traffic.called(call.action, "invalid", null);
      return Promise.resolve({ kind: "invalid", why: broken });
    },
    settle(frame) {
      if (!outbox.settle(frame.id, (action) => read(frame, action)))
        parts.count("unknown-answer", "no call waits for this answer");
    },
    pump: () => outbox.pump(),
    close: () => outbox.close(),
    pending: () => outbox.pending(),
  };
}
