import { readFileSync } from "node:fs";
import { requestBounded } from "../../http/bounded-request.js";

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
export const ask = async (question: HttpQuestion): Promise<string> => {
  const { method, authorization, caFile, signal, body } = question;
  const url = new URL(question.url);
  const answer = await requestBounded({
    url,
    method,
    signal,
    mostBytes: MOST_ANSWER_BYTES,
    headers: {
      accept: "application/json, text/plain",
      ...(authorization === null ? {} : { authorization }),
      ...(body === undefined ? {} : { "content-type": body.contentType }),
    },
    ...(body === undefined ? {} : { body: body.text }),
    ...(url.protocol === "https:" && caFile !== null ? { ca: readFileSync(caFile) } : {}),
  });
  if (answer.status < 200 || answer.status > 299) throw new HttpRefusal(answer.status);
  return answer.body.toString("utf8");
};
