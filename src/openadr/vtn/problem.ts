import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { YouxuError } from "../../domain/errors.js";
import { loggedDetail, requestFields } from "../../domain/request-log.js";

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A problem object (RFC 9457), with our code, the place of the fault and what to do about it. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** This one occurrence: the log line of it has the same. */
  readonly instance: string;
  readonly code?: string;
  readonly place?: string;
  readonly hint?: string;
}

const problemOf = (failure: unknown): Problem => {
  const known = knownOf(failure);
  const { code, message, place, hint } = known;
  const status = failure instanceof YouxuError ? failure.status : (statusOf(failure) ?? 500);
  return {
    type: `urn:youxu:error:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: detailOf({ place, message, hint }),
    instance: newInstance(),
    code,
    hint,
    ...(place === null ? {} : { place }),
  };
};

interface Told {
  readonly place: string | null;
  readonly message: string;
  readonly hint: string;
}

/** One text for those who read no further fields: place, fault and what to do. */
export const detailOf = ({ place, message, hint }: Told): string => {
  const end = /[.?!]$/.test(message) ? "" : ".";
  return `${place === null ? "" : `${place}: `}${message}${end} ${hint}`;
};

export const newInstance = (): string => `urn:uuid:${randomUUID()}`;

/** Any failure as one of the catalogue; what the framework refuses cannot be read. */
const knownOf = (failure: unknown): YouxuError => {
  if (failure instanceof YouxuError) return failure;
  const status = statusOf(failure);
  if (!(failure instanceof Error) || status === null || status >= 500)
    return new YouxuError("internal", "something failed inside");
  if (status === 413) return new YouxuError("request.too-large", "the body is too large", "body");
  const place = status === 415 ? "header.content-type" : "body";
  return new YouxuError("request.unreadable", failure.message, place);
};

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
      ...requestFields(request),
      status: problem.status,
      place: problem.place,
      instance: problem.instance,
    };
    if (problem.status >= 500) log.error({ ...fields, err: failure }, "OpenADR request failed");
    else
      log.warn(fields, `OpenADR request rejected: ${loggedDetail(problem.detail, request) ?? problem.title}`);
    return sendProblem(request, reply, problem);
  };
