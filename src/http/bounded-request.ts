import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";

export interface Question {
  readonly url: URL;
  readonly method: "GET" | "PUT" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** An answer of more is refused; null: nothing of it is read but its head. */
  readonly mostBytes: number | null;
  /** Ends it at once, whatever the other side does. */
  readonly signal: AbortSignal;
  /** The authorities of https; those of Node by default. */
  readonly ca?: Buffer;
  /** How a name becomes an address; by the computer's resolver by default. */
  readonly lookup?: LookupFunction;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Asks and reads the answer, of whatever status. No redirect is followed: the operator allowed this host, not
 * those that it names. Rejects with what became of the connection. Once it settles, the connection is no more; and
 * it always settles when the signal says so, as no event of the connection is waited for then.
 */
export const requestBounded = async (question: Question): Promise<Answer> => {
  const { url, body, mostBytes, signal } = question;
  if (signal.aborted) throw tooLate();
  const sent = (url.protocol === "https:" ? requestHttps : requestHttp)(url, optionsOf(question));
  let ended: (() => void) | null = null;
  let isAnswered = false;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      ended = () => reject(tooLate());
      signal.addEventListener("abort", ended);
      // Stays: what is cut off below may tell of it.
      sent.on("error", reject);
      sent.on("response", (response) => {
        isAnswered = true;
        if (mostBytes === null) resolve(answerOf(response, Buffer.alloc(0)));
        else read(response, mostBytes).then(resolve, reject);
      });
      // Its socket is ours from here on, and no other event tells of it.
      sent.on("upgrade", (response, socket) => {
        socket.on("error", () => undefined).destroy();
        reject(new Error(`HTTP ${response.statusCode ?? 0}, which nobody asked for`));
      });
      // Of an answer that came, `read` tells what became.
      sent.on("close", () => {
        if (!isAnswered) reject(new Error("closed without an answer"));
      });
      sent.end(body);
    });
  } finally {
    if (ended !== null) signal.removeEventListener("abort", ended);
    sent.destroy();
  }
};

const tooLate = (): Error => new Error("no answer in time");

const optionsOf = ({ method, headers, body, ca, lookup }: Question): RequestOptions & { ca?: Buffer } => ({
  method,
  agent: false,
  headers: { ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
  ...(ca === undefined ? {} : { ca }),
  ...(lookup === undefined ? {} : { lookup }),
});

const read = async (response: IncomingMessage, mostBytes: number): Promise<Answer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`an answer of more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return answerOf(response, Buffer.concat(chunks));
};

const answerOf = ({ statusCode, headers }: IncomingMessage, body: Buffer): Answer => ({
  status: statusCode ?? 0,
  headers,
  body,
});

/** Why asking failed, without the address or anything that was sent. */
export const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
