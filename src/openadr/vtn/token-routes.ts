import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Accounts } from "../../accounts/accounts.js";
import { detailOf, type Log, newInstance, sendProblem } from "./problem.js";

const field = z.string().min(1).max(4096);
const tokenRequest = z.object({
  grant_type: z.string(),
  client_id: field.optional(),
  client_secret: field.optional(),
  scope: z.string().max(4096).optional(),
});

type OAuthError = "invalid_request" | "invalid_client" | "invalid_scope" | "unsupported_grant_type";

interface TokenParts {
  readonly accounts: Pick<Accounts, "grant">;
  readonly prefix: string;
  readonly log: Log;
}

/** Client credentials, RFC 6749 §4.4: in the form body, or as HTTP Basic. */
export const tokenRoutes = (app: FastifyInstance, { accounts, prefix, log }: TokenParts): void => {
  if (!app.hasContentTypeParser("application/x-www-form-urlencoded"))
    app.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string" },
      async (_request: FastifyRequest, body: string | Buffer) =>
        Object.fromEntries(new URLSearchParams(String(body))),
    );
  app.get("/auth/server", async (request) => ({
    tokenURL: `${request.protocol}://${request.host || "localhost"}${prefix}/auth/token`,
  }));
  app.post("/auth/token", async (request, reply) => answer(request, reply, { accounts, log }));
};

/** What to do about each refusal. */
const HINTS: Readonly<Record<OAuthError, string>> = {
  invalid_request:
    "send grant_type, client_id and client_secret as a form, or id and secret as HTTP Basic with grant_type in the form",
  invalid_client: "clients and their secrets stand in the configuration under api.clients",
  invalid_scope: "leave scope out to get all that the client may have",
  unsupported_grant_type: "send grant_type=client_credentials",
};

interface Refusal {
  readonly status: number;
  readonly error: OAuthError;
  readonly message: string;
  /** The field of the form, or the header. */
  readonly place: string;
  /** Where that of its kind does not fit. */
  readonly hint?: string;
}

const answer = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { accounts, log }: Pick<TokenParts, "accounts" | "log">,
) => {
  const refuse = (refusal: Refusal) => refused(request, reply, { refusal, log });
  const asked = readRequest(request);
  if ("error" in asked) return refuse(asked);
  const outcome = await accounts.grant({ ...asked, address: request.ip });
  if (outcome.status === "too-many-attempts") {
    reply.header("retry-after", String(outcome.retryAfterS));
    return refuse({
      status: 429,
      // The description knows no error of its own for it.
      error: "invalid_client",
      hint: "wait as long as Retry-After says, then send the right secret",
      message: `too many failed attempts; heard again in ${outcome.retryAfterS} s`,
      place: asked.place,
    });
  }
  if (outcome.status === "invalid-client")
    return refuse({
      status: 401,
      error: "invalid_client",
      message: "unknown client or wrong secret",
      place: asked.place,
    });
  if (outcome.status === "invalid-scope")
    return refuse({
      status: 400,
      error: "invalid_scope",
      message: `the client has no scope ${outcome.scope}`,
      place: "scope",
    });
  reply.header("cache-control", "no-store");
  return {
    access_token: outcome.accessToken,
    token_type: "Bearer",
    expires_in: outcome.expiresInS,
    scope: outcome.scopes.join(" "),
  };
};

interface Asked {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  /** Where the credentials stood. */
  readonly place: string;
}

const invalid = (message: string, place: string): Refusal => ({
  status: 400,
  error: "invalid_request",
  message,
  place,
});

const readRequest = (request: FastifyRequest): Asked | Refusal => {
  const read = tokenRequest.safeParse(request.body);
  if (!read.success) {
    const [wrong] = read.error.issues[0]?.path ?? [];
    return invalid("not a form with grant_type, client_id and client_secret", String(wrong ?? "body"));
  }
  const { grant_type, client_id, client_secret, scope = null } = read.data;
  if (grant_type !== "client_credentials")
    return {
      status: 400,
      error: "unsupported_grant_type",
      message: `there is no grant_type ${grant_type}`,
      place: "grant_type",
    };
  const basic = basicOf(request.headers.authorization);
  const clientId = basic?.id ?? client_id;
  const clientSecret = basic?.secret ?? client_secret;
  if (clientId === undefined) return invalid("no client_id", "client_id");
  if (clientSecret === undefined) return invalid("no client_secret", "client_secret");
  return { clientId, clientSecret, scope, place: basic === null ? "client_secret" : "header.authorization" };
};

/** Both forms at once: OAuth's error fields and a problem object. */
const refused = (
  request: FastifyRequest,
  reply: FastifyReply,
  { refusal, log }: { refusal: Refusal; log: Log },
) => {
  const { status, error, message, place } = refusal;
  if (status === 401) reply.header("www-authenticate", 'Basic realm="youxu"');
  reply.header("cache-control", "no-store");
  const { hint = HINTS[error] } = refusal;
  const problem = {
    type: `urn:ietf:params:oauth:error:${error}`,
    title: error.replaceAll("_", " "),
    status,
    detail: detailOf({ place, message, hint }),
    instance: newInstance(),
    place,
    hint,
    error,
    error_description: message,
  };
  const { instance } = problem;
  log.warn({ status, error, place, instance, address: request.ip }, `no access token given: ${message}`);
  return sendProblem(request, reply, problem);
};

/** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
const basicOf = (header: string | undefined): { id: string; secret: string } | null => {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 1
    ? null
    : { id: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) };
};

const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};
