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

export function createHandling(parts: SessionParts): Handling {
  const { book } = parts;
  const refuse = (action: string, { code, why }: RpcFault): { fault: RpcFault } => {
    parts.count("refused", `${action.slice(0, 64)}: ${why}`);
    return { fault: { code, why } };
  };
  /** Our answer, held to its schema. */
  const held = (action: string, reply: Reply): Reply => {
    const broken = "payload" in reply ? book.strict(action, "response", reply.payload) : null;
    if (broken === null) return reply;
    parts.count("fault", `our answer to ${action}: ${broken}`);
    return { fault: UNHANDLED };
  };
  const failed = (action: string, error: unknown): Reply => {
    parts.count("fault", `${action}: ${textOf(error)}`);
    return { fault: UNHANDLED };
  };
  return {
    check(action, payload) {
      if (!book.knows(action))
        return refuse(action, { code: "NotImplemented", why: "this action is not known" });
      const checked = book.lenient(action, "request", payload);
      if (!checked.ok) return refuse(action, checked);
      const { lack = null } = checked;
      if (lack !== null) parts.count("refused", lack.why);
      if (checked.repaired !== null) parts.count("repaired", `${action}: ${checked.repaired}`);
      return { payload: checked.payload, lack };
    },
    attempt(action, { payload, lack }) {
      try {
        const reply = parts.handle(action, payload, lack);
        if (!(reply instanceof Promise)) return held(action, reply);
        return reply.then(
          (later) => held(action, later),
          (error: unknown) => failed(action, error),
        );
      } catch (error) {
        return failed(action, error);
      }
    },
    follow(after) {
      try {
        after?.();
      } catch (error) {
        parts.count("fault", textOf(error));
      }
    },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
