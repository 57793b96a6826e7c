import type { SecurityProfile } from "../security.js";

/** What only the central system itself may ask, since it must know of it: never an operator's words alone. */
export type SecretCommand =
  | { readonly kind: "change-password"; readonly password: string }
  | { readonly kind: "raise-profile"; readonly profile: SecurityProfile }
  /** The answer to a station's request; 2.1 names its requests. */
  | { readonly kind: "hand-certificate"; readonly chain: string; readonly requestId: number | null };

const KINDS: ReadonlySet<string> = new Set<SecretCommand["kind"]>([
  "change-password",
  "raise-profile",
  "hand-certificate",
]);

export const isSecret = (command: { readonly kind: string }): command is SecretCommand =>
  KINDS.has(command.kind);
