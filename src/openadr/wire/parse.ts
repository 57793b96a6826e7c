import type { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { fieldsOf, nearMisses } from "./near-miss.js";

const DEEPEST = 32;
const MOST_FAULTS = 5;

/** Reads a body by a schema; throws `request.invalid` with the place of the first fault, misspelt fields first; the message names the places of the others. */
export const parseBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => {
  if ((body ?? null) === null) {
    const fields = [...fieldsOf(schema).keys()].join(", ");
    const message = `the call has no body; it takes one JSON object with ${fields}`;
    throw new YouxuError("request.unreadable", message, "body");
  }
  const given = withoutNulls(body, DEEPEST);
  const read = schema.safeParse(given);
  const issues = [...nearMisses(schema, given), ...(read.error?.issues ?? [])];
  if (read.success && issues.length === 0) return read.data;
  const faults = issues.map(({ path, message }) => ({ place: placeOf(path), message }));
  const [first, ...others] = faults.slice(0, MOST_FAULTS);
  const shown = [first?.message, ...others.map(({ place, message }) => `${place}: ${message}`)];
  throw new YouxuError("request.invalid", shown.join("; "), first?.place ?? "body");
};

/** `intervals[2].payloads[0].type`; `body` for the whole. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    return place === "" ? String(key) : `${place}.${String(key)}`;
  }, "") || "body";

/** Optional objects may come as null: the same as not coming at all. */
const withoutNulls = (value: unknown, depth: number): unknown => {
  if (depth === 0) throw new YouxuError("request.invalid", "nested too deeply", "body");
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item, depth - 1));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(
    kept.map(([key, item]: [string, unknown]) => [key, withoutNulls(item, depth - 1)]),
  );
};
