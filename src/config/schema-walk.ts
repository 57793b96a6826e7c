import { z } from "zod";
import type { Path } from "./yaml-places.js";

/** The part of JSON Schema that our schemas come to. */
export interface JsonSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly pattern?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
}

/** A schema as plain data: what may be written, before defaults are filled in. */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  // Through text, since zod's own type of it is wider than what our schemas come to.
  JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" })),
  );

const stepInto = (schema: JsonSchema, part: string | number): JsonSchema[] => {
  const own =
    typeof part === "number" ? [schema.items ?? []].flat() : [schema.properties?.[part] ?? []].flat();
  return [...own, ...(schema.anyOf ?? []).flatMap((option) => stepInto(option, part))];
};

/** Every schema that may hold at a path; several where a union allows them. */
const schemasAt = (root: JsonSchema, path: Path): JsonSchema[] => {
  let found = [root];
  for (const part of path) found = found.flatMap((schema) => stepInto(schema, part));
  return found;
};

/** Keys that may stand in the object at a path. */
export const keysAt = (root: JsonSchema, path: Path): string[] => {
  const keys = (schema: JsonSchema): string[] => [
    ...Object.keys(schema.properties ?? {}),
    ...(schema.anyOf ?? []).flatMap(keys),
  ];
  return [...new Set(schemasAt(root, path).flatMap(keys))];
};

const formsOf = ({ anyOf, const: only, enum: values, properties, items, type }: JsonSchema): string[] => {
  if (anyOf !== undefined) return anyOf.flatMap(formsOf);
  if (only !== undefined) return [JSON.stringify(only)];
  if (values !== undefined) return values.map((value) => JSON.stringify(value));
  if (properties !== undefined) return [`{ ${Object.keys(properties).join(", ")} }`];
  if (items !== undefined) return ["a list"];
  return [type].flat().map((name) => (name === "null" || name === undefined ? "null" : `a ${name}`));
};

/** What may stand at a path, in words: `1`, `3`, `a number`, `a list`, `{ env }`. */
export const formsAt = (root: JsonSchema, path: Path): string[] => [
  ...new Set(schemasAt(root, path).flatMap(formsOf)),
];

/** Type of a single value at a path, for reading it from text; null when it is no single value. */
export const scalarTypeAt = (root: JsonSchema, path: Path): "string" | "number" | "boolean" | null => {
  const types = (schema: JsonSchema): (string | undefined)[] => [
    ...[schema.type].flat(),
    ...(schema.anyOf ?? []).flatMap(types),
  ];
  const found = new Set(schemasAt(root, path).flatMap(types));
  if (found.has("number") || found.has("integer")) return "number";
  if (found.has("boolean")) return "boolean";
  return found.has("string") ? "string" : null;
};

/** Paths of all single values outside lists: what the environment and flags may set. */
export const scalarPaths = (root: JsonSchema, above: readonly string[] = []): string[][] =>
  Object.entries(root.properties ?? {}).flatMap(([key, schema]) => {
    const path = [...above, key];
    if (schema.properties !== undefined) return scalarPaths(schema, path);
    return scalarTypeAt(schema, []) === null || schema.items !== undefined ? [] : [path];
  });
