import type { StationCommand } from "../domain/command.js";
import type { StationTask } from "../domain/station-task.js";

/** Whose a card is, and whose data a command is about: nobody's business. */
const WHOSE: ReadonlySet<string> = new Set(["idToken", "groupId", "customerIdentifier"]);
const HIDDEN = "•••";

/** A text without user and password of the addresses in it; of an address as a whole also without what is asked of it. */
const withoutCredentials = (text: string): string => {
  const unnamed = text.replace(/:\/\/[^\s"'<>]*@/g, `://${HIDDEN}@`);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? unnamed.replace(/[?#].*$/s, `?${HIDDEN}`) : unnamed;
};

const shownField = ([key, value]: readonly [string, unknown]): [string, unknown] => [
  key,
  WHOSE.has(key) && typeof value === "string" ? HIDDEN : shownValue(value),
];

const shownValue = (value: unknown): unknown => {
  if (typeof value === "string") return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(shownValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(shownField));
};

/** The command without id tokens, identifiers of customers and credentials in addresses: to show, and to keep. */
export const shownCommand = (command: StationCommand): StationTask["command"] => ({
  ...Object.fromEntries(Object.entries(command).map(shownField)),
  kind: command.kind,
});
