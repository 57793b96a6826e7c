import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { YouxuError } from "../domain/errors.js";
import type { QuirkEntry } from "../domain/quirks.js";
import type { Tariff } from "../domain/tariff.js";
import type { Config, OriginOf } from "./config.js";
import { configFaults, type Known } from "./config-faults.js";
import { type ConfigFile, configSchema } from "./config-schema.js";
import { fromEnvironment, fromFlags, type Layered, layered } from "./layers.js";
import { readQuirks } from "./read-quirks.js";
import { readTariff } from "./read-tariff.js";
import { jsonSchemaOf } from "./schema-walk.js";
import { secretVariables } from "./secrets.js";
import { entries, text } from "./site-faults.js";
import { toConfig } from "./to-config.js";
import { validate, type Validated } from "./validate.js";
import { configWarnings } from "./warnings.js";
import { pathText, type Path, yamlPlaces } from "./yaml-places.js";

export interface LoadQuery {
  readonly path: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By dotted path, e.g. `server.port`; undefined: not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** The configuration, or all that is wrong with it at once. */
export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly file: ConfigFile;
      readonly originOf: OriginOf;
      /** What is most likely not meant, with its place. */
      readonly warnings: readonly PlacedWarning[];
    }
  | { readonly ok: false; readonly errors: readonly YouxuError[] };

export interface PlacedWarning {
  readonly place: string;
  readonly message: string;
}

interface TariffsRead {
  readonly tariffs: readonly Tariff[];
  readonly errors: readonly YouxuError[];
}

const tariffFiles = (raw: unknown, layers: Layered, folder: string): TariffsRead => {
  const [config = {}] = entries([raw]);
  const names = config["tariffFiles"];
  const read = (Array.isArray(names) ? names : []).flatMap((name: unknown, index) =>
    typeof name === "string"
      ? [readTariff(resolve(folder, name), layers.placeOf(["tariffFiles", index]))]
      : [],
  );
  return {
    tariffs: read.flatMap((result) => (result.ok ? [result.value] : [])),
    errors: read.flatMap((result) => (result.ok ? [] : result.errors)),
  };
};

const quirksFile = (layers: Layered, folder: string): Validated<readonly QuirkEntry[]> => {
  const [config = {}] = entries([layers.value]);
  const named = text(config["quirks"]);
  return named === null
    ? { ok: true, value: [] }
    : readQuirks(resolve(folder, named), layers.placeOf(["quirks"]));
};

/** Tariffs that references may name. A file that cannot be read makes every name possible. */
const knownTariffs = (raw: unknown, fromFiles: TariffsRead): Known => {
  const [config = {}] = entries([raw]);
  const inline = entries(config["tariffs"]).flatMap((entry) => {
    const id = text(entry["id"]);
    return id === null ? [] : [{ id, currency: text(entry["currency"]) }];
  });
  return { tariffs: [...inline, ...fromFiles.tariffs], complete: fromFiles.errors.length === 0 };
};

const priceFileErrors = (raw: unknown, layers: Layered, folder: string): YouxuError[] => {
  const [config = {}] = entries([raw]);
  return entries(config["prices"]).flatMap((entry, index) => {
    const file = text(entry["file"]);
    return file === null || existsSync(resolve(folder, file))
      ? []
      : [new YouxuError("config.invalid", `no file ${file}`, layers.placeOf(["prices", index, "file"]))];
  });
};

const readLayers = (query: LoadQuery, source: string): { layers: Layered; errors: YouxuError[] } => {
  const yaml = yamlPlaces(source, query.path);
  const json = jsonSchemaOf(configSchema);
  const env = fromEnvironment(query.env ?? {}, json, secretVariables(yaml.value));
  const flags = fromFlags(query.flags ?? {}, json);
  return {
    layers: layered(yaml, [...env.overrides, ...flags.overrides]),
    errors: [...yaml.errors, ...env.errors, ...flags.errors],
  };
};

const sourceOf = (path: string): string | YouxuError => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new YouxuError("config.not-found", `cannot read the configuration: ${why}`, path);
  }
};

/** `sites[0].nodes[1].id` as the path it names. */
const parsePath = (dotted: string): Path =>
  dotted
    .split(/[.[\]]/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/**
 * Reads the one configuration: the YAML file, then `YOUXU_*` variables, then flags. Nothing is taken
 * that the closed schema does not know, and every problem is told at once with its place.
 */
export const loadConfig = (query: LoadQuery): LoadedConfig => {
  const source = sourceOf(query.path);
  if (source instanceof YouxuError) return { ok: false, errors: [source] };
  const { layers, errors } = readLayers(query, source);
  if (errors.some(({ place }) => place?.startsWith(`${query.path}:`))) return { ok: false, errors };
  return assemble(query, layers, errors);
};

const assemble = (query: LoadQuery, layers: Layered, early: readonly YouxuError[]): LoadedConfig => {
  const folder = dirname(resolve(query.path));
  const validated = validate(configSchema, layers.value, layers);
  const fromFiles = tariffFiles(layers.value, layers, folder);
  const quirks = quirksFile(layers, folder);
  const faults = configFaults(layers.value, knownTariffs(layers.value, fromFiles));
  const errors = [
    ...early,
    ...(validated.ok ? [] : validated.errors),
    ...fromFiles.errors,
    ...(quirks.ok ? [] : quirks.errors),
    ...faults.map(({ path, message }) => new YouxuError("config.invalid", message, layers.placeOf(path))),
    ...priceFileErrors(layers.value, layers, folder),
  ];
  if (!validated.ok) return { ok: false, errors };
  const { config, errors: secretErrors } = toConfig(validated.value, {
    path: resolve(query.path),
    tariffs: fromFiles.tariffs,
    quirks: quirks.ok ? quirks.value : [],
    secrets: { env: query.env ?? {}, folder, placeOf: (path) => layers.placeOf(path) },
  });
  if (errors.length > 0 || secretErrors.length > 0)
    return { ok: false, errors: [...errors, ...secretErrors] };
  const originOf: OriginOf = (dotted) => layers.originOf(parsePath(dotted));
  const warnings = configWarnings(validated.value).map(({ path, message }) => ({
    place: layers.placeOf(path),
    message,
  }));
  return { ok: true, config, file: validated.value, originOf, warnings };
};

/** Every value of a configuration with its path, secrets hidden: what `config show` prints. */
export const configEntries = (file: ConfigFile): { path: string; value: unknown }[] => leaves(file, []);

const SECRET_KEYS = ["password", "token", "secret"];

const leaves = (value: unknown, path: Path): { path: string; value: unknown }[] => {
  const last = path.at(-1);
  const hidden = typeof value === "string" && typeof last === "string" && SECRET_KEYS.includes(last);
  if (hidden) return [{ path: pathText(path), value: "(hidden)" }];
  const fields: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  const flat = Array.isArray(value) && value.every((entry) => typeof entry !== "object");
  if (fields.length === 0 || flat) return value === undefined ? [] : [{ path: pathText(path), value }];
  return fields.flatMap(([key, below]) => leaves(below, [...path, key]));
};
