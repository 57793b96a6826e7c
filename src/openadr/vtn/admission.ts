import type { FastifyReply, FastifyRequest } from "fastify";
import type { Accounts } from "../../accounts/accounts.js";
import type { Principal } from "../../accounts/principal.js";
import type { Scope } from "../../accounts/scopes.js";
import { YouxuError } from "../../domain/errors.js";
import type { Guesses } from "../../domain/guesses.js";

export interface Admission {
  /** Hook that lets a request through whose token has one of the scopes, before its body is read. */
  needs(...scopes: readonly Scope[]): (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Who was let through. */
  principal(request: FastifyRequest): Principal;
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096}) *$/i;

export const createAdmission = (accounts: Pick<Accounts, "verify">, guesses: Guesses): Admission => {
  const admitted = new WeakMap<FastifyRequest, Principal>();
  return {
    needs:
      (...scopes) =>
      async (request, reply) => {
        const header = request.headers.authorization;
        if (header === undefined)
          throw new YouxuError("auth.missing", "no Authorization header", "header.authorization");
        const bearer = BEARER.exec(header)?.[1];
        const principal = bearer === undefined ? null : await accounts.verify(bearer);
        if (principal === null) throw refusal(guesses, request, reply);
        if (!scopes.some((scope) => principal.scopes.has(scope)))
          throw new YouxuError(
            "auth.forbidden",
            `needs the scope ${scopes.join(" or ")}; the token has ${[...principal.scopes].join(", ")}`,
            "header.authorization",
          );
        admitted.set(request, principal);
      },
    principal: (request) => {
      const principal = admitted.get(request);
      if (principal === undefined) throw new YouxuError("auth.missing", "the route admits nobody");
      return principal;
    },
  };
};

const refusal = (guesses: Guesses, { ip }: FastifyRequest, reply: FastifyReply): YouxuError => {
  const retryAfterS = guesses.unknown(ip, Date.now());
  if (retryAfterS === null)
    return new YouxuError("auth.invalid", "not a valid bearer token", "header.authorization");
  reply.header("retry-after", retryAfterS);
  return new YouxuError("auth.too-many", "too many unknown tokens from this address", "header.authorization");
};

interface Targeted {
  readonly targets: readonly string[];
}

/**
 * What a client sees: with `read_all` everything; else objects without targets and those that share
 * one of its own, and of their targets only its own.
 */
export const shownTo = <T extends Targeted>(principal: Principal, object: T): T | null => {
  if (principal.scopes.has("read_all")) return object;
  const targets = object.targets.filter((target) => principal.targets.includes(target));
  return object.targets.length === 0 || targets.length > 0 ? { ...object, targets } : null;
};
