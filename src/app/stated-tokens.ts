import { createHash, timingSafeEqual } from "node:crypto";
import type { Accounts } from "../accounts/accounts.js";
import type { Principal } from "../accounts/principal.js";
import { isScope } from "../accounts/scopes.js";

/** A token of the operator API as the configuration states it. */
export interface StatedToken {
  readonly name: string;
  readonly token: string;
  readonly scopes: readonly string[];
}

/** Checks the tokens of the configuration first, then those that were issued. */
export const verifierOf = (
  accounts: Pick<Accounts, "verify">,
  stated: readonly StatedToken[],
): Pick<Accounts, "verify"> => {
  const known = stated.map(({ name, token, scopes }) => ({
    digest: digestOf(token),
    principal: principalOf(name, scopes),
  }));
  return {
    verify: async (bearer) => {
      const digest = digestOf(bearer);
      const found = known.filter((each) => timingSafeEqual(each.digest, digest))[0];
      return found?.principal ?? accounts.verify(bearer);
    },
  };
};

/** Digests have one length, so that they can be compared in constant time. */
const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

const principalOf = (name: string, scopes: readonly string[]): Principal => ({
  kind: "token",
  id: `configured:${name}`,
  name,
  role: null,
  scopes: new Set(scopes.filter(isScope)),
  targets: [],
});
