import { isSecretSetting, settingWord } from "../../domain/secret-settings.js";
import type { Written } from "./codec.js";
import { cannot } from "./operate.js";

/** Settings that lock a station out where only one side knows of them, and the command that changes both. */
const KEPT: readonly (readonly [name: RegExp, command: string])[] = [
  [/^(?:AuthorizationKey|BasicAuthPassword)$/i, "youxu station rotate"],
  [/^SecurityProfile$/i, "youxu station raise"],
];

/** The value of a setting as it may be kept and shown: passwords are to be told to nobody; some stations do. */
export const shownValue = (name: string, value: string | null): string | null =>
  value !== null && isSecretSetting(name) ? "•••" : value;

/** Why a setting is not written by its name; null: it is one like any other. */
export const keptSetting = (name: string): Written | null => {
  const [, command] = KEPT.find(([pattern]) => pattern.test(settingWord(name))) ?? [];
  return command === undefined
    ? null
    : cannot(`${name} is changed here and in the station at once: \`${command}\``);
};
