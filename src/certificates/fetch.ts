import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface Question {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** An answer of more is cut off. */
  readonly mostBytes: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Asks and reads the answer, of whatever status. No redirect is followed: the operator allowed this host, not
 * those that it names. Rejects with what became of the connection.
 */
export const fetchBounded = ({
  url,
  method,
  headers,
  body,
  mostBytes,
  signal,
}: Question): Promise<Answer> => {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": body.length };
    const sent = request(
      url,
      { method, signal, agent: false, headers: { ...headers, ...length } },
      (response) => void read(response, mostBytes).then(resolve, reject),
    );
    sent.on("error", reject);
    sent.end(body);
  });
};

const read = async (response: IncomingMessage, mostBytes: number): Promise<Answer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) {
      response.destroy();
      throw new Error(`an answer of more than ${mostBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
};

/** Why asking failed, without the address or anything that was sent. */
export const causeOf = (error: unknown, signal: AbortSignal): string => {
  if (signal.aborted) return "no answer in time";
  return error instanceof Error ? error.message : String(error);
};
