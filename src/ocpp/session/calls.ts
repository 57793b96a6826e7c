import type { Payload } from "../wire.js";
import type { SessionParts } from "./contract.js";
import { type Frame, writeCall, writeResultError } from "./frames.js";
import {
  asError,
  type CallResult,
  createOutbox,
  type OutboundCall,
  type Outbox,
  type OutboxParts,
} from "./outbox.js";
import { NO_TRAFFIC, type Traffic } from "./traffic.js";

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
export const createCalls = (parts: SessionParts, held: () => boolean): Calls => new CheckedCalls(parts, held);

/** One of each connection, so that its methods are shared; it is its outbox's parts, too. */
class CheckedCalls implements Calls, OutboxParts {
  readonly traffic: Traffic;
  readonly held: () => boolean;
  readonly #parts: SessionParts;
  readonly #outbox: Outbox;
  #nextId = 1;

  constructor(parts: SessionParts, held: () => boolean) {
    this.#parts = parts;
    this.held = held;
    this.traffic = parts.traffic ?? NO_TRAFFIC;
    this.#outbox = createOutbox(this);
  }

  get clock(): SessionParts["clock"] {
    return this.#parts.clock;
  }

  get window(): SessionParts["window"] {
    return this.#parts.window;
  }

  get longest(): number {
    return this.#parts.settings.maxOutboundQueue;
  }

  transmit({ action, payload }: OutboundCall): string {
    const id = `y${this.#nextId++}`;
    this.#parts.port.send(writeCall(id, action, payload));
    return id;
  }

  call(call: OutboundCall): Promise<CallResult> {
    const broken = this.#parts.book.strict(call.action, "request", call.payload);
    if (broken === null) return this.#outbox.call(call);
    this.traffic.called(call.action, "invalid", null);
    return Promise.resolve({ kind: "invalid", why: broken });
  }

  settle(frame: AnswerFrame): void {
    if (!this.#outbox.settle(frame.id, (action) => this.#read(frame, action)))
      this.#parts.count("unknown-answer", "no call waits for this answer");
  }

  pump(): void {
    this.#outbox.pump();
  }

  close(): void {
    this.#outbox.close();
  }

  pending(): number {
    return this.#outbox.pending();
  }

  #read(frame: AnswerFrame, action: string): CallResult {
    return frame.type === "result"
      ? this.#readResult(frame.id, action, frame.payload)
      : asError({ code: frame.code, why: frame.description });
  }

  #readResult(id: string, action: string, payload: Payload): CallResult {
    const { book, port, version } = this.#parts;
    const checked = book.lenient(action, "response", payload);
    if (!checked.ok) {
      this.#parts.count("refused", `answer to ${action}: ${checked.why}`);
      if (version === "2.1") port.send(writeResultError(id, checked));
      return asError(checked);
    }
    if (checked.repaired !== null) this.#parts.count("repaired", `answer to ${action}: ${checked.repaired}`);
    return { kind: "result", payload: checked.payload };
  }
}
