import type { Lack } from "../minimum.js";
import type { Payload } from "../wire.js";
import type { Reply, SessionParts } from "./contract.js";
import type { RpcFault } from "./frames.js";

/** The two steps from a call of the station to our reply; neither throws or rejects. */
export interface Handling {
  /** The payload as it can be read, or why it is refused. */
  check(action: string, payload: Payload): Readable | { readonly fault: RpcFault };
  /** The handler's reply, at once where it has it; InternalError when it fails or would answer against the schema. */
  attempt(action: string, readable: Readable): Reply | Promise<Reply>;
  /** Runs what is to follow the answer. */
  follow(after: (() => void) | undefined): void;
}

interface Readable {
  readonly payload: Payload;
  readonly lack: Lack | null;
}

const UNHANDLED: RpcFault = {
  code: "InternalError",
  why: "the message could not be stored or handled; send it again",
};

export const createHandling = (parts: SessionParts): Handling => new CheckedHandling(parts);

/** One of each connection, so that its methods are shared. */
class CheckedHandling implements Handling {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  check(action: string, payload: Payload): Readable | { readonly fault: RpcFault } {
    const { book } = this.#parts;
    if (!book.knows(action))
      return this.#refuse(action, { code: "NotImplemented", why: "this action is not known" });
    const checked = book.lenient(action, "request", payload);
    if (!checked.ok) return this.#refuse(action, checked);
    const { lack = null } = checked;
    if (lack !== null) this.#parts.count("refused", lack.why);
    if (checked.repaired !== null) this.#parts.count("repaired", `${action}: ${checked.repaired}`);
    return { payload: checked.payload, lack };
  }

  attempt(action: string, { payload, lack }: Readable): Reply | Promise<Reply> {
    try {
      const reply = this.#parts.handle(action, payload, lack);
      if (!(reply instanceof Promise)) return this.#held(action, reply);
      return reply.then(
        (later) => this.#held(action, later),
        (error: unknown) => this.#failed(action, error),
      );
    } catch (error) {
      return this.#failed(action, error);
    }
  }

  follow(after: (() => void) | undefined): void {
    try {
      after?.();
    } catch (error) {
      this.#parts.count("fault", textOf(error));
    }
  }

  #refuse(action: string, { code, why }: RpcFault): { fault: RpcFault } {
    this.#parts.count("refused", `${action.slice(0, 64)}: ${why}`);
    return { fault: { code, why } };
  }

  /** Our answer, held to its schema. */
  #held(action: string, reply: Reply): Reply {
    const broken = "payload" in reply ? this.#parts.book.strict(action, "response", reply.payload) : null;
    if (broken === null) return reply;
    this.#parts.count("fault", `our answer to ${action}: ${broken}`);
    return { fault: UNHANDLED };
  }

  #failed(action: string, error: unknown): Reply {
    this.#parts.count("fault", `${action}: ${textOf(error)}`);
    return { fault: UNHANDLED };
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
