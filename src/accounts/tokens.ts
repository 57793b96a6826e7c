import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import type { Principal } from "./principal.js";
import { type Grant, type Role, ROLE_NAMES, type Scope, SCOPES, scopesOf } from "./scopes.js";
import { CREDENTIALS } from "./credentials.js";
import { derivedKey, hmacOf, randomId, randomSecret, sameHmac } from "./secrets.js";

/** What is known of a token without its secret, which is shown once. */
interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly role: Role | null;
  readonly scopes: readonly Scope[];
  readonly createdMs: EpochMs;
  /** null: never. */
  readonly expiresMs: EpochMs | null;
}

type TokenRequest = Grant & { readonly name: string; readonly expiresMs?: EpochMs | null };

export interface Tokens {
  /** `token` is the secret to hand over; it cannot be read again. */
  issueToken(request: TokenRequest): Promise<TokenInfo & { readonly token: string }>;
  /** False when there is no such token. */
  revokeToken(id: string): Promise<boolean>;
  listTokens(): Promise<readonly TokenInfo[]>;
  verifyToken(token: string): Promise<Principal | null>;
}

const COLLECTION = CREDENTIALS.tokens;
const TOKEN = /^yx_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

const tokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLE_NAMES).nullable(),
  scopes: z.array(z.enum(SCOPES)),
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
});
const storedToken = tokenInfo.extend({ hmac: z.string() });

/** Opaque API tokens `yx_<id>_<secret>`, stored as HMAC. */
export const createTokens = (documents: Documents, secret: string | Buffer, clock: Clock): Tokens => {
  const key = derivedKey(secret, "api-token");
  return {
    issueToken: async (request) => {
      const info = checked(request, clock.now());
      const token = `yx_${info.id}_${randomSecret()}`;
      await documents.put(COLLECTION, info.id, { ...info, hmac: hmacOf(key, token) });
      return { ...info, token };
    },
    revokeToken: (id) => documents.remove(COLLECTION, id),
    listTokens: async () => z.array(tokenInfo).parse(await documents.list(COLLECTION)),
    verifyToken: async (token) => {
      const id = TOKEN.exec(token)?.[1];
      if (id === undefined) return null;
      const stored = storedToken.safeParse(await documents.get(COLLECTION, id)).data;
      const same = sameHmac(hmacOf(key, token), stored?.hmac ?? hmacOf(key, ""));
      if (stored === undefined || !same) return null;
      if (stored.expiresMs !== null && stored.expiresMs <= clock.now()) return null;
      const { name, role } = stored;
      return { kind: "token", id, name, role, scopes: new Set(stored.scopes), targets: [] };
    },
  };
};

const checked = (request: TokenRequest, nowMs: EpochMs): TokenInfo => {
  if (request.name.trim() === "") throw new YouxuError("token.invalid", "a token needs a name", "name");
  const scopes = [...new Set(scopesOf(request))];
  if (scopes.length === 0) throw new YouxuError("token.invalid", "a token needs a scope", "scopes");
  const expiresMs = request.expiresMs ?? null;
  if (expiresMs !== null && !(expiresMs > nowMs))
    throw new YouxuError("token.invalid", "a token must expire in the future", "expiresMs");
  return {
    id: randomId(),
    name: request.name,
    role: request.role ?? null,
    scopes,
    createdMs: nowMs,
    expiresMs,
  };
};
