import type { OcppVersion } from "../../domain/fleet.js";
import { isObject, type Payload } from "../wire.js";

/** Longest message id that is taken; the specifications say 36. */
const LONGEST_ID = 128;
/** Written where a call's own id could not be read (OCPP 2.x part 4, §4.2.3). */
const NO_ID = "-1";

/** One message of OCPP-J. Types 5 and 6 are of 2.1. */
export type Frame =
  | { readonly type: "call"; readonly id: string; readonly action: string; readonly payload: Payload }
  | { readonly type: "result"; readonly id: string; readonly payload: Payload }
  | { readonly type: "error"; readonly id: string; readonly code: string; readonly description: string }
  | {
      readonly type: "result-error";
      readonly id: string;
      readonly code: string;
      readonly description: string;
    }
  | { readonly type: "send"; readonly id: string; readonly action: string; readonly payload: Payload }
  /** To be counted and, where `reply` is given, answered with that CALLERROR. */
  | { readonly type: "bad"; readonly why: string; readonly reply: string | null };

/** Error codes as a version spells them: 1.6 has two of them misspelt and lacks two. */
function errorCode(version: OcppVersion, code: string): string {
  if (version === "1.6") return CODES_16.get(code) ?? code;
  return CODES_2X.get(code) ?? code;
}

const CODES_16: ReadonlyMap<string, string> = new Map([
  ["FormatViolation", "FormationViolation"],
  ["OccurrenceConstraintViolation", "OccurenceConstraintViolation"],
  ["RpcFrameworkError", "FormationViolation"],
  ["MessageTypeNotSupported", "NotSupported"],
]);
const CODES_2X: ReadonlyMap<string, string> = new Map([
  ["FormationViolation", "FormatViolation"],
  ["OccurenceConstraintViolation", "OccurrenceConstraintViolation"],
]);

export const writeCall = (id: string, action: string, payload: Payload): string =>
  JSON.stringify([2, id, action, payload]);

export const writeResult = (id: string, payload: Payload): string => JSON.stringify([3, id, payload]);

/** A CALLERROR; it never repeats what it answers. */
export const writeError = (version: OcppVersion, id: string, error: RpcFault): string =>
  JSON.stringify([4, id, errorCode(version, error.code), error.why.slice(0, 255), {}]);

/** OCPP 2.1's CALLRESULTERROR: a result that we received cannot be read. */
export const writeResultError = (id: string, error: RpcFault): string =>
  JSON.stringify([5, id, errorCode("2.1", error.code), error.why.slice(0, 255), {}]);

export interface RpcFault {
  readonly code: string;
  readonly why: string;
}

/** Reads one message; any text gives a frame, none throws. */
export function readFrame(text: string, version: OcppVersion): Frame {
  const parts = parse(text);
  if (parts === null) return bad(version, "not a JSON array", { code: "RpcFrameworkError" });
  const [type, id] = parts;
  if (!isId(id)) {
    const answerable = type === 2 || type === 6 ? { code: "RpcFrameworkError" } : null;
    return bad(version, "message id cannot be read", answerable);
  }
  switch (type) {
    case 2:
      return readCall("call", version, id, parts);
    case 3: {
      const payload = asPayload(parts[2]);
      return payload
        ? { type: "result", id, payload }
        : bad(version, "result without a payload object", null);
    }
    case 4:
      return { type: "error", id, ...readFault(parts) };
    case 5:
      return version === "2.1" ? { type: "result-error", id, ...readFault(parts) } : unsupported(version, id);
    case 6:
      return version === "2.1" ? readCall("send", version, id, parts) : unsupported(version, id);
    default:
      return unsupported(version, id);
  }
}

function readCall(
  type: "call" | "send",
  version: OcppVersion,
  id: string,
  [, , action, body]: readonly unknown[],
): Frame {
  const payload = asPayload(body);
  const fault = type === "call" ? { id, code: "FormatViolation" } : null;
  if (typeof action !== "string" || action === "" || action.length > 64)
    return bad(version, "action cannot be read", fault);
  if (payload === null) return bad(version, "payload is not an object", fault);
  return { type, id, action, payload };
}

/** 1.6 ignores unknown message types (OCPP-J 1.6 §4.1.3); 2.x answers MessageTypeNotSupported. */
const unsupported = (version: OcppVersion, id: string): Frame =>
  bad(
    version,
    "message type not supported",
    version === "1.6" ? null : { id, code: "MessageTypeNotSupported" },
  );

/** In 1.6 a message without a readable id cannot be answered. */
function bad(version: OcppVersion, why: string, answer: { id?: string; code: string } | null): Frame {
  const id = answer?.id ?? (version === "1.6" ? null : NO_ID);
  const reply = answer && id !== null ? writeError(version, id, { code: answer.code, why }) : null;
  return { type: "bad", why, reply };
}

function parse(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

const isId = (id: unknown): id is string => typeof id === "string" && id !== "" && id.length <= LONGEST_ID;

/** A missing or null payload is an empty one: many stations leave it out. */
function asPayload(value: unknown): Payload | null {
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : null;
}

const readFault = (parts: readonly unknown[]): { code: string; description: string } => ({
  code: typeof parts[2] === "string" ? parts[2].slice(0, 64) : "GenericError",
  description: typeof parts[3] === "string" ? parts[3].slice(0, 255) : "",
});
