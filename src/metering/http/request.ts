import { readFileSync } from "node:fs";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** More than any device writes. */
const MOST_ANSWER_BYTES = 65_536;

/** A device answered with a status that is no success. */
export class HttpRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

export interface HttpQuestion {
  readonly url: string;
  readonly method: "GET" | "PUT" | "POST";
  readonly authorization: string | null;
  readonly caFile: string | null;
  /** Ends it at once. */
  readonly signal: AbortSignal;
  readonly body?: { readonly text: string; readonly contentType: string };
}

/**
 * Asks a device and reads its answer. No redirect is followed, as the credentials are for this device alone. Rejects
 * with `HttpRefusal`, or with what became of the connection; no message holds the address or a credential.
 */
export const ask = (question: HttpQuestion): Promise<string> => {
  const { url, method, authorization, caFile, signal, body } = question;
  const { protocol } = new URL(url);
  const request = protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        signal,
        agent: false,
        headers: {
          accept: "application/json, text/plain",
          ...(authorization === null ? {} : { authorization }),
          ...(body === undefined
            ? {}
            : { "content-type": body.contentType, "content-length": Buffer.byteLength(body.text) }),
        },
        ...(protocol === "https:" && caFile !== null ? { ca: readFileSync(caFile) } : {}),
      },
      (response) => void read(response).then(resolve, reject),
    );
    sent.on("error", reject);
    sent.end(body?.text);
  });
};

const read = async (response: IncomingMessage): Promise<string> => {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      response.destroy();
      throw new Error("an answer of more than 64 KiB");
    }
    chunks.push(chunk);
  }
  if (status < 200 || status > 299) throw new HttpRefusal(status);
  return Buffer.concat(chunks).toString("utf8");
};
