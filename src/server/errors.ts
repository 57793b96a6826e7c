import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { YouxuError } from "../domain/errors.js";
import { missingBody } from "./bodies.js";
import { loggedDetail, requestFields } from "../domain/request-log.js";
import type { ErrorBody } from "./schemas/common.js";

interface Issue {
  readonly message: string;
  readonly path: readonly string[];
}

interface RawIssue {
  readonly message?: string | undefined;
  readonly path?: readonly PropertyKey[];
  /** Of an object: fields that it does not have. */
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly RawIssue[])[];
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));

/** Fields that belong to another route than where they are often looked for. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  chargeNow: 'POST /api/v1/sessions/{id}/charge-now with {"on": true} does that',
};

const unknownField = (key: string): string =>
  Object.hasOwn(ELSEWHERE, key) ? `unknown field; ${ELSEWHERE[key]}` : "unknown field";

/** Of a union, the branch that came furthest says best what is wrong. */
const flatten = (raw: RawIssue, above: readonly string[]): readonly Issue[] => {
  const path = [...above, ...(raw.path ?? []).map(String)];
  if (raw.keys !== undefined && raw.keys.length > 0)
    return raw.keys.map((key) => ({ message: unknownField(key), path: [...path, key] }));
  const branches = (raw.errors ?? []).map((branch) => branch.flatMap((issue) => flatten(issue, path)));
  const best = branches.toSorted((a, b) => depth(b) - depth(a))[0];
  return best === undefined || best.length === 0 || depth(best) === path.length
    ? [{ message: raw.message ?? "invalid", path }]
    : best;
};

const placeOf = (context: string, path: readonly string[]): string =>
  path.reduce((place, key) => (/^\d+$/.test(key) ? `${place}[${key}]` : `${place}.${key}`), context);

const MOST_ISSUES = 10;

/** A failed validation names the first field as its place and every field in its message. */
const fromValidation = (error: FastifyError, request: FastifyRequest): YouxuError => {
  const context = error.validationContext ?? "request";
  if (context === "body" && (request.body ?? null) === null)
    return new YouxuError("request.unreadable", missingBody(request), "body");
  const issues = (error.validation ?? []).flatMap((raw) => {
    const path = raw.instancePath.split("/").filter((key) => key !== "");
    return flatten({ ...(raw.params as RawIssue), message: raw.message, path }, []);
  });
  const sentences = issues
    .slice(0, MOST_ISSUES)
    .map((issue) => `${placeOf(context, issue.path)}: ${issue.message}`);
  return new YouxuError("request.invalid", sentences.join("; "), placeOf(context, issues[0]?.path ?? []));
};

/** Which part of a request an error of the framework is about. */
const placeOfCode = (code: string): string | null => {
  if (code === "FST_ERR_BAD_URL") return "url";
  return code.startsWith("FST_ERR_CTP") ? "body" : null;
};

/** What the framework refuses before a route sees it. */
const fromFramework = ({ code, message }: FastifyError, request: FastifyRequest): YouxuError => {
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    const type = request.headers["content-type"] ?? "of no type";
    return new YouxuError("request.unreadable", `the body is ${type}, not JSON`, "header.content-type");
  }
  const place = placeOfCode(code);
  return new YouxuError(place === "body" ? "request.unreadable" : "request.invalid", message, place);
};

/** Any error as one of the catalogue, with the HTTP status it is answered with. */
const classify = (
  error: FastifyError | YouxuError,
  request: FastifyRequest,
): { known: YouxuError; status: number } => {
  if (error instanceof YouxuError) return { known: error, status: error.status };
  if (error.validation !== undefined) return { known: fromValidation(error, request), status: 400 };
  const status = error.statusCode ?? 500;
  if (status === 413)
    return { known: new YouxuError("request.too-large", "the body is too large", "body"), status };
  if (status >= 400 && status < 500) return { known: fromFramework(error, request), status };
  return { known: new YouxuError("internal", "something failed inside"), status: 500 };
};

const bodyOf = (error: YouxuError): ErrorBody => ({
  code: error.code,
  message: error.message,
  place: error.place,
  hint: error.hint,
});

export const answerError = (
  error: FastifyError | YouxuError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const { known, status } = classify(error, request);
  // Outside the API there is no principal at all.
  const who = request.principal?.name;
  const fields = { code: known.code, place: known.place, who, ...requestFields(request) };
  if (status >= 500) request.log.error({ ...fields, err: error }, "a request failed");
  else request.log.warn({ ...fields, detail: loggedDetail(known.message, request) }, "a request was refused");
  return reply.code(status).type("application/json").serializer(JSON.stringify).send(bodyOf(known));
};

/** Errors of every kind in one form, never with a stack trace. */
export const answerErrors = (app: FastifyInstance): void => {
  app.setErrorHandler<FastifyError | YouxuError>(answerError);
  app.setNotFoundHandler((request) => {
    const [path = "/"] = request.url.split("?");
    throw new YouxuError("not-found.route", `no route ${request.method} ${path}`, "url");
  });
};
