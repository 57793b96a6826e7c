import { lookup as resolveName, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { requestBounded } from "../http/bounded-request.js";
import type { HttpAnswer, HttpMessage, HttpSender } from "../ports/http-sender.js";
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

/** Posts once, follows no redirect, and reads nothing of the answer but its status and when to come again. */
export const createHttpSender = ({ privateAddresses, resolve = resolveHere }: SenderSettings): HttpSender => {
  const faultOf = (text: string): string | null => {
    if (!URL.canParse(text)) return "it is no address";
    return privateAddresses ? null : publicFault(new URL(text));
  };
  const lookup = privateAddresses ? {} : { lookup: guardedLookup(resolve) };
  const send = async (message: HttpMessage): Promise<HttpAnswer> => {
    const { url, headers, body, timeoutMs } = message;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), message.signal]);
    try {
      const question = { url: new URL(url), method: "POST", headers, body, mostBytes: null, signal } as const;
      const answer = await requestBounded({ ...question, ...lookup });
      return { kind: "answered", status: answer.status, retryAfter: answer.headers["retry-after"] ?? null };
    } catch (error) {
      return { kind: "failed", why: whyOf(error).slice(0, 255) };
    }
  };
  return {
    faultOf,
    post: async (message) => {
      const why = faultOf(message.url);
      return why === null ? send(message) : { kind: "failed", why };
    },
  };
};

const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? `${error.code} ${error.message}` : error.message;
};
