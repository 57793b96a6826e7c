import type { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import { formsAt, type JsonSchema, jsonSchemaOf, keysAt } from "./schema-walk.js";
import { unknownKeyMessage } from "./suggest.js";
import type { FileFault, Path } from "./yaml-places.js";

/** Where values and keys came from, for the errors. `PlacedYaml` is one. */
export interface Places {
  placeOf(path: Path): string;
  keyPlaceOf(path: Path): string;
}

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly YouxuError[] };

type Issue = z.core.$ZodIssue;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
};

const valueAt = (root: unknown, path: Path): unknown => {
  let value: unknown = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(String(part));
  }
  return value;
};

const plainPath = (issue: Issue): (string | number)[] =>
  issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));

const boundMessage = (issue: Issue): string | null => {
  if (issue.code === "too_small")
    return `must be ${issue.inclusive === false ? "above" : "at least"} ${String(issue.minimum)}`;
  if (issue.code === "too_big")
    return `must be ${issue.inclusive === false ? "below" : "at most"} ${String(issue.maximum)}`;
  return null;
};

/** A union names what may stand there; where one of its forms fits but for what is in it, that is told. */
const unionIssues = (issue: Issue): readonly Issue[] | null => {
  if (issue.code !== "invalid_union") return null;
  const inner = issue.errors.find((form) => form.length > 0 && form.every(({ path }) => path.length > 0));
  return inner?.map((each) => ({ ...each, path: [...issue.path, ...each.path] })) ?? null;
};

const OF: Readonly<Record<string, string>> = { array: " entries", string: " characters" };

const messageOf = (issue: Issue, value: unknown, json: JsonSchema): string => {
  if (issue.code === "custom") return issue.message;
  if (value === undefined) return "is missing";
  const bound = boundMessage(issue);
  if (bound !== null && "origin" in issue)
    return `${shown(value)}: ${bound}${OF[String(issue.origin)] ?? ""}`;
  if (issue.code === "invalid_union" && issue.message === "Invalid input")
    return `${shown(value)}: must be ${formsAt(json, plainPath(issue)).join(" or ")}`;
  const message = issue.message.replace(/^Invalid (input|option|string): /, "").replace(/, received .*$/, "");
  return `${shown(value)}: ${message}`;
};

interface Context {
  readonly raw: unknown;
  readonly json: JsonSchema;
  readonly places: Places;
  readonly code: FileFault;
}

const errorsOf = (issue: Issue, context: Context): YouxuError[] => {
  const { raw, json, places, code } = context;
  const inner = unionIssues(issue);
  if (inner !== null) return inner.flatMap((each) => errorsOf(each, context));
  const path = plainPath(issue);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key) =>
        new YouxuError(code, unknownKeyMessage(key, keysAt(json, path)), places.keyPlaceOf([...path, key])),
    );
  return [new YouxuError(code, messageOf(issue, valueAt(raw, path), json), places.placeOf(path))];
};

/** Checks data against a closed schema and tells all that is wrong at once, each with its place. */
export const validate = <T>(
  schema: z.ZodType<T>,
  raw: unknown,
  places: Places,
  code: FileFault = "config.invalid",
): Validated<T> => {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  const context = { raw, json: jsonSchemaOf(schema), places, code };
  return { ok: false, errors: parsed.error.issues.flatMap((issue) => errorsOf(issue, context)) };
};
