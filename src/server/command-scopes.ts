import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { StationCommand } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import { holdsSecuredSetting, isSecuredSetting, namesSecuredSetting } from "../domain/secured-settings.js";
import type { StationTask } from "../domain/station-task.js";
import type { Scope } from "./auth.js";
import type { commandRequest } from "./schemas/command.js";

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

/** The scope that a command needs, whatever it is about. */
export const scopeOfCommand = (kind: string): Scope => (ADMIN_COMMANDS.has(kind) ? "admin" : "operate");

/** What of a command makes it an administrator's, and where that stands; null: nothing. */
interface Reserved {
  readonly what: string;
  readonly place: string;
}

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** Of some settings the first that is an administrator's. */
const reservedSetting = (settings: readonly Setting[]): Reserved | null => {
  const index = settings.findIndex(isSecuredSetting);
  const found = settings[index];
  return found === undefined
    ? null
    : { what: `to write ${found.name}`, place: `body.settings.${index}.name` };
};

/** The same by another command: a request for a new certificate, a maker's or an older word for all of it. */
const reservedIn = (command: z.infer<typeof commandRequest>): Reserved | null => {
  switch (command.kind) {
    case "write-setting":
      return isSecuredSetting(command) ? { what: `to write ${command.name}`, place: "body.name" } : null;
    case "write-settings":
      return reservedSetting(command.settings);
    case "trigger":
      return command.message.startsWith("Sign") || command.message === "CustomTrigger"
        ? { what: `to trigger ${command.message}`, place: "body.message" }
        : null;
    case "data-transfer": {
      const { vendorId, messageId, data } = command;
      return namesSecuredSetting([vendorId, messageId ?? "", data ?? ""].join(" ")) ||
        holdsSecuredSetting(data ?? "") ||
        RENEWED.test(messageId ?? "")
        ? { what: "a transfer about security", place: "body.data" }
        : null;
    }
    default:
      return ADMIN_COMMANDS.has(command.kind) ? { what: command.kind, place: "body.kind" } : null;
  }
};

/** Messages of newer versions that stations of 1.6 take in a data transfer. */
const RENEWED = /firmware|setnetworkprofile|setvariables/i;

type Asking = Pick<FastifyRequest, "principal">;

const mustHave = ({ principal }: Asking, reserved: Reserved | null, at = "body"): void => {
  const scope: Scope = reserved === null ? "operate" : "admin";
  if (principal?.scopes.has(scope) === true) return;
  const { what, place } = reserved ?? { what: "a command", place: "body.kind" };
  throw new YouxuError(
    "auth.forbidden",
    `${what} needs the scope \`${scope}\`, too`,
    place.replace(/^body/, at),
  );
};

/** The scope that a command needs, by what it is about, too. */
export const scopeToAsk = (command: z.infer<typeof commandRequest>): "operate" | "admin" =>
  reservedIn(command) === null ? "operate" : "admin";

/** Throws `auth.forbidden` where the token of a call does not have the scope of its command, too; `at`: where it stands. */
export const mustBeAllowed = (
  request: Asking,
  command: z.infer<typeof commandRequest>,
  at: "body" | "body.command" = "body",
): void => mustHave(request, reservedIn(command), at);

/** The same for settings that go to many stations. */
export const mustBeAllowedToSet = (request: Asking, settings: readonly Setting[]): void => {
  const reserved = reservedSetting(settings);
  if (reserved !== null) mustHave(request, reserved);
};

/** Throws `auth.forbidden` where the token of a call does not have the scope that the command of a task needs. */
export const mustHaveScopeOf = (request: Asking, { id, scope }: Pick<StationTask, "id" | "scope">): void =>
  mustHave(request, scope === "operate" ? null : { what: `task ${id}`, place: "params.id" });
