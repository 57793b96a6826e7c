import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Attempts, createAttempts } from "../domain/attempts.js";
import { YouxuError } from "../domain/errors.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { pageCookieToken } from "./page-cookie.js";

/** What a token allows; none includes another, a role is a set of them. */
export type Scope = "read" | "operate" | "measure" | "admin";

export const SCOPES: Readonly<Record<Scope, string>> = {
  read: "See sites, stations, sessions, plans and events",
  operate: "Command stations, change preferences, charge now",
  measure: "Post measurements",
  admin:
    "Add and remove stations; change their passwords, security and network profiles, certificates and firmware",
};

interface Principal {
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
}

/** Whose token this is; null when unknown or expired. `src/accounts` is one. */
export interface TokenVerifier {
  verify(bearer: string): Promise<Principal | null>;
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

/** Unknown tokens from one address within a minute; then 429 for more of them. Behind it may be a proxy. */
const MOST_FAILURES_PER_ADDRESS = 300;

const mustNotGuess = (attempts: Attempts, { ip }: FastifyRequest, reply: FastifyReply): void => {
  const nowMs = Date.now();
  const untilMs = attempts.blockedUntilMs([[ip, MOST_FAILURES_PER_ADDRESS]], nowMs);
  if (untilMs === null) return;
  reply.header("retry-after", Math.max(1, Math.ceil((untilMs - nowMs) / SECOND_MS)));
  throw new YouxuError("auth.too-many", "too many unknown tokens from this address", "header.authorization");
};

const requireScope = async (
  { verifier, openPage, attempts }: { verifier: TokenVerifier; openPage: boolean; attempts: Attempts },
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
  if (principal === null) {
    mustNotGuess(attempts, request, reply);
    attempts.failed(request.ip, Date.now());
    throw new YouxuError("auth.invalid", "unknown token", "header.authorization");
  }
  if (!principal.scopes.has(scope)) {
    reply.header("www-authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
    throw new YouxuError("auth.forbidden", `${principal.name} lacks the scope ${scope}`);
  }
  reply.removeHeader("www-authenticate");
  request.principal = principal;
};

/**
 * Demands a token with the route's scope on every route of `app`, before the body is read. A route
 * that states no scope cannot be registered, so none can be open by mistake.
 */
export const demandTokens = (
  app: FastifyInstance,
  options: { verifier: TokenVerifier; openPage: boolean },
): void => {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", (route) => {
    if (route.config?.scope === undefined)
      throw new YouxuError("internal", `${String(route.method)} ${route.url} states no scope`);
  });
  const attempts = createAttempts(MINUTE_MS);
  app.addHook("onRequest", (request, reply) => requireScope({ ...options, attempts }, request, reply));
};
