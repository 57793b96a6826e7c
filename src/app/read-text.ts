import { readFileSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { whyUnopened } from "../domain/unread-file.js";

/** The text of a file that a person named; throws `file.unreadable` with its path and why. */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new YouxuError("file.unreadable", whyUnopened(error), path);
  }
};
