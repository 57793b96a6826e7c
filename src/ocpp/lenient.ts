/** A JSON schema (draft 7) as far as OCPP's schemas go: properties, items, $ref into definitions. */
export type Schema = { readonly [keyword: string]: unknown };

const LOOSENED = new Set([
  "additionalProperties",
  "additionalItems",
  "maxLength",
  "maxItems",
  "minItems",
  "minimum",
  "maximum",
  "enum",
  "format",
  "multipleOf",
  "pattern",
]);
const NAMED = new Set(["properties", "definitions"]);

/** Keeps what tells types and required fields apart, drops what real stations break harmlessly. */
export const loosen = (schema: Schema): Schema => rewrite(schema, (_, keyword) => !LOOSENED.has(keyword));

/** Drops `additionalProperties` where the type is no object: meaningless, and ajv says so on stderr. */
export const tidy = (schema: Schema): Schema =>
  rewrite(schema, (at, keyword) => keyword !== "additionalProperties" || at["type"] === "object");

function rewrite(schema: Schema, keep: (at: Schema, keyword: string) => boolean): Schema {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (!keep(schema, keyword)) continue;
    if (NAMED.has(keyword)) {
      const named = Object.entries(value as Record<string, Schema>);
      result[keyword] = Object.fromEntries(named.map(([name, part]) => [name, rewrite(part, keep)]));
    } else result[keyword] = keyword === "items" ? rewrite(value as Schema, keep) : value;
  }
  return result;
}

/**
 * The value as the schema would have it, where that needs no guess: numeric text becomes a number,
 * numbers become text, whole numbers are rounded, empty and null fields that are not required and
 * fields that the schema does not know are left out. Anything else stays for the validator to refuse.
 */
export function coerce(schema: Schema, root: Schema, value: unknown): unknown {
  const at = resolve(schema, root);
  switch (at["type"]) {
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? coerceObject(at, root, value as Record<string, unknown>)
        : value;
    case "array":
      return Array.isArray(value) && isSchema(at["items"])
        ? value.map((item) => coerce(at["items"] as Schema, root, item))
        : value;
    case "number":
      return toNumber(value);
    case "integer": {
      const number = toNumber(value);
      return typeof number === "number" ? Math.round(number) : number;
    }
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    default:
      return value;
  }
}

function coerceObject(at: Schema, root: Schema, value: Record<string, unknown>): unknown {
  const required = new Set((at["required"] as readonly string[] | undefined) ?? []);
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries((at["properties"] as Record<string, Schema> | undefined) ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const raw = value[name];
    if (!required.has(name) && (raw === null || raw === "")) continue;
    result[name] = coerce(part, root, raw);
  }
  return result;
}

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

function resolve(schema: Schema, root: Schema): Schema {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return schema;
  const name = ref.slice("#/definitions/".length);
  return (root["definitions"] as Record<string, Schema> | undefined)?.[name] ?? schema;
}

function toNumber(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
