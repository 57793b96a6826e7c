import type { LoggedMessage } from "../../ports/message-log.js";
import { isObject } from "../wire.js";
import type { Entry } from "./message-log.js";

const TYPES: ReadonlyMap<unknown, LoggedMessage["type"]> = new Map([
  [2, "call"],
  [3, "result"],
  [4, "error"],
  [5, "result-error"],
  [6, "send"],
]);

/** Keys and variables whose value is a secret: the station's password, 1.6 and 2.x. */
const SECRETS: ReadonlySet<unknown> = new Set(["AuthorizationKey", "BasicAuthPassword"]);
const TAKEN_OUT = "•••";

const isSecret = (part: Readonly<Record<string, unknown>>): boolean =>
  SECRETS.has(part["key"]) || (isObject(part["variable"]) && SECRETS.has(part["variable"]["name"]));

/** The same without the values of secrets, at whatever depth. */
const withoutSecrets = (value: unknown, within = false): unknown => {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, within));
  if (!isObject(value)) return value;
  // A report names the variable above its values.
  const secret = within || isSecret(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      secret && (name === "value" || name === "attributeValue")
        ? [name, TAKEN_OUT]
        : [name, withoutSecrets(inner, secret)],
    ),
  );
};

/** The frame of a text; null where it is none. */
const frameOf = (text: string): readonly unknown[] | null => {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) && TYPES.has(frame[0]) ? frame : null;
  } catch {
    return null;
  }
};

/** A secret in a text that cannot be read might stand anywhere in it. */
const unread = (text: string): string =>
  [...SECRETS].some((secret) => text.includes(String(secret))) ? TAKEN_OUT : text;

/** The action of the call that has this id, the newest of them before the one at `at`. */
const calledBy = (id: unknown, entries: readonly Entry[], at: number): string | null => {
  for (let before = at - 1; before >= 0; before--) {
    const { text } = entries[before]!;
    if (!text.includes(`"${String(id)}"`)) continue;
    const frame = frameOf(text);
    if (frame?.[0] === 2 && frame[1] === id) return typeof frame[2] === "string" ? frame[2] : null;
  }
  return null;
};

/** Reads one of a station's entries; of an answer the call is looked for in those before it. */
export const readEntry = (entries: readonly Entry[], at = entries.length - 1): LoggedMessage => {
  const { id, atMs, direction, text } = entries[at]!;
  const head = { id, atMs, direction };
  const frame = frameOf(text);
  if (frame === null) return { ...head, type: null, action: null, text: unread(text) };
  const type = TYPES.get(frame[0]) ?? null;
  const named = type === "call" || type === "send";
  const action = named ? (typeof frame[2] === "string" ? frame[2] : null) : calledBy(frame[1], entries, at);
  return { ...head, type, action, text: JSON.stringify(withoutSecrets(frame)) };
};
