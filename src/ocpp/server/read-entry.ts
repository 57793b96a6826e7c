import { isSecretSetting, namesSecret } from "../../domain/secret-settings.js";
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

const isSecretName = (name: unknown): boolean => typeof name === "string" && isSecretSetting(name);
/** Of a key of 1.6 or a variable of 2.x whose value is a secret. */
const isSecret = (part: Readonly<Record<string, unknown>>): boolean =>
  isSecretName(part["key"]) || (isObject(part["variable"]) && isSecretName(part["variable"]["name"]));

/** Where the value of a key or variable stands. */
const VALUES: ReadonlySet<string> = new Set(["value", "attributeValue", "actualValue"]);
/** Beside those that are called like a secret wherever they stand. */
const VPN_FIELDS: ReadonlySet<string> = new Set(["password", "key"]);

const withoutVpnSecrets = (vpn: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(vpn).map(([name, value]) => [name, VPN_FIELDS.has(name) ? TAKEN_OUT : value]),
  );

const shown = (name: string, value: unknown, within: boolean): unknown => {
  if (isSecretSetting(name)) return TAKEN_OUT;
  return name === "vpn" && isObject(value) ? withoutVpnSecrets(value) : withoutSecrets(value, within);
};

/** A link without what opens it: user and password, what follows the path, a token of our file exchange. */
const withoutKeys = (text: string): string => {
  const shut = text
    .replace(/\/\/[^/?#]*@/g, `//${TAKEN_OUT}@`)
    .replace(/(\/files\/(?:upload|download)\/)[^/?#]+/g, `$1${TAKEN_OUT}`);
  return /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(shut) ? shut.replace(/[?#].*$/s, `?${TAKEN_OUT}`) : shut;
};

/** The same without the values of secrets, at whatever depth. */
const withoutSecrets = (value: unknown, within = false): unknown => {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, within));
  if (typeof value === "string") return withoutKeys(value);
  if (!isObject(value)) return value;
  // A report names the variable above its values.
  const secret = within || isSecret(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      secret && VALUES.has(name) ? [name, TAKEN_OUT] : [name, shown(name, inner, secret)],
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

/** What opens a link, in JSON that may have its slashes escaped. */
const OPENING_LINK = /\/\\?\/[^/?#]*@|\/files\\?\/(?:upload|download)\\?\//;

/** A secret in a text that cannot be read might stand anywhere in it. */
const unread = (text: string): string =>
  namesSecret(text) ||
  OPENING_LINK.test(text) ||
  [...PERSONAL.keys(), "vpn"].some((secret) => text.includes(String(secret)))
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

/** The id and the action of a call; null: the text is none that can be answered. */
export const calledIn = (text: string): { readonly id: string; readonly action: string | null } | null => {
  const frame = frameOf(text);
  const [type, id, action] = frame ?? [];
  if (type !== 2 || typeof id !== "string") return null;
  return { id, action: typeof action === "string" ? action : null };
};

/** Reads one of a station's entries; of an answer the call is looked for in those before it. */
export const readEntry = (entries: readonly Entry[], at = entries.length - 1): LoggedMessage =>
  readAlone(entries[at]!, (id) => calledBy(id, entries, at));

/** The same of an entry alone; `actionOf` tells the action of the newest call that has an id. */
export const readAlone = (
  { id, atMs, direction, text }: Entry,
  actionOf: (callId: unknown) => string | null,
): LoggedMessage => {
  const head = { id, atMs, direction };
  const frame = frameOf(text);
  if (frame === null) return { ...head, type: null, action: null, text: unread(text) };
  const type = TYPES.get(frame[0]) ?? null;
  const named = type === "call" || type === "send";
  const action = named ? (typeof frame[2] === "string" ? frame[2] : null) : actionOf(frame[1]);
  return { ...head, type, action, text: JSON.stringify(withoutSecrets(withoutPersons(frame))) };
};
