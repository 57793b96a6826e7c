import { readFileSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { type QuirkEntry, quirksFileSchema } from "../domain/quirks.js";
import { validate, type Validated } from "./validate.js";
import { yamlPlaces } from "./yaml-places.js";

/** The entries of a quirks file; `file` is shown in the places of errors. */
export const parseQuirks = (
  text: string,
  file: string,
  code: "config.invalid" | "quirks.invalid" = "config.invalid",
): Validated<readonly QuirkEntry[]> => {
  const yaml = yamlPlaces(text, file, code);
  if (yaml.errors.length > 0) return { ok: false, errors: yaml.errors };
  const read = validate(quirksFileSchema, yaml.value, yaml, code);
  return read.ok ? { ok: true, value: read.value.quirks } : read;
};

/** The same from its file; `named` is where that file is named, for when it is not there. */
export const readQuirks = (path: string, named: string): Validated<readonly QuirkEntry[]> => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [new YouxuError("config.invalid", `cannot read the quirks: ${why}`, named)] };
  }
  return parseQuirks(text, path);
};
