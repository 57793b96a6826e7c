import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Accounts } from "../accounts/accounts.js";
import { sendProblem } from "./problem.js";

const field = z.string().min(1).max(4096);
const tokenRequest = z.object({
  grant_type: z.string(),
  client_id: field.optional(),
  client_secret: field.optional(),
  scope: z.string().max(4096).optional(),
});

type OAuthError = "invalid_request" | "invalid_client" | "invalid_scope" | "unsupported_grant_type";

/** Client credentials, RFC 6749 §4.4: in the form body, or as HTTP Basic. */
export const tokenRoutes = (app: FastifyInstance, accounts: Accounts, prefix: string): void => {
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
  app.post("/auth/token", async (request, reply) => answer(request, reply, accounts));
};

const answer = async (request: FastifyRequest, reply: FastifyReply, accounts: Accounts) => {
  const refuse = (status: number, error: OAuthError, detail: string) =>
    refused(request, reply, { status, error, detail });
  const read = tokenRequest.safeParse(request.body).data;
  if (read === undefined)
    return refuse(400, "invalid_request", "a form with grant_type, client_id and client_secret");
  if (read.grant_type !== "client_credentials")
    return refuse(400, "unsupported_grant_type", "grant_type must be client_credentials");
  const basic = basicOf(request.headers.authorization);
  const clientId = basic?.id ?? read.client_id;
  const clientSecret = basic?.secret ?? read.client_secret;
  if (clientId === undefined || clientSecret === undefined)
    return refuse(400, "invalid_request", "client_id and client_secret belong in the form or in HTTP Basic");
  const outcome = await accounts.grant({ clientId, clientSecret, scope: read.scope ?? null });
  if (outcome.status === "invalid-client")
    return refuse(401, "invalid_client", "unknown client or wrong secret");
  if (outcome.status === "invalid-scope")
    return refuse(400, "invalid_scope", `the client has no scope ${outcome.scope}`);
  reply.header("cache-control", "no-store");
  return {
    access_token: outcome.accessToken,
    token_type: "Bearer",
    expires_in: outcome.expiresInS,
    scope: outcome.scopes.join(" "),
  };
};

/** Both forms at once: OAuth's error fields and a problem object. */
const refused = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, error, detail }: { status: number; error: OAuthError; detail: string },
) => {
  if (status === 401) reply.header("www-authenticate", 'Basic realm="youxu"');
  reply.header("cache-control", "no-store");
  const title = error.replaceAll("_", " ");
  const problem = {
    type: `urn:ietf:params:oauth:error:${error}`,
    title,
    status,
    detail,
    error,
    error_description: detail,
  };
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
