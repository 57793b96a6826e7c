import type { Payload } from "../wire.js";
import type { Reply, SessionParts } from "./contract.js";
import type { RpcFault } from "./frames.js";

/** The two steps from a call of the station to our reply; neither throws or rejects. */
export interface Handling {
  /** The payload as it can be read, or why it is refused. */
  check(action: string, payload: Payload): { readonly payload: Payload } | { readonly fault: RpcFault };
  /** The handler's reply; InternalError when it fails or would answer against the schema. */
  attempt(action: string, payload: Payload): Promise<Reply>;
  /** Runs what is to follow the answer. */
  follow(after: (() => void) | undefined): void;
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
  return {
    check(action, payload) {
      if (!book.knows(action))
        return refuse(action, { code: "NotImplemented", why: "this action is not known" });
      const checked = book.lenient(action, "request", payload);
      if (!checked.ok) return refuse(action, checked);
      if (checked.repaired !== null) parts.count("repaired", `${action}: ${checked.repaired}`);
      return { payload: checked.payload };
    },
    async attempt(action, payload) {
      try {
        const reply = await parts.handle(action, payload);
        const broken = "payload" in reply ? book.strict(action, "response", reply.payload) : null;
        if (broken === null) return reply;
        parts.count("fault", `our answer to ${action}: ${broken}`);
      } catch (error) {
        parts.count("fault", `${action}: ${textOf(error)}`);
      }
      return { fault: UNHANDLED };
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
