import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { type Bound, createAttempts } from "../domain/attempts.js";
import { YouxuError } from "../domain/errors.js";
import type { Clock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import { type ClientInfo, type Clients, type ConfiguredClient, createClients } from "./clients.js";
import type { Principal } from "./principal.js";
import { isScope, type Scope, SCOPES } from "./scopes.js";
import { derivedKey } from "./secrets.js";
import { createTokens, type Tokens } from "./tokens.js";

/** Outcome of a request for client credentials, as in RFC 6749 §4.4 and §5. */
type GrantOutcome =
  | {
      readonly status: "granted";
      readonly accessToken: string;
      readonly expiresInS: number;
      readonly scopes: readonly Scope[];
    }
  | { readonly status: "invalid-client" }
  | { readonly status: "too-many-attempts"; readonly retryAfterS: number }
  | { readonly status: "invalid-scope"; readonly scope: string };

interface GrantRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  /** Network address it comes from: who fails often from there has to wait. */
  readonly address: string;
}

export interface Accounts
  extends Pick<Tokens, "issueToken" | "revokeToken" | "listTokens">,
    Pick<Clients, "addClient" | "removeClient" | "listClients"> {
  /** Who holds this bearer token: an API token or one from `/auth/token`; null when invalid or expired. */
  verify(bearer: string): Promise<Principal | null>;
  /** `scope` is a list with spaces; null or empty asks for all that the client may have. */
  grant(request: GrantRequest): Promise<GrantOutcome>;
}

export interface AccountsOptions {
  readonly documents: Documents;
  /** Secret of the installation, at least 32 bytes; a new one makes every token invalid. */
  readonly secret: string | Buffer;
  /** The wall clock: tokens are for people and machines outside, whatever time a simulation has. */
  readonly clock: Clock;
  readonly clients?: readonly ConfiguredClient[];
}

export const LEAST_SECRET_BYTES = 32;
const EXPIRES_IN_S = 3600;
const ISSUER = "youxu";
const AUDIENCE = "youxu-api";
const MS_PER_S = 1000;

/**
 * Failed attempts for credentials that are judged within a window; then 429, right or wrong. Few for
 * one client from one address, more for an address, behind which there may be a proxy and many clients.
 */
const MOST_FAILURES_PER_CLIENT = 10;
const MOST_FAILURES_PER_ADDRESS = 300;
const FAILURE_WINDOW_S = 60;

export const createAccounts = ({
  documents,
  secret,
  clock,
  clients: configured,
}: AccountsOptions): Accounts => {
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) {
    const message = `the secret of the accounts needs at least ${LEAST_SECRET_BYTES} bytes`;
    throw new YouxuError("config.invalid", message, "accounts.secret");
  }
  const tokens = createTokens(documents, secret, clock);
  const clients = createClients(documents, secret, configured ?? []);
  const key = derivedKey(secret, "access-token");
  const attempts = createAttempts(FAILURE_WINDOW_S * MS_PER_S);
  const prove = async ({ clientId, clientSecret, address }: GrantRequest) => {
    const own = JSON.stringify([clientId, address]);
    const nowMs = clock.now();
    const bounds: Bound[] = [
      [own, MOST_FAILURES_PER_CLIENT],
      [address, MOST_FAILURES_PER_ADDRESS],
    ];
    const untilMs = attempts.blockedUntilMs(bounds, nowMs);
    if (untilMs !== null)
      return {
        status: "too-many-attempts",
        retryAfterS: Math.max(1, Math.ceil((untilMs - nowMs) / MS_PER_S)),
      } as const;
    const client = await clients.proveClient(clientId, clientSecret);
    if (client !== null) return { status: "proven", client } as const;
    attempts.failed(own, nowMs);
    attempts.failed(address, nowMs);
    return { status: "invalid-client" } as const;
  };
  return {
    ...tokens,
    ...clients,
    verify: async (bearer) =>
      bearer.startsWith("yx_") ? tokens.verifyToken(bearer) : verifyAccess({ bearer, key, clock, clients }),
    grant: async (request) => {
      const proof = await prove(request);
      if (proof.status !== "proven") return proof;
      const { client } = proof;
      const wanted = (request.scope ?? "").split(" ").filter((word) => word !== "");
      const refused = wanted.find((word) => !isScope(word) || !client.scopes.includes(word));
      if (refused !== undefined) return { status: "invalid-scope", scope: refused };
      const scopes = wanted.length === 0 ? client.scopes : wanted.filter(isScope);
      const accessToken = await sign(client, scopes, key, clock);
      return { status: "granted", accessToken, expiresInS: EXPIRES_IN_S, scopes };
    },
  };
};

const sign = (client: ClientInfo, scopes: readonly Scope[], key: Buffer, clock: Clock): Promise<string> => {
  const nowS = Math.floor(clock.now() / MS_PER_S);
  return new SignJWT({ scope: scopes.join(" ") })
    .setProtectedHeader({ alg: "HS256", typ: "at+jwt" })
    .setSubject(client.id)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + EXPIRES_IN_S)
    .sign(key);
};

const claims = z.object({
  sub: z.string(),
  scope: z.string().transform((text) => z.array(z.enum(SCOPES)).parse(text.split(" "))),
});

/** A client that was removed, or lost a scope, loses it at once and not when its token expires. */
const verifyAccess = async (given: {
  bearer: string;
  key: Buffer;
  clock: Clock;
  clients: Clients;
}): Promise<Principal | null> => {
  const read = await readClaims(given);
  const client = read === null ? null : await given.clients.findClient(read.sub);
  if (read === null || client === null) return null;
  const scopes = new Set(read.scope.filter((scope) => client.scopes.includes(scope)));
  const { id, name, role, targets } = client;
  return { kind: "client", id, name, role, scopes, targets };
};

const readClaims = async ({ bearer, key, clock }: { bearer: string; key: Buffer; clock: Clock }) => {
  try {
    const { payload } = await jwtVerify(bearer, key, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: "at+jwt",
      currentDate: new Date(clock.now()),
    });
    return claims.safeParse(payload).data ?? null;
  } catch {
    return null;
  }
};
