import type { Role, Scope } from "./scopes.js";

/** Who is calling, and what they may do. */
export interface Principal {
  readonly kind: "token" | "client";
  readonly id: string;
  readonly name: string;
  readonly role: Role | null;
  readonly scopes: ReadonlySet<Scope>;
  /** OpenADR targets of a client that may read only what is meant for it. */
  readonly targets: readonly string[];
}

export const may = (principal: Principal, scope: Scope): boolean => principal.scopes.has(scope);
