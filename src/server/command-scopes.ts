import type { FastifyRequest } from "fastify";
import type { StationCommand } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import type { Scope } from "./auth.js";

/**
 * What may cost us a station, or give it to somebody else: the way by which it comes, whom it believes, and
 * what runs in it.
 */
const ADMIN_COMMANDS: ReadonlySet<string> = new Set<StationCommand["kind"]>([
  "set-network-profile",
  "install-certificate",
  "delete-certificate",
  "renew-certificate",
  "update-firmware",
  "publish-firmware",
  "unpublish-firmware",
]);

/** The scope that a command needs. */
export const scopeOfCommand = (kind: string): Scope => (ADMIN_COMMANDS.has(kind) ? "admin" : "operate");

/** Throws `auth.forbidden` where the token of a call does not have the scope of its command, too. */
export const mustBeAllowed = ({ principal }: Pick<FastifyRequest, "principal">, kind: string): void => {
  const scope = scopeOfCommand(kind);
  if (principal?.scopes.has(scope) === true) return;
  throw new YouxuError("auth.forbidden", `${kind} needs the scope \`${scope}\`, too`, "body.kind");
};
