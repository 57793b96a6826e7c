import { lookup as resolveName, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { type Answer, requestBounded } from "../http/bounded-request.js";
import type { HttpAsker, HttpMessage, HttpSender } from "../ports/http-sender.js";
import { guardedLookup } from "./guarded-lookup.js";
import { isPublicAddress } from "./public-address.js";

export interface SenderSettings {
  /** Whether it may send to this computer and to private networks, and without TLS. */
  readonly privateAddresses: boolean;
  /** How names become addresses; by the computer's resolver where it is left out. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>;
}

const resolveHere = (name: string): Promise<readonly LookupAddress[]> =>
  new Promise((resolve, reject) =>
    resolveName(name, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error))),
  );

/** A literal IPv6 address stands in brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

const publicFault = (url: URL): string | null => {
  if (url.protocol !== "https:") return "it goes by https alone";
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) return `${host} is no public address`;
  return /(?:^|\.)localhost\.?$/i.test(host) ? `${host} is this computer` : null;
};

type Failed = { readonly kind: "failed"; readonly why: string };

/** Posts once and follows no redirect. `post` reads nothing of the answer but its status and when to come again. */
export const createHttpSender = ({
  privateAddresses,
  resolve = resolveHere,
}: SenderSettings): HttpSender & HttpAsker => {
  const faultOf = (text: string): string | null => {
    if (!URL.canParse(text)) return "it is no address";
    return privateAddresses ? null : publicFault(new URL(text));
  };
  const lookup = privateAddresses ? {} : { lookup: guardedLookup(resolve) };
  const send = async <T>(
    message: HttpMessage,
    mostBytes: number | null,
    read: (answer: Answer) => T,
  ): Promise<T | Failed> => {
    const { url, headers, body, timeoutMs } = message;
    const fault = faultOf(url);
    if (fault !== null) return { kind: "failed", why: fault };
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), message.signal]);
    try {
      const question = { url: new URL(url), method: "POST", headers, body, mostBytes, signal } as const;
      return read(await requestBounded({ ...question, ...lookup }));
    } catch (error) {
      return { kind: "failed", why: whyOf(error).slice(0, 255) };
    }
  };
  return {
    faultOf,
    post: (message) =>
      send(message, null, ({ status, headers }) => ({
        kind: "answered",
        status,
        retryAfter: headers["retry-after"] ?? null,
      })),
    ask: (message) =>
      send(message, message.mostBytes, ({ status, body }) => ({
        kind: "answered",
        status,
        body: body.toString("utf8"),
      })),
  };
};

const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? `${error.code} ${error.message}` : error.message;
};
