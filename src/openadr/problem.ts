import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { YouxuError } from "../domain/errors.js";

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A problem object (RFC 7807), with our code, the place of the fault and what to do about it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  readonly place?: string;
  readonly hint?: string;
}

export const problemOf = (failure: unknown): Problem => {
  if (failure instanceof YouxuError) {
    const { code, message, place, hint, status } = failure;
    const detail = `${place === null ? "" : `${place}: `}${message}. ${hint}`;
    return {
      ...plain(status, detail),
      type: `urn:youxu:error:${code}`,
      code,
      hint,
      ...(place === null ? {} : { place }),
    };
  }
  const status = statusOf(failure);
  const known = status !== null && status < 500 && failure instanceof Error;
  return known
    ? plain(status, failure.message)
    : plain(500, "this is a fault of ours; the log has the details");
};

const plain = (status: number, detail: string): Problem => ({
  type: "about:blank",
  title: STATUS_CODES[status] ?? "Error",
  status,
  detail,
});

const statusOf = (failure: unknown): number | null =>
  failure instanceof Error && "statusCode" in failure && typeof failure.statusCode === "number"
    ? failure.statusCode
    : null;

/** Problems go out as plain JSON, since some clients parse nothing else, unless asked for otherwise. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => {
  const wantsProblem = (request.headers.accept ?? "").includes("application/problem+json");
  if (problem.status === 401 && !reply.hasHeader("www-authenticate"))
    reply.header("www-authenticate", "Bearer");
  return reply
    .code(problem.status)
    .header("content-type", wantsProblem ? "application/problem+json" : "application/json; charset=utf-8")
    .send(JSON.stringify(problem));
};

/** Every rejected request leaves a line in the log, with its place. */
export const problemHandler =
  (log: Log) => (failure: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(failure);
    const fields = {
      method: request.method,
      path: request.url,
      status: problem.status,
      place: problem.place,
    };
    if (problem.status >= 500) log.error({ ...fields, err: failure }, "OpenADR request failed");
    else log.warn(fields, `OpenADR request rejected: ${problem.detail}`);
    return sendProblem(request, reply, problem);
  };
