import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { YouxuError } from "../domain/errors.js";
import type { Guesses } from "../domain/guesses.js";
import { pageCookieToken } from "./page-cookie.js";

/** What a token allows; none includes another, a role is a set of them. */
export type Scope = "read" | "operate" | "measure" | "admin";

export const SCOPES: Readonly<Record<Scope, string>> = {
  read: "See sites, stations, sessions, plans and events",
  operate: "Command stations, change preferences, charge now",
  measure: "Post measurements",
  admin:
    "Add and remove stations; change their passwords, security and network profiles, certificates and firmware; have others told of what happens",
};

interface Principal {
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
}

/** Whose token this is; null when unknown or expired. `src/accounts` is one. */
export interface TokenVerifier {
  verify(bearer: string): Promise<Principal | null>;
}

interface TokenDemand {
  readonly verifier: TokenVerifier;
  /** One keeper for all that takes tokens. */
  readonly guesses: Guesses;
  /** Whether the cookie of the demonstration's page is accepted as a token. */
  readonly openPage: boolean;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The scope that a route of /api/v1 needs. */
    scope?: Scope;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

const bearerToken = (request: FastifyRequest): string | null =>
  /^Bearer +([\w\-.~+/]+=*) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;

const refuseUnknown = (guesses: Guesses, { ip }: FastifyRequest, reply: FastifyReply): never => {
  const retryAfterS = guesses.unknown(ip, Date.now());
  if (retryAfterS === null) throw new YouxuError("auth.invalid", "unknown token", "header.authorization");
  reply.header("retry-after", retryAfterS);
  throw new YouxuError("auth.too-many", "too many unknown tokens from this address", "header.authorization");
};

const requireScope = async (
  { verifier, openPage, guesses }: TokenDemand,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const { scope } = request.routeOptions.config;
  if (scope === undefined) throw new YouxuError("internal", "this route states no scope");
  reply.header("www-authenticate", "Bearer");
  const token = bearerToken(request) ?? (openPage ? pageCookieToken(request) : null);
  if (token === null) {
    throw request.headers.authorization === undefined
      ? new YouxuError("auth.missing", "this call needs a token", "header.authorization")
      : new YouxuError("auth.invalid", "the header is not `Bearer <token>`", "header.authorization");
  }
  // First, as a good token is never kept out by strangers of the same address.
  const principal = await verifier.verify(token);
  if (principal === null) return refuseUnknown(guesses, request, reply);
  if (!principal.scopes.has(scope)) {
    reply.header("www-authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
    throw new YouxuError(
      "auth.forbidden",
      `${principal.name} lacks the scope ${scope}`,
      "header.authorization",
    );
  }
  reply.removeHeader("www-authenticate");
  request.principal = principal;
};

/**
 * Demands a token with the route's scope on every route of `app`, before the body is read. A route
 * that states no scope cannot be registered, so none can be open by mistake.
 */
export const demandTokens = (app: FastifyInstance, options: TokenDemand): void => {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", (route) => {
    if (route.config?.scope === undefined)
      throw new YouxuError("internal", `${String(route.method)} ${route.url} states no scope`);
  });
  app.addHook("onRequest", (request, reply) => requireScope(options, request, reply));
};
