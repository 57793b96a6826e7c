import type { OcppVersion } from "../../src/domain/fleet.js";
import { peerValidator } from "../ocpp/harness.js";

/** Listens on behalf of an attacker: what is wrong with what the server says, by the protocol. */
export interface AnswerCheck {
  /** What was sent: a call may be answered once, under its id. */
  readonly asked: (text: string) => void;
  /** What is wrong with what came; null: nothing. */
  readonly heard: (text: string) => string | null;
}

const SEND_ONLY: ReadonlySet<string> = new Set(["NotifyPeriodicEventStream"]);

const parsed = (text: string): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
};

const faultOf = (version: OcppVersion, id: string, payload: unknown): string | null => {
  try {
    void peerValidator(version).validate(id, payload);
    return null;
  } catch (error) {
    return String(error);
  }
};

export const createAnswerCheck = (version: OcppVersion): AnswerCheck => {
  const open = new Map<unknown, string[]>();
  const settle = (id: unknown): string | undefined => {
    const actions = open.get(id) ?? [];
    const [action] = actions.splice(0, 1);
    return action;
  };
  const result = (id: unknown, payload: unknown): string | null => {
    const action = settle(id);
    if (action === undefined) return `a result that nobody asked for, under ${JSON.stringify(id)}`;
    if (SEND_ONLY.has(action)) return null;
    const fault = faultOf(version, `urn:${action}.conf`, payload);
    return fault === null ? null : `no valid answer to ${action}: ${fault}`;
  };
  return {
    asked: (text) => {
      const [type, id, action] = parsed(text);
      if (type === 2) open.set(id, [...(open.get(id) ?? []), typeof action === "string" ? action : ""]);
    },
    heard: (text) => {
      const [type, id, third, payload] = parsed(text);
      if (typeof id !== "string") return `no message of the protocol: ${text.slice(0, 100)}`;
      if (type === 3) return result(id, third);
      if (type === 2) {
        const fault = faultOf(version, `urn:${String(third)}.req`, payload);
        return fault === null ? null : `no valid call, ${String(third)}: ${fault}`;
      }
      if (type === 4) {
        const isAsked = settle(id) !== undefined;
        // What could not be read has no call of its own; 2.x answers what is no call, too.
        return isAsked || version !== "1.6" ? null : `an error that nobody asked for, under ${id}`;
      }
      return type === 5 && version === "2.1" ? null : `type ${JSON.stringify(type)}`;
    },
  };
};
