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
/** What stands of customers in messages, by action. */
const PERSONAL: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["CustomerInformation", ["idToken", "customerIdentifier", "customerCertificate"]],
  ["NotifyCustomerInformation", ["data"]],
]);

/** A call's payload without what stands of a customer in it. */
const withoutPersons = (frame: readonly unknown[]): readonly unknown[] => {
  const fields = PERSONAL.get(frame[2]);
  const payload = frame[3];
  if (fields === undefined || !isObject(payload)) return frame;
  const left = Object.entries(payload).map(([name, value]) => [
    name,
    fields.includes(name) ? TAKEN_OUT : value,
  ]);
  return [...frame.slice(0, 3), Object.fromEntries(left), ...frame.slice(4)];
};

const isSecret = (part: Readonly<Record<string, unknown>>): boolean =>
  SECRETS.has(part["key"]) || (isObject(part["variable"]) && SECRETS.has(part["variable"]["name"]));

/** Fields whose value is a secret wherever they stand, and those of a VPN. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(["apnPassword", "simPin", "basicAuthPassword"]);
const VPN_FIELDS: ReadonlySet<string> = new Set(["password", "key"]);

const withoutVpnSecrets = (vpn: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(vpn).map(([name, value]) => [name, VPN_FIELDS.has(name) ? TAKEN_OUT : value]),
  );

const shown = (name: string, value: unknown, within: boolean): unknown => {
  if (SECRET_FIELDS.has(name)) return TAKEN_OUT;
  return name === "vpn" && isObject(value) ? withoutVpnSecrets(value) : withoutSecrets(value, within);
};

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
        : [name, shown(name, inner, secret)],
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
  [...SECRETS, ...SECRET_FIELDS, ...PERSONAL.keys(), "vpn"].some((secret) => text.includes(String(secret)))
    ? TAKEN_OUT
    : text;

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
  return { ...head, type, action, text: JSON.stringify(withoutSecrets(withoutPersons(frame))) };
};
