import { readFileSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { type Tariff, tariffSchema } from "../domain/tariff.js";
import { validate, type Validated } from "./validate.js";
import { yamlPlaces } from "./yaml-places.js";

/** A tariff from YAML text; `file` is shown in the places of errors. */
const parseTariff = (text: string, file: string): Validated<Tariff> => {
  const yaml = yamlPlaces(text, file);
  return yaml.errors.length > 0
    ? { ok: false, errors: yaml.errors }
    : validate(tariffSchema, yaml.value, yaml);
};

/** A tariff from its file; `named` is where that file is named, for when it is not there. */
export const readTariff = (path: string, named: string): Validated<Tariff> => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [new YouxuError("config.invalid", `cannot read the tariff: ${why}`, named)] };
  }
  return parseTariff(text, path);
};
