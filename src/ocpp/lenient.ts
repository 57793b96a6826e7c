import { isObject, type Payload } from "./wire.js";

/** A JSON schema (draft 7) as far as OCPP's schemas go: properties, items, $ref into definitions. */
export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

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
/** Keeps what tells types and required fields apart, drops what real stations break harmlessly. */
export const loosen = (schema: Schema): Schema => rewrite(schema, (_, keyword) => !LOOSENED.has(keyword));

/** Drops `additionalProperties` where the type is no object: meaningless, and ajv says so on stderr. */
export const tidy = (schema: Schema): Schema =>
  rewrite(schema, (at, keyword) => keyword !== "additionalProperties" || at.type === "object");

function rewrite(schema: Schema, keep: (at: Schema, keyword: string) => boolean): Schema {
  const kept: Schema = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => keep(schema, keyword)),
  );
  const named = (parts: Readonly<Record<string, Schema>>): Record<string, Schema> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, rewrite(part, keep)]));
  return {
    ...kept,
    ...(schema.properties ? { properties: named(schema.properties) } : {}),
    ...(schema.definitions ? { definitions: named(schema.definitions) } : {}),
    ...(schema.items ? { items: rewrite(schema.items, keep) } : {}),
  };
}

/**
 * The value as the schema would have it, where that needs no guess: numeric text becomes a number,
 * numbers become text, whole numbers are rounded, empty and null fields that are not required and
 * fields that the schema does not know are left out. Anything else stays for the validator to refuse.
 */
export function coerce(schema: Schema, root: Schema, value: unknown): unknown {
  const at = resolve(schema, root);
  switch (at.type) {
    case "object":
      return isObject(value) ? coerceObject(at, root, value) : value;
    case "array": {
      const { items } = at;
      return Array.isArray(value) && items ? value.map((item) => coerce(items, root, item)) : value;
    }
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

function coerceObject(at: Schema, root: Schema, value: Payload): Payload {
  const required = new Set(at.required ?? []);
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(at.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const raw = value[name];
    if (!required.has(name) && (raw === null || raw === "")) continue;
    result[name] = coerce(part, root, raw);
  }
  return result;
}

const resolve = (schema: Schema, root: Schema): Schema =>
  root.definitions?.[schema.$ref?.slice("#/definitions/".length) ?? ""] ?? schema;

function toNumber(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
