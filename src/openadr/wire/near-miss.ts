import { z } from "zod";
import { nearest } from "../../domain/nearest.js";

/** A field whose name is nearly that of a known one. */
export interface NearMiss {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MOST_EDITS = 2;
/** Shorter names are near to many: of them only the case counts. */
const SHORTEST_JUDGED = 3;

/** The known word that was meant: another case, or at most two letters amiss; null: it is known, or none is near. */
export const meantBy = (word: string, known: readonly string[]): string | null => {
  if (known.includes(word)) return null;
  const near = nearest(word, known, MOST_EDITS);
  return word.length >= SHORTEST_JUDGED || near?.toLowerCase() === word.toLowerCase() ? near : null;
};

/**
 * Fields of a body, at any depth of its schema, that are unknown and nearly named like a known one.
 * The official description allows further fields, so others pass; but a misspelt duration or target
 * would be taken for none, which makes an event wider than was meant.
 */
export const nearMisses = (
  schema: unknown,
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly NearMiss[] => {
  if (Array.isArray(value)) {
    const [element] = branches(schema).flatMap((one) => (one instanceof z.ZodArray ? [one.element] : []));
    return value.flatMap((item: unknown, index) => nearMisses(element, item, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return [];
  const fields = fieldsOf(schema);
  const known = [...fields.keys()];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const field = fields.get(key);
    if (field !== undefined) return nearMisses(field, item, [...path, key]);
    const meant = meantBy(key, known);
    return meant === null ? [] : [{ path: [...path, key], message: `unknown field; did you mean ${meant}?` }];
  });
};

/** The fields of an object; of a choice between objects, those of all. */
export const fieldsOf = (schema: unknown): ReadonlyMap<string, unknown> =>
  new Map(branches(schema).flatMap((one) => (one instanceof z.ZodObject ? Object.entries(one.shape) : [])));

/** What a schema is behind `optional` and `default`; several for a choice. */
const branches = (schema: unknown): readonly unknown[] => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return branches(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(branches) : [schema];
};
