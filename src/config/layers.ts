import { YouxuError } from "../domain/errors.js";
import { type JsonSchema, scalarPaths, scalarTypeAt } from "./schema-walk.js";
import { nearest } from "../domain/nearest.js";
import { type Path, pathText, type PlacedYaml } from "./yaml-places.js";

type Tree = Record<string, unknown>;

/** A value that was set over the file, with the name it was set by. */
interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly name: string;
}

/** `planning.gatherSeconds` → `YOUXU_PLANNING_GATHER_SECONDS`. */
export const envName = (path: readonly string[]): string =>
  `YOUXU_${path.map((part) => part.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()).join("_")}`;

/** Variables of ours that are no key of the configuration, with what they mean. */
export const OTHER_VARIABLES: Readonly<Record<string, string>> = {
  YOUXU_CONFIG: "the site file, where `--config` does not name one",
  YOUXU_TOKEN: "the token of commands that ask a running server, where `--token` gives none",
};

const readText = (text: string, type: ReturnType<typeof scalarTypeAt>): unknown => {
  if (type === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
};

interface Found {
  readonly overrides: Override[];
  readonly errors: YouxuError[];
}

/** What the environment sets; `used` are variables that hold secrets named by the file. */
export const fromEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  json: JsonSchema,
  used: ReadonlySet<string>,
): Found => {
  const paths = new Map(scalarPaths(json).map((path) => [envName(path), path] as const));
  const found: Found = { overrides: [], errors: [] };
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("YOUXU_") || text === undefined || used.has(name) || name in OTHER_VARIABLES)
      continue;
    const path = paths.get(name);
    if (path !== undefined) {
      found.overrides.push({ path, value: readText(text, scalarTypeAt(json, path)), name });
      continue;
    }
    const near = nearest(name, [...Object.keys(OTHER_VARIABLES), ...paths.keys()]);
    const message = near === null ? "unknown variable" : `unknown variable; did you mean ${near}?`;
    found.errors.push(new YouxuError("config.invalid", message, name));
  }
  return found;
};

/** What flags set, by dotted path; undefined ones were not given. */
export const fromFlags = (flags: Readonly<Record<string, unknown>>, json: JsonSchema): Found => {
  const known = scalarPaths(json).map((path) => path.join("."));
  const found: Found = { overrides: [], errors: [] };
  for (const [dotted, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const path = dotted.split(".");
    const name = `flag ${dotted}`;
    const read = typeof value === "string" ? readText(value, scalarTypeAt(json, path)) : value;
    if (known.includes(dotted)) found.overrides.push({ path, value: read, name });
    else found.errors.push(new YouxuError("config.invalid", "no key of the configuration", name));
  }
  return found;
};

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const setAt = (tree: Tree, [head = "", ...rest]: readonly string[], value: unknown): Tree => {
  if (rest.length === 0) return { ...tree, [head]: value };
  const below = tree[head];
  if (below !== undefined && below !== null && !isTree(below)) return tree;
  return { ...tree, [head]: setAt(isTree(below) ? below : {}, rest, value) };
};

const hasAt = (value: unknown, path: Path): boolean => {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return false;
    current = new Map<string, unknown>(Object.entries(current)).get(String(part));
  }
  return true;
};

/** File, then environment, then flags: the later holds, and each value knows where it is from. */
export interface Layered {
  readonly value: unknown;
  placeOf(path: Path): string;
  keyPlaceOf(path: Path): string;
  /** As `config show` prints it. */
  originOf(path: Path): string;
}

export const layered = (yaml: PlacedYaml, overrides: readonly Override[]): Layered => {
  const names = new Map(overrides.map(({ path, name }) => [pathText(path), name] as const));
  let value: unknown = yaml.value ?? {};
  for (const override of overrides) if (isTree(value)) value = setAt(value, override.path, override.value);
  const named = (path: Path): string | null => names.get(pathText(path)) ?? null;
  return {
    value,
    placeOf: (path) => named(path) ?? yaml.placeOf(path),
    keyPlaceOf: (path) => named(path) ?? yaml.keyPlaceOf(path),
    originOf: (path) =>
      named(path) ?? (hasAt(yaml.value, path) ? (yaml.placeOf(path).split(" ")[0] ?? "") : "default"),
  };
};
